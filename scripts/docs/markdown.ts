/** The anchor of a heading, for links. */
export const anchor = (heading: string): string => heading.toLowerCase().replaceAll(' ', '-')

/** Text for a table cell, on one line. */
export const cell = (text: string | null | undefined): string =>
  (text ?? '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|')
    .trim()

export const paragraph = (text: string | null | undefined): string => (text ?? '').trim()

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}
