import { cpus } from 'node:os'
import type { Sample } from '../load/run.js'
import type { Workload } from '../workloads.js'
import { median, ratios } from './summary.js'

export interface Result {
  workload: Workload
  samples: Map<string, Sample[]>
}

/** Cost of one list as an org has more members: asked for 10 of them, and for as many as a page may hold. */
export interface GrowthPoint {
  contestant: string
  members: number
  first: number
  sample: Sample
}

export interface Run {
  results: Result[]
  growth: GrowthPoint[]
  rounds: number
  seconds: number
  connections: number
  command: string
}

const of = (samples: readonly Sample[], key: keyof Sample) => median(samples.map((sample) => sample[key]))
const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const ratioText = (own: readonly number[]) =>
  `**${median(own).toFixed(2)}** (${Math.min(...own).toFixed(2)}–${Math.max(...own).toFixed(2)})`

/** The report: ratios first, then what they come from. */
export function markdownOf(run: Run): string {
  const names = [...new Set(run.results.flatMap(({ samples }) => [...samples.keys()]))]
  const overview = run.results.map(({ workload, samples }) => [
    `${workload.name}: ${workload.what}`,
    ...names.map((name) => {
      const own = samples.get(name)
      return own ? ratioText(ratios(own, samples.get('floor') ?? [])) : ''
    }),
  ])
  const details = run.results.map(({ workload, samples }) => {
    const rows = [...samples].map(([name, own]) => [
      name,
      of(own, 'perSecond').toFixed(0),
      of(own, 'nodeMicros').toFixed(0),
      of(own, 'postgresMicros').toFixed(0),
      of(own, 'p50').toFixed(1),
      of(own, 'p99').toFixed(1),
    ])
    const head = ['', 'a second', 'µs of node', 'µs of PostgreSQL', 'p50 ms', 'p99 ms']
    return `### ${workload.name}: ${workload.what}\n\n${table(head, rows)}`
  })
  const growth = table(
    ['', 'members', 'asked for', 'µs of node', 'µs of PostgreSQL'],
    run.growth.map(({ contestant, members, first, sample }) => [
      contestant,
      String(members),
      String(first),
      sample.nodeMicros.toFixed(0),
      sample.postgresMicros.toFixed(0),
    ]),
  )
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.versions.node}`
  return `# Performance

Written by \`${run.command}\`: ${run.rounds} rounds of ${run.seconds} s for each, in turns, over ${run.connections} connections.
${machine}; load, servers and PostgreSQL (commits wait for the disk) share the machine, so the ratios count and not
the numbers. Everybody's answers were compared before the time was taken.

## Requests a second, relative to the floor

Median of the rounds, with the least and the most.

${table(['', ...names], overview)}

![Requests a second, relative to the floor](performance.svg)

The floor is \`node:http\` with one statement written by hand for each operation. Guildhall runs as in production:
permissions, limits, rate limits and masking on. The sources of all are in \`bench/contestants\`.

## What a request costs

${details.join('\n\n')}

## As an org grows

${growth}
`
}

const BAR = 14
const WIDTH = 560
const COLORS = ['#94a3b8', '#2563eb', '#f59e0b', '#10b981', '#a855f7', '#ef4444']

/** The ratios as bars, drawn without a library. */
export function svgOf({ results }: Run): string {
  const names = [...new Set(results.flatMap(({ samples }) => [...samples.keys()]))]
  const bars: string[] = []
  let y = 24
  for (const { workload, samples } of results) {
    bars.push(`<text x="0" y="${y}" font-weight="600">${workload.name}: ${workload.what}</text>`)
    y += 8
    for (const [name, own] of samples) {
      const ratio = median(ratios(own, samples.get('floor') ?? []))
      const width = Math.max(1, (Math.min(ratio, 1.4) / 1.4) * (WIDTH - 180))
      const color = COLORS[names.indexOf(name) % COLORS.length]
      bars.push(
        `<rect x="100" y="${y}" width="${width.toFixed(1)}" height="${BAR - 3}" fill="${color}"/>`,
        `<text x="94" y="${y + 10}" text-anchor="end">${name}</text>`,
        `<text x="${(106 + width).toFixed(1)}" y="${y + 10}">${ratio.toFixed(2)}</text>`,
      )
      y += BAR
    }
    y += 24
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="system-ui, sans-serif" font-size="11" fill="#334155"><rect width="100%" height="100%" fill="#fff"/>${bars.join('')}</svg>\n`
}
