// Photos and documents: looked at on the phone, kept until they are sent, and shown while they wait.

import { all, put, remove } from './store.js'
import { flush } from './outbox.js'

const MEGABYTE = 1000000
const say = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? '')

/** What is wrong with a file, in words; empty where nothing is. */
async function faultOf(file, slot, accepted, words) {
  const { name } = file
  const media = accepted.split(',').filter(Boolean)
  if (file.type && media.length && !media.includes(file.type)) return say(words.file_kind, { name })
  if (file.size > Number(slot.megabytes) * MEGABYTE) return say(words.file_large, { name, most: slot.megabytes })
  if (!Number(slot.pixels) || !file.type.startsWith('image/')) return ''
  const picture = await createImageBitmap(file).catch(() => null)
  const pixels = picture ? Math.max(picture.width, picture.height) : 0
  picture?.close()
  return picture && pixels < Number(slot.pixels) ? say(words.file_small, { name, pixels, least: slot.pixels }) : ''
}

export class Photos {
  constructor(form, told) {
    Object.assign(this, { form, told, person: told.person, words: told.words, submission: form.dataset.submission })
    this.form.addEventListener('change', (event) => event.target.matches?.('.slot input[type=file]') && this.take(event.target))
    document.addEventListener('ovop:photo', ({ detail }) => this.happened(detail))
    this.showKept()
  }

  /** Takes the files of an input; what cannot be used is told beside it. */
  async take(input) {
    const slot = input.closest('[data-evidence]'), place = input.closest('.upload')
    for (const old of place.querySelectorAll('[data-fault]')) old.remove()
    for (const file of [...input.files]) {
      const fault = await faultOf(file, slot.dataset, input.accept, this.words)
      if (fault) {
        place.append(this.line('mistake', fault, 'fault'))
        continue
      }
      await this.keep(file, slot, place)
    }
    input.value = ''
    flush(this.person)
  }

  async keep(file, slot, place) {
    const details = { role: place.dataset.role }
    for (const input of slot.querySelectorAll(`[name^="n.${slot.dataset.evidence}."]`)) details[input.name.split('.').at(-1)] = input.value.trim()
    const photo = {
      id: crypto.randomUUID(), person: this.person, at: Date.now(), submission: this.submission, language: this.told.language,
      section: this.form.dataset.section, evidence: slot.dataset.evidence, role: place.dataset.role, name: file.name || 'foto.jpg',
      blob: new Blob([await file.arrayBuffer()], { type: file.type }), details, target: `/api/v1/submissions/${this.submission}/uploads`,
    }
    await put('photos', photo)
    this.show(photo)
  }

  async showKept() {
    for (const photo of await all('photos', this.person)) {
      if (photo.submission === this.submission && photo.section === this.form.dataset.section) this.show(photo)
    }
  }

  line(kind, text, mark) {
    const line = document.createElement('p')
    line.className = kind
    line.textContent = text
    line.toggleAttribute(`data-${mark}`, true)
    line.setAttribute('role', 'status')
    return line
  }

  /** A photo that waits: its picture, how far it is, and a button that gives it up. */
  show(photo) {
    const place = this.form.querySelector(`[data-evidence="${photo.evidence}"] [data-role="${photo.role}"]`)
    if (!place || this.box(photo.id)) return
    const box = document.createElement('div')
    box.className = 'file'
    box.dataset.waiting = photo.id
    if (photo.blob.type.startsWith('image/')) {
      const picture = document.createElement('img')
      picture.src = URL.createObjectURL(photo.blob)
      picture.alt = ''
      picture.onload = () => URL.revokeObjectURL(picture.src)
      box.append(picture)
    }
    const bar = document.createElement('progress')
    bar.max = 1
    bar.value = 0
    bar.setAttribute('aria-label', photo.name)
    const drop = document.createElement('button')
    drop.type = 'button'
    drop.className = 'button quiet'
    drop.textContent = this.words.give_up
    drop.onclick = async () => { await remove('photos', photo.id); box.remove() }
    box.append(this.line('hint', say(this.words.file_waits, photo), 'state'), bar, drop)
    place.querySelector('label, .label').after(box)
    if (photo.held) this.happened({ ...photo, state: 'refused', message: photo.held })
  }

  box(id) {
    return this.form.querySelector(`[data-waiting="${id}"]`)
  }

  async happened({ id, name, evidence, state, part, message }) {
    const box = this.box(id)
    if (!box) return
    const line = box.querySelector('[data-state]')
    if (state === 'sending') {
      box.querySelector('progress').value = part
      line.textContent = say(this.words.file_part, { name, part: Math.round(part * 100) })
    } else if (state === 'refused') {
      line.className = 'mistake'
      line.textContent = say(this.words.file_refused, { name, why: message })
      box.querySelector('progress').hidden = true
    } else {
      line.textContent = say(this.words.file_sent, { name })
      await this.refresh(evidence)
      this.box(id)?.remove()
    }
  }

  /** Shows the files of a place as the server has them; photos that wait stay, and so does what was typed. */
  async refresh(evidence) {
    const answer = await fetch(location.pathname)
    if (!answer.ok || answer.redirected) return
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const find = (root) => root.querySelector(`[data-evidence="${evidence}"]`)
    const [mine, theirs] = [find(this.form), find(page)]
    if (!mine || !theirs) return
    for (const upload of theirs.querySelectorAll('.upload')) {
      const place = mine.querySelector(`.upload[data-role="${upload.dataset.role}"]`)
      for (const old of place?.querySelectorAll(':scope > .file:not([data-waiting])') ?? []) old.remove()
      for (const file of upload.querySelectorAll(':scope > .file')) place?.querySelector('label, .label').after(document.adoptNode(file))
    }
  }
}

