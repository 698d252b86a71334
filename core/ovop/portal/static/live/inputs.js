// From what stands in the inputs of a section to answers as they are sent; the same as `proposals/reading.py` and `figures.py`.

const PLAIN = /^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?$/
const GROUPED = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/
const DAY_FIRST = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/
const NONE = '_none'

function english(text, language) {
  const comma = text.lastIndexOf(','), point = text.lastIndexOf('.')
  const swapped = () => text.replace(/[,.]/g, (sign) => (sign === ',' ? '.' : ','))
  if (comma >= 0 && point >= 0) return point > comma ? text : swapped()
  if (comma === point) return text
  const sign = comma >= 0 ? ',' : '.'
  if (text.split(sign).length > 2) return text.replaceAll('.', ',')
  const thousands = language === 'en' ? ',' : '.'
  return GROUPED.test(text.replaceAll('.', ',')) && sign === thousands ? text.replaceAll(sign, ',') : text.replaceAll(sign, '.')
}

/** The number that a text writes, null where it writes none. */
export function numberOf(text, language) {
  const plain = text.replace(/\s+/g, '')
  if (!plain || plain.length > 40) return null
  let written = english(plain, language)
  if (GROUPED.test(written)) written = written.replaceAll(',', '')
  return PLAIN.test(written) ? Number(written) : null
}

/** A day as `YYYY-MM-DD`, also where it is written day first. */
export function dayOf(text) {
  const match = DAY_FIRST.exec(text)
  return match ? `${match[3]}-${match[2].padStart(2, '0')}-${match[1].padStart(2, '0')}` : text
}

/** Says `undefined` where nothing but `silent` parts is there. */
function begun(parts, ...silent) {
  const given = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined))
  return Object.keys(given).some((name) => !silent.includes(name)) ? given : undefined
}

/** Reads the inputs of a form: `pairs` are name and value as a browser sends them. */
export class Inputs {
  constructor(pairs, language, keepBlank) {
    Object.assign(this, { texts: new Map(), numbers: new Map(), language, keepBlank })
    for (const [name, value] of pairs) {
      this.#noteRows(name)
      if (!name.startsWith('a.')) continue
      const text = String(value).trim()
      if (!this.texts.has(name)) this.texts.set(name, [])
      this.texts.get(name).push(text)
    }
  }

  #noteRows(name) {
    const parts = name.split('.')
    parts.forEach((part, place) => {
      if (!/^\d{1,4}$/.test(part)) return
      const group = parts.slice(0, place).join('.')
      if (!this.numbers.has(group)) this.numbers.set(group, new Set())
      this.numbers.get(group).add(Number(part))
    })
  }

  one(name) {
    return this.texts.get(name)?.at(-1) ?? ''
  }

  every(name) {
    return (this.texts.get(name) ?? []).filter(Boolean)
  }

  text(name) {
    return this.one(name) || undefined
  }

  number(name) {
    const text = this.one(name)
    return text ? numberOf(text, this.language) ?? text : undefined
  }

  day(name) {
    const text = this.one(name)
    return text ? dayOf(text) : undefined
  }

  degrees(name) {
    const text = this.one(name)
    if (!text) return undefined
    const single = (text.match(/[.,]/g) ?? []).length <= 1
    return (single ? numberOf(text.replace(',', '.'), 'en') : null) ?? text
  }

  answers(fields, prefix = 'a.') {
    const found = {}
    for (const field of fields.all) {
      const answer = this.answer(field, prefix + field.id)
      if (answer !== undefined) found[field.id] = answer
      const other = field.o && this.one(`${prefix}${field.id}_other`)
      if (other) found[`${field.id}_other`] = other
    }
    return found
  }

  answer(field, name) {
    switch (field.t) {
      case 'computed': return undefined
      case 'boolean': case 'declaration': return { true: true, false: false }[this.one(name)]
      case 'integer': case 'money': case 'percent': return this.number(name)
      case 'decimal': return field.u ? this.measured(name) : this.number(name)
      case 'duration': return this.measured(name)
      case 'date': return this.day(name)
      case 'code': return this.code(field, name)
      case 'multiselect': return this.listed(this.every(name))
      case 'checklist': {
        const ticked = this.every(name)
        return ticked.length ? ticked.filter((value) => value !== NONE) : undefined
      }
      case 'series': return this.listed(this.every(name).map((text) => numberOf(text, this.language) ?? text))
      case 'group': return begun(this.answers(field.f, `${name}.`))
      case 'rows': return this.rows(field, name)
      case 'dimensions': {
        const parts = field.parts.map(([id]) => [id, this.number(`${name}.${id}`)])
        return begun({ ...Object.fromEntries(parts), unit: this.text(`${name}.unit`) }, 'unit')
      }
      case 'location':
        return begun({ region: this.text(`${name}.region`), latitude: this.degrees(`${name}.latitude`), longitude: this.degrees(`${name}.longitude`) })
      case 'reading': return this.reading(name)
      case 'sample': return begun({ count: this.number(`${name}.count`), lot: this.text(`${name}.lot`), expires_on: this.day(`${name}.expires_on`) })
      default: return this.text(name)
    }
  }

  listed(values) {
    return values.length ? values : undefined
  }

  measured(name) {
    return begun({ value: this.number(`${name}.value`), unit: this.text(`${name}.unit`) }, 'unit')
  }

  reading(name) {
    const category = this.text(`${name}.category`), operator = this.text(`${name}.operator`)
    const value = this.number(`${name}.value`), limit = this.number(`${name}.detection_limit`)
    if (value === undefined && limit === undefined && operator !== 'nd') return category ? { category } : undefined
    return begun({ operator, value, unit: this.text(`${name}.unit`), detection_limit: limit, category })
  }

  /** Codes are also typed as `name (code)`. */
  code(field, name) {
    const text = this.one(name)
    const inside = /\(([^()]+)\)$/.exec(text)?.[1]
    return (field.v.includes(text) ? text : field.v.includes(inside) ? inside : text) || undefined
  }

  rows(field, name) {
    const numbers = [...(this.numbers.get(name) ?? [])].sort((a, b) => a - b)
    const rows = numbers.map((number) => this.answers(field.f, `${name}.${number}.`))
    return this.listed(rows.filter((row) => this.keepBlank || Object.keys(row).length))
  }
}
