// The form of a section, alive: what is asked for follows from the answers at once, and every change is kept and sent.

import { Inputs } from './inputs.js'
import { Photos } from './photos.js'
import { answered, aroundOf } from './record.js'
import { addMeasurement, addRow, removeRow, setRows } from './rows.js'
import { roundTo } from './rules.js'
import { flush, keepSending } from './outbox.js'
import { get, put, remove } from './store.js'

const KEEP_AFTER = 250, SEND_AFTER = 1200
const form = document.querySelector('form[data-form]')
const told = JSON.parse(document.getElementById('told').textContent)
const { words, language, person } = told
const around = aroundOf(told.around)
const id = `${form.dataset.submission}/${form.dataset.section}`
const state = document.querySelector('[data-saved]')
const say = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? '')
const locale = language === 'en' ? 'en-US' : 'id-ID'
let plan = null
let keepTimer, sendTimer
let goesOn = false

const pairs = () => [...new FormData(form)].filter(([, value]) => typeof value === 'string')
const own = () => new Set(form.elements._fields.value.split(' '))

/* What follows from the answers */

function evaluate(keepBlank) {
  const names = own()
  const section = { all: plan.fields.all.filter((field) => names.has(field.id)) }
  return answered(plan, { ...told.answers, ...new Inputs(pairs(), language, keepBlank).answers(section) }, around)
}

function showField(box, visible, required) {
  box.hidden = !visible
  const caption = box.querySelector(':scope > label, :scope > legend')
  if (!caption || ['group', 'computed'].includes(box.dataset.type)) return
  let mark = caption.querySelector('[data-optional]')
  if (!mark && !required) {
    mark = Object.assign(document.createElement('span'), { className: 'optional', textContent: ` ${words.optional}` })
    mark.dataset.optional = ''
    caption.append(mark)
  }
  if (mark) mark.hidden = required
}

function inWords(value) {
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'number') return value.toLocaleString(locale, { maximumFractionDigits: 6 })
  return Array.isArray(value) ? value.join(', ') : null
}

