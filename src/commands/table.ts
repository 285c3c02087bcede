import { cleanText } from '../lib/cleanText.js'

type Cell = string | number | Date | null | readonly string[]

/** A value as one readable line. Names come from people, so it contains nothing that a terminal would obey. */
function textOf(cell: Cell): string {
  if (cell === null) return '-'
  if (cell instanceof Date) return cell.toISOString()
  if (typeof cell === 'object') return cell.length === 0 ? '-' : cell.map((one) => cleanText(one)).join(', ')
  return typeof cell === 'number' ? String(cell) : cleanText(cell)
}

/** One line for each row, with a line of titles above. */
export function tableOf<Row>(rows: readonly Row[], columns: Record<string, (row: Row) => Cell>): string {
  const lines = [
    Object.keys(columns),
    ...rows.map((row) => Object.values(columns).map((of) => textOf(of(row)))),
  ]
  return aligned(lines)
}

/** One line for each field, with its name before it. */
export function fieldsOf(fields: Record<string, Cell>): string {
  return aligned(Object.entries(fields).map(([name, cell]) => [name, textOf(cell)]))
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const line of lines)
    for (const [at, text] of line.entries()) widths[at] = Math.max(widths[at] ?? 0, text.length)
  return lines
    .map((line) =>
      line
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
