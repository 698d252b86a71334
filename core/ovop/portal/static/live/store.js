// What is kept on this phone until the server has it: drafts of sections and photos, by person, in IndexedDB.

const NAME = 'ovop'
let opened

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore('drafts', { keyPath: 'id' })
      request.result.createObjectStore('photos', { keyPath: 'id' })
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  return opened
}

/** Runs `work(objectStore)` in a transaction; resolves with the result of the request that it gives, once everything is on disk. */
async function within(name, mode, work) {
  const database = await open()
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode, { durability: 'strict' })
    const request = work(transaction.objectStore(name))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onerror = transaction.onabort = () => reject(transaction.error)
  })
}

export const put = (name, item) => within(name, 'readwrite', (store) => store.put(item))
export const get = (name, id) => within(name, 'readonly', (store) => store.get(id))
export const remove = (name, id) => within(name, 'readwrite', (store) => store.delete(id))

/** Everything of a person, in the order in which it was made. */
export async function all(name, person) {
  const found = await within(name, 'readonly', (store) => store.getAll())
  return found.filter((item) => item.person === person).sort((a, b) => a.at - b.at)
}

/** How much of a person was not sent yet. */
export async function unsent(person) {
  return (await all('drafts', person)).length + (await all('photos', person)).length
}

/** Forgets what a person left on this phone. */
export async function forget(person) {
  for (const name of ['drafts', 'photos']) for (const item of await all(name, person)) await remove(name, item.id)
}
