import { startCluster } from '../cluster.js'
import { median } from '../load/quantile.js'
import {
  type StreamContestant,
  type StreamContestantName,
  startStreamContestant,
  streamContestantNames,
  takeSample,
} from './contestants.js'
import { type Idle, idle } from './idle.js'
import { type Stopped, stoppedReader } from './stoppedReader.js'
import { deliver, openAll, type Pace, paces, type Round } from './throughput.js'
import { seedWatched, watchingEach, watchingOne } from './watchedOrg.js'
import { Watchers } from './watchers.js'

export interface FanOutOptions {
  only: StreamContestantName[]
  parts: string[]
  rounds: number
  subscribers: number
  /** Length of the part `stopped`, s. */
  seconds: number
  /** The contestant to write a CPU profile of. */
  prof?: string | undefined
}

export const everyPart = ['broadcast', 'idle', 'stopped']
const POOL = 8
const KB = 1_024

/** Measures the cost of subscriptions with a database of its own. @returns a section of the report, as Markdown */
export async function fanOutSection(options: FanOutOptions): Promise<string> {
  const cluster = await startCluster()
  try {
    await seedWatched(cluster.url)
    const start = { databaseUrl: cluster.url, poolSize: POOL }
    const { parts } = options
    return [
      `## Streams\n\nTo ${options.subscribers} subscribers of one org, each with its own socket.`,
      ...(parts.includes('broadcast') ? [await broadcast(options, start, cluster.pid)] : []),
      ...(parts.includes('idle') ? [await idleTable(options.only, start)] : []),
      ...(parts.includes('stopped')
        ? [stoppedText(options.seconds, await stoppedReader(options.seconds, start))]
        : []),
    ].join('\n\n')
  } finally {
    await cluster.stop()
  }
}

async function broadcast(
  { only, rounds, subscribers, prof }: FanOutOptions,
  start: { databaseUrl: string; poolSize: number },
  postmaster: number,
): Promise<string> {
  const running: { contestant: StreamContestant; watchers: Watchers }[] = []
  const results = new Map<Pace, Map<string, Round[]>>()
  try {
    // Guildhall first, because all others send the message that its subscribers receive.
    for (const name of streamContestantNames) {
      if (name !== 'guildhall' && !only.includes(name)) continue
      const flags = prof === name ? ['--cpu-prof', '--cpu-prof-dir=/tmp/guildhall-prof'] : []
      const contestant = await startStreamContestant(name, { ...start, flags })
      const watchers = new Watchers()
      running.push({ contestant, watchers })
      if (name === 'guildhall') await takeSample(contestant)
      if (only.includes(name)) await openAll(contestant, watchers, watchingOne(subscribers))
    }
    const taking = running.filter(({ contestant }) => only.includes(contestant.name as StreamContestantName))
    for (const pace of paces) {
      const samples = new Map<string, Round[]>()
      results.set(pace, samples)
      // The first round is a warm-up.
      for (let round = -1; round < rounds; round++)
        for (const { contestant, watchers } of taking) {
          const measured = await deliver(contestant, watchers, subscribers, pace, postmaster)
          if (round >= 0) samples.set(contestant.name, [...(samples.get(contestant.name) ?? []), measured])
        }
      process.stderr.write(`${broadcastTable(pace, samples)}\n\n`)
    }
  } finally {
    for (const { watchers } of running) watchers.stop()
    for (const { contestant } of running) await contestant.stop()
  }
  return [...results].map(([pace, samples]) => broadcastTable(pace, samples)).join('\n\n')
}

function broadcastTable({ name, what }: Pace, samples: Map<string, Round[]>): string {
  const floor = samples.get('ws')
  const rows = [...samples].map(([contestant, rounds]) => {
    const of = (key: keyof Round) => median(rounds.map((round) => round[key]))
    const ratio = (key: 'perSecond' | 'serverMicros') => {
      if (!floor) return ''
      const each = rounds.map((round, index) => {
        const base = floor[index]?.[key] ?? Number.NaN
        return key === 'perSecond' ? round[key] / base : base / round[key]
      })
      return `**${median(each).toFixed(2)}** (${Math.min(...each).toFixed(2)}–${Math.max(...each).toFixed(2)})`
    }
    return [
      contestant,
      ratio('perSecond'),
      ratio('serverMicros'),
      of('perSecond').toFixed(0),
      of('serverMicros').toFixed(1),
      of('postgresMicros').toFixed(0),
      of('p50').toFixed(1),
      of('p99').toFixed(1),
    ]
  })
  const head = [
    '',
    '× ws, by time',
    '× ws, by CPU',
    'delivered a second',
    'µs each',
    'µs of PostgreSQL an event',
    'p50 ms',
    'p99 ms',
  ]
  return `### ${name}: ${what}\n\n${table(head, rows)}`
}

async function idleTable(
  only: StreamContestantName[],
  start: { databaseUrl: string; poolSize: number },
): Promise<string> {
  const rows: string[][] = []
  for (const name of only)
    for (const [what, watching] of [
      ['5,000 of one org', watchingOne(5_000)],
      ['1 of each of 1,000 orgs', watchingEach(1_000)],
    ] as const) {
      const { each, left }: Idle = await idle(name, watching, start)
      const kb = [each.heap, each.rss, left.heap].map((bytes) => (bytes / KB).toFixed(1))
      rows.push([name, what, ...kb])
    }
  const head = [
    '',
    'subscribers',
    'KB of heap each',
    'KB of memory each',
    'KB of heap left of each when they are gone',
  ]
  return `### Waiting for events\n\n${table(head, rows)}`
}

const stoppedText = (
  seconds: number,
  { delays, rss, received }: Stopped,
) => `### One reader of a hundred stops

1,000 events per second for ${seconds} s. Delay of the other 99 readers: p50 ${delays.p50.toFixed(0)} ms, p99 ${delays.p99.toFixed(0)} ms, at most ${delays.max.toFixed(0)} ms.
Memory of the server: ${rss.before.toFixed(0)} MB before, ${rss.most.toFixed(0)} MB at most, ${rss.after.toFixed(0)} MB after.
The stopped reader receives: \`${received.replace(/^.*?"type"/, '{"type"').slice(0, 200)}\``

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
