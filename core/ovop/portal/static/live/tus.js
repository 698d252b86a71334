// Uploads in pieces that go on where they stopped: tus 1.0 (creation, offset, upload), as far as our own server needs it.

const PIECE = 512 * 1024
const VERSION = { 'tus-resumable': '1.0.0' }
const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)))

export class Refused extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

async function ask(address, method, headers, body) {
  const answer = await fetch(address, { method, headers: { ...VERSION, ...headers }, body, redirect: 'error' })
  if (answer.ok) return answer
  if (answer.status >= 500 || answer.status === 429) throw new TypeError(`the server answers ${answer.status}`)
  const problem = await answer.json().catch(() => ({}))
  const finding = problem.findings?.[0]
  throw new Refused(answer.status, [finding?.message ?? problem.detail ?? problem.title, finding?.remedy].filter(Boolean).join(' '))
}

async function create(photo) {
  const told = { filename: photo.name, evidence: photo.evidence, ...photo.details }
  const metadata = Object.entries(told).filter(([, value]) => value).map(([key, value]) => `${key} ${base64(value)}`).join(',')
  const answer = await ask(photo.target, 'POST', { 'upload-length': String(photo.blob.size), 'upload-metadata': metadata, 'accept-language': photo.language })
  return answer.headers.get('location')
}

/** Where an upload stands; null where the server does not know it any more. */
async function offsetOf(address) {
  try {
    return Number((await ask(address, 'HEAD', {})).headers.get('upload-offset'))
  } catch (failure) {
    if (failure instanceof Refused && [404, 410].includes(failure.status)) return null
    throw failure
  }
}

/** Uploads a photo. `keep(address)` is told where it goes, `progress(share)` how far it is. Throws TypeError where there is no line. */
export async function upload(photo, keep, progress) {
  let offset = photo.address ? await offsetOf(photo.address) : null
  let { address } = photo
  if (offset === null) {
    address = await create(photo)
    await keep(address)
    offset = 0
  }
  while (offset < photo.blob.size) {
    progress(offset / photo.blob.size)
    const piece = photo.blob.slice(offset, offset + PIECE)
    const headers = { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream', 'accept-language': photo.language }
    try {
      offset = Number((await ask(address, 'PATCH', headers, piece)).headers.get('upload-offset'))
    } catch (failure) {
      if (!(failure instanceof Refused) || failure.status !== 409) throw failure
      const now = await offsetOf(address) // another piece of it arrived meanwhile
      if (now === null || now === offset) throw failure
      offset = now
    }
  }
  progress(1)
}
