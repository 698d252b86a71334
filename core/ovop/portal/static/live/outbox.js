// Sends what is kept on this phone, one after the other, and tries again when the line is back.
//
// Tells the page by events on `document`: `ovop:draft` {id, state, answer, message} and `ovop:photo` {id, state, part, message}.

import { all, get, put, remove } from './store.js'
import { Refused, upload } from './tus.js'

const FIRST_PAUSE = 2000, LONGEST_PAUSE = 60000
let pause = FIRST_PAUSE
let timer
let running = null
let again = false

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }))

/** What became of a draft: `saved`, `signed_out`, `conflict`, `closed` or `refused`. Throws TypeError where there is no line. */
async function sendDraft(draft) {
  tell('ovop:draft', { id: draft.id, state: 'saving' })
  const answer = await fetch(draft.path, {
    method: 'POST',
    body: draft.body,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    redirect: 'manual',
  })
  if (answer.status >= 500 || answer.status === 429) throw new TypeError(`the server answers ${answer.status}`)
  if (answer.type === 'opaqueredirect' || answer.status === 401) return { state: 'signed_out' }
  const content = await answer.json().catch(() => ({}))
  return answer.ok ? { state: 'saved', answer: content } : { state: content.reason ?? 'refused', message: content.message ?? content.detail ?? '' }
}

async function settleDraft(draft) {
  const found = await sendDraft(draft)
  const now = await get('drafts', draft.id)
  if (found.state === 'saved' && now?.key === draft.key) await remove('drafts', draft.id)
  if (['conflict', 'closed', 'refused'].includes(found.state) && now?.key === draft.key) await put('drafts', { ...now, held: found.state })
  tell('ovop:draft', { id: draft.id, key: draft.key, ...found })
  return found.state !== 'signed_out'
}

async function settlePhoto(photo) {
  const told = { id: photo.id, name: photo.name, evidence: photo.evidence }
  try {
    await upload(
      photo,
      (address) => put('photos', { ...photo, address }),
      (part) => tell('ovop:photo', { ...told, state: 'sending', part }),
    )
    await remove('photos', photo.id)
    tell('ovop:photo', { ...told, state: 'sent' })
  } catch (failure) {
    if (!(failure instanceof Refused)) throw failure
    if (failure.status === 401) {
      tell('ovop:draft', { id: '', state: 'signed_out' })
      return false
    }
    await put('photos', { ...photo, held: failure.message || 'refused' })
    tell('ovop:photo', { ...told, state: 'refused', message: failure.message })
  }
  return true
}

async function sendAll(person) {
  for (const name of ['drafts', 'photos']) {
    for (const item of await all(name, person)) {
      if (item.held) continue
      if (!(await (name === 'drafts' ? settleDraft(item) : settlePhoto(item)))) return
    }
  }
}

async function run(person) {
  const work = () => sendAll(person)
  try {
    await (navigator.locks ? navigator.locks.request('ovop-outbox', work) : work())
    pause = FIRST_PAUSE
  } catch (failure) {
    if (!(failure instanceof TypeError)) throw failure
    tell('ovop:line', { state: 'offline' })
    clearTimeout(timer)
    timer = setTimeout(() => flush(person), pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }
}

/** Sends what there is to send; while that goes on, what comes meanwhile is sent afterwards. */
export async function flush(person) {
  if (running) {
    again = true
    return running
  }
  running = run(person)
  try {
    await running
  } finally {
    running = null
  }
  if (again) {
    again = false
    return flush(person)
  }
}

/** Sends when the page is opened, when the line is back, and when the reader comes back to the page. */
export function keepSending(person) {
  addEventListener('online', () => { pause = FIRST_PAUSE; flush(person) })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && flush(person))
  navigator.serviceWorker?.addEventListener('message', (event) => event.data === 'send' && flush(person))
  flush(person)
}
