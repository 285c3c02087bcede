import { cpus } from 'node:os'

/** Something measured, beside what it should be. */
export interface Figure {
  what: string
  value: number
  unit: string
  goal: { is: 'at most' | 'at least'; value: number }
}

export const atMost = (most: number, what: string, value: number, unit: string): Figure => ({
  what,
  value,
  unit,
  goal: { is: 'at most', value: most },
})

export const atLeast = (least: number, what: string, value: number, unit: string): Figure => ({
  what,
  value,
  unit,
  goal: { is: 'at least', value: least },
})

const isMet = ({ value, goal }: Figure) => (goal.is === 'at most' ? value <= goal.value : value >= goal.value)

/** Whole numbers from 100 on, else one digit after the point. */
const shown = (value: number) =>
  Math.abs(value) >= 100 || Number.isInteger(value)
    ? Math.round(value).toLocaleString('en')
    : value.toFixed(1)

const lineOf = (figure: Figure) => {
  const { what, value, unit, goal } = figure
  return `| ${what} | ${shown(value)} ${unit} | ${goal.is} ${shown(goal.value)} | ${isMet(figure) ? 'ok' : 'MISSED'} |`
}

export const heading =
  () => `Measured on ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.versions.node}.
The clients, the server and PostgreSQL share this machine.`

/** The figures of one part, as Markdown. */
export function sectionOf(title: string, figures: readonly Figure[], notes: readonly string[]): string {
  const lines = ['| | measured | goal | |', '| --- | --- | --- | --- |', ...figures.map(lineOf)]
  return [`## ${title}`, ...notes, lines.join('\n')].join('\n\n')
}
