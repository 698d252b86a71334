// Answers held against a plan: what is shown, what is required, what computed fields give; the same as `contract/reading/record.py`.

import { FLAWED, identifierParts, readerOf, readOther } from './reading.js'
import { evaluator, instant, NoResult } from './rules.js'

/** A value with the defaults of what is absent in it. */
function complete(variable, value) {
  if (!variable) return value
  if (variable.m && value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const whole = { ...variable.d }
    for (const [key, part] of Object.entries(value)) if (key in variable.m) whole[key] = complete(variable.m[key], part)
    return whole
  }
  return variable.i && Array.isArray(value) ? value.map((row) => complete(variable.i, row)) : value
}

class Record {
  constructor(plan, raw, parent, base) {
    Object.assign(this, { plan, raw, parent, base, states: [], values: {}, tainted: new Set(), bound: new Map() })
  }

  variable(name) {
    return this.plan.vars[name] ?? this.parent?.variable(name)
  }

  put(name, value) {
    this.bound.set(name, complete(this.plan.vars[name], value))
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, part] of Object.entries(value)) this.put(`${name}.${key}`, part)
    }
  }

  bind(name, value) {
    this.values[name] = value
    this.put(name, value)
  }

  answered(name) {
    return this.bound.has(name) || Boolean(this.parent?.answered(name))
  }

  value(name) {
    if (name.startsWith('answered.')) return this.answered(name.slice(9))
    for (let record = this; record; record = record.parent) if (record.bound.has(name)) return record.bound.get(name)
    return this.variable(name)?.d
  }

  /** The value of a rule; undefined where it is undetermined. */
  evaluate(rule) {
    for (let record = this; record; record = record.parent) {
      if (record.tainted.size && rule.r.some((name) => record.tainted.has(name))) return undefined
    }
    if (!rule.n.every((name) => this.answered(name))) return undefined
    try {
      return this.base.run(rule.t, (name) => this.value(name))
    } catch (failure) {
      if (failure instanceof NoResult) return undefined
      throw failure
    }
  }

  holds(rule) {
    return rule === true || (Boolean(rule) && this.evaluate(rule) === true)
  }
}

const HIDDEN = Symbol('hidden')

function readForm(record, sections) {
  const shown = sections.map((section) => (section.s === undefined ? true : undefined))
  for (const place of record.plan.order) {
    const field = record.plan.all[place]
    shown[field.sec] ??= record.holds(sections[field.sec].s)
    if (shown[field.sec]) readField(field, place, record)
    else record.states[place] = HIDDEN
  }
  return shown.map((seen, place) => seen ?? record.holds(sections[place].s))
}

function readField(field, place, record) {
  if (field.s !== undefined && !record.holds(field.s)) {
    record.states[place] = HIDDEN
    return
  }
  const reader = readerOf(field)
  const raw = record.raw[field.id]
  if (field.c) {
    const value = record.evaluate(field.c)
    if (value !== undefined) record.bind(field.id, value)
  } else if (field.t === 'rows') readRows(field, place, record, raw)
  else if (field.t === 'group') readGroup(field, place, record, raw)
  else if (reader && raw != null) {
    const state = reader(field, raw, record.base.around)
    if (state === undefined) return
    if (state === FLAWED) {
      record.tainted.add(field.id)
      return
    }
    record.bind(field.id, state)
    if (field.o) bindOther(field, record)
    if (field.g) record.bind(`${field.id}_parts`, identifierParts(field, state))
  }
}

function bindOther(field, record) {
  const text = readOther(record.raw[`${field.id}_other`])
  const chosen = [].concat(record.values[field.id])
  if (typeof text === 'string' && field.o.some((option) => chosen.includes(option))) record.bind(`${field.id}_other`, text)
}

function inside(field, raw, record) {
  const inner = new Record(field.f, raw, record, record.base)
  for (const place of field.f.order) readField(field.f.all[place], place, inner)
  return inner
}

const isObject = (raw) => raw !== null && typeof raw === 'object' && !Array.isArray(raw)

function readGroup(field, place, record, raw) {
  const given = raw == null || raw === '' ? {} : raw
  if (!isObject(given)) {
    record.tainted.add(field.id)
    return
  }
  const inner = inside(field, given, record)
  record.states[place] = inner
  if (Object.keys(inner.values).length) record.bind(field.id, inner.values)
  if (inner.tainted.size) record.tainted.add(field.id)
}

function readRows(field, place, record, raw) {
  if (raw == null || raw === '' || (Array.isArray(raw) && !raw.length)) return
  if (!Array.isArray(raw)) {
    record.tainted.add(field.id)
    return
  }
  const rows = raw.slice(0, field.many).map((row) => (isObject(row) ? inside(field, row, record) : null))
  record.states[place] = rows
  const read = rows.filter(Boolean)
  if (read.length < rows.length || read.some((row) => row.tainted.size)) record.tainted.add(field.id)
  record.bind(field.id, read.map((row) => row.values))
}

function survey(fields, record, prefix, found) {
  fields.all.forEach((field, place) => {
    const state = record.states[place]
    if (state === HIDDEN || (found.shown && field.sec !== undefined && !found.shown[field.sec])) return
    const path = prefix + field.id
    found.visible.add(path)
    if (field.c !== undefined) {
      if (field.id in record.values) found.computed[path] = record.values[field.id]
      return
    }
    if (record.holds(field.q)) found.required.add(path)
    if (state instanceof Record) survey(field.f, state, `${path}.`, found)
    else if (Array.isArray(state)) {
      state.forEach((row, number) => row && survey(field.f, row, `${path}[${number}].`, found))
    }
  })
}

/** Facts and files under the names of rules: days of facts are texts, `evidence` has the rows of files as rules see them. */
function bindAround(record, around) {
  for (const [name, value] of Object.entries(around.values)) record.put(name, value)
}

/** What the server must tell beside the answers: `values` by name, files (id -> media type), and today. */
export function aroundOf(told) {
  const values = { ...told.values }
  for (const name of told.days) values[name] = instant(values[name])
  for (const [name, rows] of Object.entries(values)) {
    if (!name.startsWith('evidence.')) continue
    values[name] = rows.map((row) => ({ ...row, issued_on: instant(row.issued_on ?? '') ?? 0, expires_on: instant(row.expires_on ?? '') ?? 0 }))
  }
  return { values, files: told.files, today: told.today ? instant(told.today) : null }
}

/** Evaluates answers: `{visible, required, computed, record}`, paths as in findings. */
export function answered(plan, answers, around) {
  const record = new Record(plan.fields, answers, null, { run: evaluator(plan), around })
  bindAround(record, around)
  const shown = readForm(record, plan.sections)
  const found = { visible: new Set(), required: new Set(), computed: {}, shown, record }
  survey(plan.fields, record, '', found)
  plan.sections.forEach((section, place) => {
    if (!shown[place]) return
    for (const evidence of section.e) {
      const path = `evidence.${evidence.id}`
      if (evidence.s !== undefined && !record.holds(evidence.s)) continue
      found.visible.add(path)
      if (!record.holds(evidence.q)) continue
      found.required.add(path)
      for (const role of evidence.roles) if (record.holds(role.q)) found.required.add(`${path}[${role.id}]`)
    }
  })
  return found
}
