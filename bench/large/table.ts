import { cpus } from 'node:os'
import { largeData } from '../../test/support/largeData.js'
import type { Measured } from './measure.js'

/** How the cost of each operation grows with the database. */
export function growthTable(shares: readonly number[], results: readonly (readonly Measured[])[]): string {
  const number = (value: number) => value.toLocaleString('en')
  const sizes = shares.map((share) => {
    const { invites, events } = largeData(share)
    return `${number(invites)} invites, ${number(events)} events`
  })
  const head = [
    '',
    ...sizes.flatMap((size) => [`rows at ${size}`, 'pages', 'sorted', 'ms']),
    'rows ×',
    'scanned',
  ]
  const rows = (results[0] ?? []).map(({ name }) => {
    const own = results.map((size) => size.find((one) => one.name === name))
    const first = own[0]?.rows ?? 0
    const last = own.at(-1)?.rows ?? 0
    return [
      name,
      ...own.flatMap((one) =>
        one ? [number(one.rows), number(one.pages), number(one.sorted), one.ms.toFixed(1)] : ['', '', '', ''],
      ),
      (last / Math.max(first, 1)).toFixed(1),
      [...new Set(own.flatMap((one) => one?.scanned ?? []))].join(', '),
    ]
  })
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  return `# Growth

Written by \`npm run bench:large\` on ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.versions.node}.
Rows and pages of 8 KB are what PostgreSQL read for one request, by its own account; they do not depend on the machine.
Milliseconds are medians from the request to its answer, client included, and do.

${lines.join('\n')}
`
}
