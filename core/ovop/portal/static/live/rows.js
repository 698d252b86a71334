// Rows and measurements more or fewer, without asking the server.

const BLANK = 9999
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Gives everything in an element another row number: names and ids (`a.steps.3`), paths (`steps[3]`), and what is told (`row 4`). */
function renumber(row, group, from, to) {
  const path = group.slice(2).replace(/\.(\d+)(?=\.|$)/g, '[$1]')
  const name = new RegExp(`${escaped(group)}\\.${from}(?!\\d)`, 'g')
  const within = (root) => {
    for (const element of root.nodeType === Node.ELEMENT_NODE ? [root, ...root.querySelectorAll('*')] : root.querySelectorAll('*')) {
      for (const { name: key, value } of [...element.attributes]) {
        const changed = value.replace(name, `${group}.${to}`).replaceAll(`${path}[${from}]`, `${path}[${to}]`)
        if (changed !== value) element.setAttribute(key, changed)
      }
      if (element.content) within(element.content)
    }
  }
  within(row)
  for (const told of [row.querySelector(':scope > legend'), row.querySelector(':scope > button')]) {
    const text = told?.firstChild
    const at = text?.data?.lastIndexOf(String(from + 1)) ?? -1
    if (at >= 0) text.data = `${text.data.slice(0, at)}${to + 1}${text.data.slice(at + String(from + 1).length)}`
  }
}

const rowsOf = (box) => [...box.querySelectorAll(':scope > .rowbox')]

/** The last row behind which a new one stands, and a new row; gives the row. */
export function addRow(box) {
  const template = box.querySelector(':scope > template[data-blank]')
  const row = template.content.firstElementChild.cloneNode(true)
  renumber(row, box.id, BLANK, rowsOf(box).length)
  template.before(row)
  return row
}

/** Takes a row out; those behind it move up. */
export function removeRow(row) {
  const box = row.parentElement
  const place = rowsOf(box).indexOf(row)
  row.remove()
  rowsOf(box).slice(place).forEach((one, step) => renumber(one, box.id, place + step + 1, place + step))
}

/** Makes a repeating group have so many rows. */
export function setRows(box, count) {
  while (rowsOf(box).length < count) addRow(box)
  while (rowsOf(box).length > count) removeRow(rowsOf(box).at(-1))
}

/** Another empty input behind those of a series; gives it. */
export function addMeasurement(box) {
  const inputs = [...box.querySelectorAll('.series input')]
  const last = inputs.at(-1)
  const input = last.cloneNode()
  input.id = `${box.id}.${inputs.length}`
  input.value = ''
  input.setAttribute('aria-label', (last.getAttribute('aria-label') ?? '').replace(String(inputs.length), String(inputs.length + 1)))
  last.after(input)
  return input
}