function showComputed(box, value, field) {
  const output = box.querySelector('output')
  if (value === undefined) output.value = words.later
  else if (field.r === 'date') output.value = new Date(value).toLocaleDateString(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' })
  else {
    const unit = output.dataset.unit ? ` ${output.dataset.unit}` : ''
    output.value = `${inWords(value) ?? value}${typeof value === 'number' ? unit : ''}`
  }
}

const STATISTICS = {
  mean: (n) => n.reduce((a, b) => a + b, 0) / n.length,
  minimum: (n) => Math.min(...n),
  maximum: (n) => Math.max(...n),
  range: (n) => Math.max(...n) - Math.min(...n),
  spread: (n) => (STATISTICS.mean(n) ? STATISTICS.range(n) / STATISTICS.mean(n) * 100 : null),
}

function showStatistics(box, field) {
  const numbers = new Inputs(pairs(), language).answer(field, box.id)
  const line = box.querySelector('[data-shows]')
  line.replaceChildren()
  if (!numbers?.every((value) => typeof value === 'number')) return
  const unit = box.querySelector('.unit')?.textContent ?? ''
  for (const statistic of field.shows) {
    const value = STATISTICS[statistic](numbers)
    if (value === null) continue
    const output = document.createElement('output')
    output.dataset.statistic = statistic
    output.value = roundTo(value, 2).toLocaleString(locale, { maximumFractionDigits: 2, useGrouping: false })
    const span = document.createElement('span')
    span.append(`${told.statistics[statistic]}: `, output, ` ${statistic === 'spread' ? '%' : unit}`)
    line.append(span, ' ')
  }
}

/** The field of a plan at a path such as `steps[0].step`. */
function fieldAt(path) {
  let fields = plan.fields, field
  for (const name of path.replace(/\[\d+\]/g, '').split('.')) {
    field = fields?.all.find((one) => one.id === name)
    fields = field?.f
  }
  return field
}

function showOther(box, field) {
  const other = box.querySelector(':scope > [data-other]')
  if (!other) return
  const chosen = pairs().filter(([name]) => name === box.dataset.name).map(([, value]) => value)
  other.hidden = !field.o?.some((option) => chosen.includes(option))
}

function refresh() {
  if (!plan) return
  const found = evaluate(false), withBlank = evaluate(true)
  for (const box of form.querySelectorAll('[data-field]')) {
    const path = box.dataset.field
    const seen = path.includes('[') ? withBlank : found
    showField(box, seen.visible.has(path), seen.required.has(path))
    const field = fieldAt(path)
    if (!field) continue
    if (field.t === 'computed') showComputed(box, seen.computed[path], field)
    if (field.t === 'series') showStatistics(box, field)
    box.dataset.name = `a.${path.replace(/\[(\d+)\]/g, '.$1')}`
    showOther(box, field)
  }
  for (const slot of form.querySelectorAll('[data-evidence]')) {
    const path = `evidence.${slot.dataset.evidence}`
    showField(slot, found.visible.has(path), found.required.has(path))
  }
}

/* Keeping and sending */

function tell(text, more) {
  state.replaceChildren(text, ...(more ? [' ', more] : []))
}

function link(address, text) {
  return Object.assign(document.createElement('a'), { href: address, textContent: text })
}

/** The button that leads to what both sides wrote, side by side. */
function chooser() {
  const button = Object.assign(document.createElement('button'), { className: 'button', textContent: words.choose, name: '_then', value: 'stay' })
  button.dataset.choose = ''
  return button
}

async function keep() {
  clearTimeout(keepTimer)
  keepTimer = undefined
  const key = crypto.randomUUID()
  form.elements._key.value = key
  const body = new URLSearchParams(pairs()).toString()
  await put('drafts', { id, person, key, at: Date.now(), path: form.action, body })
}

function changed() {
  tell(navigator.onLine ? words.kept : words.offline)
  refresh()
  clearTimeout(keepTimer)
  keepTimer = setTimeout(keep, KEEP_AFTER)
  clearTimeout(sendTimer)
  sendTimer = setTimeout(send, SEND_AFTER)
}

async function send() {
  if (keepTimer !== undefined) await keep()
  await flush(person)
}

function showSaid(answer) {
  for (const box of form.querySelectorAll('[data-field]')) {
    if (box.contains(document.activeElement) || ['rows', 'group'].includes(box.dataset.type)) continue
    const name = box.dataset.name
    const said = answer.said[name] ?? []
    box.querySelector(':scope > [data-said]')?.remove()
    box.classList.toggle('wrong', said.some((one) => one.severity === 'error'))
    if (!said.length) continue
    const place = Object.assign(document.createElement('div'), { id: `${name}-said` })
    place.dataset.said = ''
    for (const one of said) place.append(Object.assign(document.createElement('p'), { className: one.severity === 'error' ? 'mistake' : 'caution', textContent: one.text }))
    box.querySelector(':scope > label, :scope > legend, :scope > .label').after(place)
  }
}

document.addEventListener('ovop:draft', async ({ detail }) => {
  if (detail.state === 'signed_out') tell(words.signed_out, link(`/sign-in?next=${encodeURIComponent(location.pathname)}`, words.sign_in))
  if (detail.id !== id) return
  if (detail.state === 'saving') tell(words.saving)
  if (detail.state === 'saved') {
    form.elements._was.value = detail.answer.marks
    form.elements._version.value = detail.answer.version
    if (goesOn) {
      location.assign(detail.answer.next)
      return
    }
    showSaid(detail.answer)
    if (await get('drafts', id)) { // something was typed meanwhile: it goes on from what is saved now
      await keep()
      flush(person)
    } else tell(say(words.saved, { at: new Date().toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' }) }))
  }
  if (detail.state === 'conflict') {
    tell(words.conflict, chooser())
  }
  if (detail.state === 'closed') tell(words.closed)
  if (detail.state === 'refused') tell(say(words.refused, { why: detail.message }))
})
document.addEventListener('ovop:line', () => tell(words.offline))
addEventListener('offline', () => tell(words.offline))

/* A draft that was kept comes back */

function restore(draft) {
  const given = [...new URLSearchParams(draft.body)]
  const values = new Map()
  for (const [name, value] of given) values.set(name, [...(values.get(name) ?? []), value])
  const count = (group) => new Set(given.map(([name]) => name).filter((name) => name.startsWith(`${group}.`)).map((name) => name.slice(group.length + 1).split('.')[0])).size
  const boxes = () => [...form.querySelectorAll('[data-type=rows]')]
  const done = new Set()
  for (let box; (box = boxes().find((one) => !done.has(one.id)));) { // rows may have rows inside
    done.add(box.id)
    setRows(box, count(box.id))
  }
  for (const box of form.querySelectorAll('[data-type=series]')) {
    while (box.querySelectorAll('.series input').length < (values.get(box.id)?.length ?? 0)) addMeasurement(box)
  }
  const places = new Map()
  for (const input of form.elements) {
    if (!input.name || input.type === 'file' || input.type === 'submit' || input.tagName === 'BUTTON') continue
    const sent = values.get(input.name) ?? []
    if (['radio', 'checkbox'].includes(input.type)) input.checked = sent.includes(input.value)
    else if (sent.length) {
      const place = places.get(input.name) ?? 0
      input.value = sent[place] ?? ''
      places.set(input.name, place + 1)
    }
  }
}

async function begin() {
  const draft = await get('drafts', id)
  if (draft?.person === person) {
    restore(draft)
    tell(draft.held === 'conflict' ? words.conflict : words.restored, draft.held === 'conflict' ? chooser() : null)
  }
  for (const hint of document.querySelectorAll('[data-unscripted]')) hint.hidden = true
  new Photos(form, told)
  form.addEventListener('input', (event) => event.target.type !== 'file' && changed())
  form.addEventListener('change', (event) => event.target.type !== 'file' && send())
  form.addEventListener('click', press)
  form.addEventListener('submit', submitting)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && keepTimer !== undefined && send())
  try {
    plan = await (await fetch(told.plan)).json()
  } catch {
    return // without the rules the page stays as the server drew it; it is kept and sent all the same
  } finally {
    form.dataset.ready = ''
    keepForLater()
    keepSending(person)
  }
  refresh()
}

function press(event) {
  const button = event.target.closest('button[name=_add], button[name=_remove]')
  if (!button) return
  event.preventDefault()
  if (button.name === '_remove') {
    const box = button.closest('[data-type=rows]')
    removeRow(button.closest('.rowbox'))
    box.querySelector(':scope > p > button[name=_add]')?.focus()
  } else {
    const box = button.closest('[data-field]')
    const made = box.dataset.type === 'series' ? addMeasurement(box) : addRow(box)
    refresh()
    ;(made.matches('input') ? made : made.querySelector('input:not([type=hidden]), select, textarea'))?.focus()
  }
  changed()
}

/** The first page of a phone was opened before there was a service worker: it is kept now, for when the line is gone. */
async function keepForLater() {
  if (!navigator.serviceWorker || navigator.serviceWorker.controller) return
  await navigator.serviceWorker.ready
  const pages = await caches.open('ovop-pages')
  await pages.addAll([told.plan, location.pathname])
}

/** Saving is sending what is kept, and then going on. Only what scripts do not know is left to the browser: files of fields, and choosing in a
 * conflict, of which the page that comes carries everything. */
async function submitting(event) {
  const button = event.submitter
  if (button?.dataset.choose !== undefined) {
    clearTimeout(keepTimer)
    clearTimeout(sendTimer)
    remove('drafts', id)
    return
  }
  const carries = [...form.querySelectorAll('input[type=file]')].some((input) => input.files.length)
  if (button?.name === '_drop' || carries) {
    keep()
    form.elements._key.value = crypto.randomUUID() // what is kept is another request
    return
  }
  event.preventDefault()
  clearTimeout(sendTimer)
  goesOn = button?.value === 'next'
  await keep()
  await flush(person)
}

begin()
