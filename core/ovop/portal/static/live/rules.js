// Rules: evaluates the trees that `portal/live/trees.py` makes of a definition's rules, with the results that the server has.
//
// Days are milliseconds since 1970 (midnight UTC). Whole numbers are numbers as long as they are exact, else BigInt; a rule without a result
// throws `NoResult`.

export class NoResult extends Error {}

const fail = (reason) => { throw new NoResult(reason) }
const LEAST = -(2n ** 63n), MOST = 2n ** 63n - 1n, DAY = 86400000

const exact = (value) => (typeof value === 'bigint' || Number.isSafeInteger(value) ? value : fail('not a whole number'))

/** A whole number of 64 bits. */
function whole(value) {
  if (typeof value === 'bigint' && (value < LEAST || value > MOST)) fail('integer overflow')
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** A sum, difference or product; of whole numbers (`isWhole`) it stays exact where a number would not. */
function sum(sign, a, b, isWhole) {
  if (!isWhole) return sign === '+' ? a + b : sign === '-' ? a - b : a * b
  const plain = sum(sign, Number(a), Number(b), false)
  return Number.isSafeInteger(plain) ? plain : sum(sign, BigInt(a), BigInt(b), false)
}

const ratio = (a, b) => a / b

function quotient(a, b) {
  if (Number(b) === 0) fail('divide by zero')
  return whole(BigInt(exact(a)) / BigInt(exact(b)))
}

function remainder(a, b) {
  if (Number(b) === 0) fail('modulus by zero')
  return whole(BigInt(exact(a)) % BigInt(exact(b)))
}

function truncated(value) {
  const cut = Math.trunc(value)
  return Math.abs(value) < 2 ** 63 ? (Number.isSafeInteger(cut) ? cut + 0 : BigInt(cut)) : fail('integer overflow')
}

function parsed(text) {
  return /^[+-]?\d+$/.test(text) ? whole(BigInt(text.replace('+', ''))) : fail('not a whole number')
}

const floats = (values) => (values.length ? values.map(Number) : fail('the list is empty'))
const total = (values) => values.reduce((all, one) => all + Number(one), 0)
const mean = (values) => total(floats(values)) / values.length

function spread(values) {
  const middle = mean(values)
  if (middle === 0) fail('the mean is 0')
  return (Math.max(...values) - Math.min(...values)) / middle * 100
}

function shareOf(truths) {
  return truths.length ? truths.filter(Boolean).length / truths.length * 100 : fail('the list is empty')
}

function weightedShare(truths, weights) {
  const all = total(weights)
  if (truths.length !== weights.length || all <= 0) fail('the weights do not fit')
  return total(weights.filter((_, place) => truths[place])) / all * 100
}

function monthsBetween(first, last) {
  const [a, b] = [new Date(first), new Date(last)]
  const months = (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth()
  return months + (b.getUTCDate() - a.getUTCDate()) / 30.4375
}

/** The instant of a day `YYYY-MM-DD`, null for anything else. */
export function instant(text) {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '0001') return null
  const at = Date.parse(text)
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== text ? null : at
}

function grade(code) {
  const parts = code.split('-').map((part) => (/^\s*[+]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(part) ? Number(part) : fail('no grade')))
  return mean(parts)
}

/** Rounded to so many decimals, a half away from zero: by the digits of the number, as people read it. */
export function roundTo(value, digits) {
  if (!Number.isFinite(value)) return value
  const [mantissa, exponent = '0'] = Math.abs(value).toString().split('e')
  const [front, behind = ''] = mantissa.split('.')
  const shift = digits + Number(exponent) - behind.length
  const all = BigInt(front + behind)
  if (shift >= 0) return value
  const unit = 10n ** BigInt(-shift)
  const rounded = (all + unit / 2n) / unit
  const result = Number(`${rounded}e${-digits}`)
  return value < 0 ? -result : result
}

const read = (reading, key) => (typeof reading[key] === 'number' ? reading[key] : 0)

function verdict(reading, limit) {
  if (reading.category) fail('a reading in categories has no amount')
  const value = read(reading, 'value'), seen = read(reading, 'detection_limit')
  switch (reading.operator) {
    case 'nd': return seen > 0 && seen <= limit ? 'pass' : 'undecided'
    case '<': return value <= limit ? 'pass' : 'undecided'
    case '>': return value >= limit ? 'fail' : 'undecided'
    default: return value <= limit ? 'pass' : 'fail'
  }
}

function amount(reading) {
  if (reading.category) fail('a reading in categories has no amount')
  return reading.operator === 'nd' ? 0 : read(reading, 'value')
}

const FUNCTIONS = {
  whole, ratio, quotient, remainder, truncated, parsed,
  float: Number,
  str: String,
  len: (value) => (typeof value === 'string' ? [...value].length : value.length),
  list: (value) => value,
  item: (values, place) => (place >= 0 && place < values.length ? values[place] : fail('no such element')),
  startswith: (text, start) => text.startsWith(start),
  endswith: (text, end) => text.endsWith(end),
  matches: (text, pattern) => new RegExp(pattern, 'u').test(text),
  count: (values, wanted) => values.filter((value) => value === wanted).length,
  year: (at) => new Date(at).getUTCFullYear(),
  month: (at) => new Date(at).getUTCMonth() + 1,
  day: (at) => new Date(at).getUTCDate(),
  fn_sum: total,
  fn_mean: mean,
  fn_minimum: (values) => Math.min(...floats(values)),
  fn_maximum: (values) => Math.max(...floats(values)),
  fn_worst: (values) => Math.min(...floats(values)),
  fn_spread: spread,
  fn_share_of: shareOf,
  fn_weighted_share: weightedShare,
  fn_days_between: (first, last) => Math.floor((last - first) / DAY),
  fn_months_between: monthsBetween,
  fn_day: (text) => instant(text) ?? fail('not a day'),
  fn_grade: grade,
  fn_round_to: roundTo,
  fn_last_index: (values, wanted) => values.lastIndexOf(wanted),
  fn_first_index: (values, wanted) => values.indexOf(wanted),
  fn_verdict: verdict,
  fn_amount: amount,
}

/** The functions that look into the limit tables and units of one definition. */
function tablesOf(plan) {
  const row = (table, key) =>
    (plan.limits[table] ?? []).find(([keys]) => keys.length === key.length && keys.every((one, place) => one === key[place]))
  const of = (place) => (table, key) => (row(table, key) ?? fail('no limit'))[place] ?? fail('no such limit')
  return {
    fn_limit_min: of(1),
    fn_limit_max: of(2),
    fn_limit_level: of(3),
    fn_has_limit: (table, key) => row(table, key) !== undefined,
    fn_convert(value, source, target) {
      const family = plan.units.find((units) => [source, target].every((code) => units.some(([known]) => known === code)))
      if (!family) fail('no field has both units')
      const [from, to] = [source, target].map((code) => family.find(([known]) => known === code))
      const stored = from[2] ? over(from[1], value) : value * from[1]
      return to[2] ? over(to[1], stored) : stored / to[1]
    },
  }
}

const over = (a, b) => (b === 0 ? fail('division by zero') : a / b)

const COMPARE = {
  '==': (a, b) => a == b, // eslint-disable-line eqeqeq -- a whole number may be a BigInt
  '!=': (a, b) => a != b, // eslint-disable-line eqeqeq -- as above
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  in: (one, among) => (typeof among === 'string' ? among.includes(one) : among.some((other) => other == one)), // eslint-disable-line eqeqeq -- as above
}

/** Evaluates trees of one plan: `evaluator(plan)(tree, look)`, where `look(name)` gives the value of a name (`answered.x` is one). */
export function evaluator(plan) {
  const functions = { ...FUNCTIONS, ...tablesOf(plan) }

  function run(node, look, local) {
    if (!Array.isArray(node)) return node
    const [sign, a, b, c] = node
    const of = (inner) => run(inner, look, local)
    const trial = (inner) => {
      try {
        return [of(inner), null]
      } catch (failure) {
        if (!(failure instanceof NoResult)) throw failure
        return [undefined, failure]
      }
    }
    switch (sign) {
      case 'n': return look(a)
      case 'l': return local[a]
      case 'list': return node.slice(1).map(of)
      case 'get': return of(a)[b]
      case 'not': return !of(a)
      case 'neg': return -of(a)
      case 'if': return of(of(a) ? b : c)
      case 'and': return node.slice(1).every(of)
      case 'or': return node.slice(1).some(of)
      case 'whole':
        if (['+', '-', '*'].includes(a[0])) return whole(sum(a[0], of(a[1]), of(a[2]), true))
        return whole(of(a))
      case '+': case '-': case '*': return sum(sign, of(a), of(b), false)
      case 'not in': return !COMPARE.in(of(a), of(b))
      case 'both': case 'either': {
        const decides = sign === 'either'
        const [left, failure] = trial(a)
        if (!failure && left === decides) return decides
        if (of(b) === decides) return decides
        if (failure) throw failure
        return !decides
      }
      case 'some': case 'every': {
        const decides = sign === 'some'
        let failed = null
        for (const each of of(c)) {
          const inner = { ...local, [a]: each }
          try {
            if (run(b, look, inner) === decides) return decides
          } catch (failure) {
            if (!(failure instanceof NoResult)) throw failure
            failed ??= failure
          }
        }
        if (failed) throw failed
        return !decides
      }
      case 'for': {
        const found = []
        for (const each of of(b)) {
          const inner = { ...local, [a]: each }
          if (node.slice(4).every((condition) => run(condition, look, inner))) found.push(run(c, look, inner))
        }
        return found
      }
    }
    if (sign in COMPARE) return COMPARE[sign](of(a), of(b))
    if (sign in functions) return functions[sign](...node.slice(1).map(of))
    throw new Error(`unknown operation ${sign}`)
  }

  return (tree, look) => run(tree, look, {})
}
