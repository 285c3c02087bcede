import { cpus } from 'node:os'
import type { ContestantName } from '../contestants.js'
import { IDLE_MS } from '../load/startup.js'
import { type Result, type Session, SHARES } from '../session.js'
import { baseOf, middleOf, ratiosOf, spread } from './summary.js'

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const titleOf = ({ workload }: Result) => `${workload.name}: ${workload.what}`

/** A short description of each contestant. The source code says the rest. */
const who: Record<ContestantName, string> = {
  floor: '`node:http`, and for each operation one statement or function written by hand',
  flat: 'a harder floor: flat rows, the statements of one turn in one write, JSON by hand',
  bare: 'the limit of HTTP: `node:http` with the same bytes for each request',
  guildhall: 'as in production: permissions, limits, rate limits, CSRF protection and masking on',
  'guildhall-plain': 'the same without the accelerator',
  'guildhall-executor': 'the same with the accelerator’s compiled executor alone',
  'guildhall-reads': 'the same with the accelerator’s SQL reads alone',
  'guildhall-streams': 'the same with the accelerator’s shared streams alone',
  guildhall2: 'the same with `WORKERS=2`, and as many connections to the database in all',
  naive: 'Yoga, Pothos and Prisma as their guides have it',
  mercurius: 'Fastify, compiled queries, loaders, prepared statements by hand',
  'mercurius-guarded':
    'the same with Fastify’s plugins for CORS, limits by address and overload, and with request ids and limits of depth and body',
  postgraphile: 'the Amber preset over views and functions, the viewer by `pgSettings`',
  'better-auth':
    'its organization plugin over REST, with its cookie cache, on tables of its own in the same PostgreSQL; it takes no lock and writes no events',
}

/** The report: the ratios, then the measurements. The text is true for any figures. */
export function markdownOf(session: Session, command: string, sections: readonly string[]): string {
  const { results, failures, options } = session
  const { rounds, ms, connections, poolSize } = options
  const names = [...new Set(results.flatMap(({ samples }) => [...samples.keys()]))] as ContestantName[]
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.versions.node}`
  const parts = [
    `# Performance

Written by \`${command}\` on ${machine}.
The load generator, the servers and PostgreSQL share this machine, so compare the ratios and not the absolute numbers.
All servers use the same database (1,000 orgs, 20,000 users) with ${poolSize} connections. Commits wait for the disk. Each server
gets requests over ${connections} connections, and is measured in turn, in ${rounds} rounds of ${ms / 1_000} s. Before the measurement, the
answers of each server and the rows that it wrote were compared with Guildhall's.`,
    ...(failures.length > 0
      ? [
          `Left out, because they failed:\n\n${failures.map((failure) => `- ${firstLine(failure)}`).join('\n')}`,
        ]
      : []),
    `## Requests a second, relative to ${baseOf(results[0]?.samples ?? new Map())}

Median of the rounds, with the minimum and the maximum.

${ratioTable(results, names)}

![Requests a second, relative to the floor](performance.svg)

${names.map((name) => `- **${name}**: ${who[name]}`).join('\n')}

The source code of all servers is in \`bench/contestants\`. PostGraphile needs Node ≥ 22 and runs on it.`,
    `## What a request costs

Each server gets as many requests as it can handle. An invite and its acceptance count as one request.

${results.map((result) => `### ${titleOf(result)}\n\n${costTable(result)}`).join('\n\n')}`,
    `## Below capacity

Each server gets a share of the requests that it handled above, at a steady rate, even if it does not answer. The time
of a request begins when it should have been sent. A single request costs more than one of ${connections} that arrive together. So
at ${(SHARES[0] ?? 0) * 100} % of capacity a server with one process uses more than ${(SHARES[0] ?? 0) * 100} % of its core.

${results.map((result) => `### ${titleOf(result)}\n\n${offeredTable(result)}`).join('\n\n')}`,
    `## As an org grows

CPU time of a request for a page of members, by the size of the page and of the org.

${growthTable(session)}`,
    `## Start and memory

The time from the start of the process until the server is ready, on a migrated database. Then the resident memory,
${IDLE_MS / 1_000} s after the start and ${IDLE_MS / 1_000} s after all of the work above. Medians, with the minimum and the maximum.

${startTable(session)}`,
    ...sections,
  ]
  return `${parts.join('\n\n')}\n`
}

const firstLine = (text: string) => text.split('\n')[0] ?? ''

const ratioTable = (results: readonly Result[], names: readonly string[]) =>
  table(
    ['', ...names],
    results.map((result) => [
      titleOf(result),
      ...names.map((name) => {
        if (!result.samples.has(name)) return ''
        const [middle, range] = spread(ratiosOf(result.samples, name))
        return `**${middle}** (${range})`
      }),
    ]),
  )

const costTable = ({ samples }: Result) =>
  table(
    ['', 'a second', 'µs of node', 'µs of PostgreSQL', 'p50 ms', 'p99 ms'],
    [...samples].map(([name, own]) => [
      name,
      middleOf(own, 'perSecond').toFixed(0),
      middleOf(own, 'nodeMicros').toFixed(0),
      middleOf(own, 'postgresMicros').toFixed(0),
      middleOf(own, 'p50').toFixed(1),
      middleOf(own, 'p99').toFixed(1),
    ]),
  )

const offeredTable = ({ offered }: Result) =>
  table(
    [
      '',
      'of capacity',
      'offered a second',
      'p50 ms',
      'p99 ms',
      'p99 : p50',
      'cores of node',
      'cores of PostgreSQL',
    ],
    [...offered].flatMap(([share, samples]) =>
      [...samples].map(([name, own]) => [
        name,
        `${share * 100} %`,
        middleOf(own, 'perSecond').toFixed(0),
        range(own.map(({ p50 }) => p50)),
        range(own.map(({ p99 }) => p99)),
        range(own.map(({ p50, p99 }) => p99 / p50)),
        middleOf(own, 'nodeCores').toFixed(2),
        middleOf(own, 'postgresCores').toFixed(2),
      ]),
    ),
  )

const range = (values: number[]) => {
  const [middle, ends] = spread(values, 1)
  return `${middle} (${ends})`
}

const growthTable = ({ growth }: Session) =>
  table(
    ['', ...growth.map(({ members, first }) => `${first} of ${members.toLocaleString('en')}`)],
    [...new Set(growth.flatMap(({ samples }) => [...samples.keys()]))].flatMap((name) =>
      (['nodeMicros', 'postgresMicros'] as const).map((key) => [
        `${name}, µs of ${key === 'nodeMicros' ? 'node' : 'PostgreSQL'}`,
        ...growth.map(({ samples }) => {
          const own = samples.get(name)
          return own ? middleOf(own, key).toFixed(0) : ''
        }),
      ]),
    ),
  )

const startTable = ({ startups, finalMb }: Session) =>
  table(
    ['', 'ms to ready', 'MB idle', 'MB after the work'],
    [...startups].map(([name, own]) => [
      name,
      `${spread(
        own.map(({ readyMs }) => readyMs),
        0,
      ).join(' (')})`,
      `${spread(
        own.map(({ idleMb }) => idleMb),
        0,
      ).join(' (')})`,
      finalMb.get(name)?.toFixed(0) ?? '',
    ]),
  )
