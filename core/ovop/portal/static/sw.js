// The service worker: keeps what pages are made of, and the pages of proposals as they were last seen, for when there is no line.

const FILES = 'ovop-files-__MARK__'
const PAGES = 'ovop-pages'
const KEPT = [__KEPT__]
const WAIT = 8000

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  const old = (names) => names.filter((name) => name.startsWith('ovop-files-') && name !== FILES)
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()))
})

self.addEventListener('sync', (event) => {
  event.waitUntil(self.clients.matchAll().then((pages) => pages.forEach((page) => page.postMessage('send'))))
})

const isFile = (path) => path.startsWith('/assets/') || path.startsWith('/scripts/') || /^\/definitions\/[^/]+\/plan$/.test(path)
const isOfProposal = (path) => path === '/submissions' || /^\/submissions\/[0-9a-f-]{36}(\/sections\/[^/]+)?$/.test(path)

/** A file never changes under its address. */
async function file(request) {
  const known = await caches.match(request)
  if (known) return known
  const answer = await fetch(request)
  if (answer.ok) (await caches.open(FILES)).put(request, answer.clone())
  return answer
}

/** A page from the server; the one last seen where there is no line, or only a very slow one. */
async function page(request, path) {
  if (!isOfProposal(path)) return fetch(request).catch(() => caches.match('/offline'))
  const pages = await caches.open(PAGES)
  const known = await pages.match(path)
  const late = known && new Promise((resolve) => setTimeout(resolve, WAIT, known))
  const asked = fetch(request).then((answer) => {
    if (answer.ok && !answer.redirected) pages.put(path, answer.clone())
    return answer
  })
  try {
    return await (late ? Promise.race([asked, late]) : asked)
  } catch {
    return known ?? caches.match('/offline')
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (isFile(pathname)) event.respondWith(file(request))
  else if (request.mode === 'navigate') event.respondWith(page(request, pathname))
})
