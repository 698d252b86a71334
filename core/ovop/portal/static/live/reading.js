// Answers as they are sent -> values as rules see them, one reader a type; the same as `contract/reading/` on the server.
//
// A reader gives a value, `undefined` for an answer that says nothing, or `FLAWED` for one that cannot be taken.

import { instant } from './rules.js'

export const FLAWED = Symbol('flawed')

const LARGEST = Number.MAX_SAFE_INTEGER
const isObject = (raw) => raw !== null && typeof raw === 'object' && !Array.isArray(raw)
const text = (raw) => (typeof raw === 'string' && raw.isWellFormed?.() !== false && !raw.includes('\0') ? raw.trim() : null)
const within = (value, low, high) => (low == null || value >= low) && (high == null || value <= high)
const blank = (raw) => raw == null || (typeof raw === 'string' && !raw.trim())

/** A pattern of the definition, which is written for Python; null where a browser cannot take it. */
function pattern(source) {
  try {
    return new RegExp(`^(?:${source.replaceAll('(?P<', '(?<')})$`, 'u')
  } catch {
    return null
  }
}

function readText(field, raw) {
  const value = text(raw)
  if (value === null) return FLAWED
  if (!value) return undefined
  if (!within([...value].length, field.lo, field.hi)) return FLAWED
  return field.p && pattern(field.p)?.test(value) === false ? FLAWED : value
}

function readInteger(field, raw) {
  if (typeof raw !== 'number' || !Number.isInteger(raw)) return FLAWED
  return within(raw, field.lo ?? -LARGEST, field.hi ?? LARGEST) ? raw : FLAWED
}

function readNumber(field, raw) {
  return typeof raw === 'number' && Number.isFinite(raw) && within(raw, field.lo, field.hi) ? raw : FLAWED
}

function readDay(field, raw, around) {
  const value = text(raw)
  if (value === null) return FLAWED
  if (!value) return undefined
  const day = instant(value)
  if (day === null) return FLAWED
  const { today } = around
  return today != null && ((field.na && day > today) || (field.nb && day < today)) ? FLAWED : day
}

function readChoice(field, raw) {
  const value = text(raw)
  if (value === null) return FLAWED
  if (!value) return undefined
  return field.v.includes(value) ? value : FLAWED
}

function readGrade(field, raw) {
  const value = text(raw)
  if (value === null) return FLAWED
  return value ? field.v[value] ?? FLAWED : undefined
}

function readChoices(field, raw) {
  if (!Array.isArray(raw)) return raw === '' ? undefined : FLAWED
  if (!raw.length) return field.none ? [] : undefined
  if (!raw.every((item) => field.v.includes(item))) return FLAWED
  const chosen = [...new Set(raw)]
  if (chosen.length > 1 && chosen.some((item) => field.x?.includes(item))) return FLAWED
  return within(chosen.length, field.lo, field.hi) ? chosen : FLAWED
}

function readSeries(field, raw) {
  if (!Array.isArray(raw)) return raw === '' ? undefined : FLAWED
  if (!raw.length) return undefined
  const good = raw.every((item) => readNumber(field, item) !== FLAWED)
  return good && within(raw.length, field.few, field.many) ? raw : FLAWED
}

function readFile(field, raw, around) {
  const value = text(raw)
  if (value === null) return FLAWED
  if (!value) return undefined
  const media = around.files[value]
  return media === undefined || (field.m && media && !field.m.includes(media)) ? FLAWED : value
}

/** What an answer of several parts says; `undefined` where nothing, FLAWED where it has a part that it should not have. */
function begun(raw, parts) {
  if (!isObject(raw)) return blank(raw) ? undefined : FLAWED
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => !blank(value)))
  const names = Object.keys(given)
  if (!names.length || (names.length === 1 && names[0] === 'unit')) return undefined
  return names.every((name) => parts.includes(name)) ? given : FLAWED
}

/** The conversion to the stored unit for the unit that an answer names; null for an unknown one. */
function conversion(units, named) {
  const known = units ?? []
  const code = blank(named) && named !== '   ' ? (known.length <= 1 ? known[0]?.[0] ?? '' : null) : named
  if (!known.length && code === '') return (value) => value
  const unit = known.find(([one]) => one === code)
  if (!unit) return null
  const [, factor, inverse] = unit
  return (value) => {
    const stored = inverse ? (value > 0 ? factor / value : 0) : value * factor
    return Number.isFinite(stored) && (!inverse || stored > 0) ? stored : FLAWED
  }
}

function converted(raw, convert) {
  return typeof raw === 'number' && Number.isFinite(raw) ? convert(raw) : FLAWED
}

function readMeasured(field, raw) {
  const given = begun(raw, ['value', 'unit'])
  if (given === undefined || given === FLAWED) return given
  const convert = conversion(field.u, given.unit)
  if (!convert || !('value' in given)) return FLAWED
  const value = converted(given.value, convert)
  return value !== FLAWED && within(value, field.lo, field.hi) ? value : FLAWED
}

function readDimensions(field, raw) {
  const given = begun(raw, [...field.parts.map(([id]) => id), 'unit'])
  if (given === undefined || given === FLAWED) return given
  const convert = conversion(field.u, given.unit)
  if (!convert) return FLAWED
  const stored = {}
  for (const [id, low, high] of field.parts) {
    const value = id in given ? converted(given[id], convert) : FLAWED
    if (value === FLAWED || !within(value, low, high)) return FLAWED
    stored[id] = value
  }
  return stored
}

function readPlace(field, raw) {
  const given = begun(raw, ['region', 'latitude', 'longitude'])
  if (given === undefined || given === FLAWED) return given
  const region = text(given.region ?? '')
  if (!region || !/^\d{2}(\.?\d{2}(\.?\d{2}(\.?\d{4})?)?)?$/.test(region)) return FLAWED
  const place = { region }
  if (!('latitude' in given) && !('longitude' in given)) return place
  for (const [part, limit] of [['latitude', 90], ['longitude', 180]]) {
    if (readNumber({ lo: -limit, hi: limit }, given[part]) === FLAWED) return FLAWED
    place[part] = given[part]
  }
  return place
}

function readReading(field, raw) {
  const given = begun(raw, ['operator', 'value', 'unit', 'detection_limit', ...(field.v ? ['category'] : [])])
  if (given === undefined || given === FLAWED) return given
  if ('category' in given) {
    const alone = Object.keys(given).every((key) => key === 'category' || key === 'unit')
    const value = text(given.category)
    return alone && field.v.includes(value) ? { category: value } : FLAWED
  }
  const operator = given.operator ?? '='
  if (!['=', '<', '>', 'nd'].includes(operator) || (operator === 'nd') === 'value' in given) return FLAWED
  const stored = { operator, unit: field.u[0]?.[0] ?? '' }
  const numbers = ['value', 'detection_limit'].filter((key) => key in given)
  const convert = numbers.length ? conversion(field.u, given.unit) : (value) => value
  if (!convert) return FLAWED
  for (const key of numbers) {
    stored[key] = converted(given[key], convert)
    if (stored[key] === FLAWED) return FLAWED
  }
  return stored
}

function readSample(field, raw, around) {
  const given = begun(raw, ['count', 'lot', 'expires_on'])
  if (given === undefined || given === FLAWED) return given
  const count = readInteger({ lo: field.lo }, given.count)
  const lot = text(given.lot ?? '')
  if (count === FLAWED || lot === null || [...lot].length > 100) return FLAWED
  const expires = readDay({ nb: true }, given.expires_on ?? '', around)
  if (expires === FLAWED || (expires === undefined && field.per)) return FLAWED
  return expires === undefined ? { count, lot } : { count, lot, expires_on: expires }
}

const READERS = {
  text: readText, longtext: readText, identifier: readText, reference: readText,
  integer: readInteger, money: readInteger, percent: readNumber,
  decimal: (field, raw) => (field.u ? readMeasured : readNumber)(field, raw),
  duration: readMeasured,
  date: readDay,
  boolean: (field, raw) => (typeof raw === 'boolean' ? raw : FLAWED),
  declaration: (field, raw) => (raw === true ? true : FLAWED),
  select: readChoice, code: readChoice, grade: readGrade,
  multiselect: readChoices, checklist: readChoices,
  series: readSeries, file: readFile, dimensions: readDimensions, location: readPlace, reading: readReading, sample: readSample,
}

/** The reader of a field; undefined for groups, rows and computed fields. */
export const readerOf = (field) => READERS[field.t]

export const readOther = (raw) => readText({ lo: 1, hi: 200 }, raw || '')

/** The named parts of a number that matches its pattern. */
export function identifierParts(field, value) {
  const match = pattern(field.p)?.exec(value)
  return match ? Object.fromEntries(Object.entries(field.g).map(([name, group]) => [name, (match.groups?.[group] ?? match[group]) || ''])) : {}
}
