import { writeFileSync } from 'node:fs'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { startCluster } from './cluster.js'
import { type Contestant, type ContestantName, entries, startContestant } from './contestants.js'
import { answerAll, answersOf, measure, next, type Sample } from './load/run.js'
import { type GrowthPoint, markdownOf, type Result, svgOf } from './report/markdown.js'
import { summaryOf } from './report/summary.js'
import { growth, signIns, type Workload, workloads } from './workloads.js'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(entries).join() },
    workloads: { type: 'string', default: Object.keys(workloads).join() },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string', default: '32' },
    prof: { type: 'string' },
    /** Writes docs/performance.md. */
    report: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds ?? (values.quick ? 3 : 7))
const ms = Number(values.seconds ?? (values.quick ? 1 : 5)) * 1_000
const connections = Number(values.connections)
const POOL = 8
const WARM_UP_MS = 5_000

const names = values.only.split(',') as ContestantName[]
const chosen = values.workloads.split(',') as (keyof typeof workloads)[]

const cluster = await startCluster()
const contestants: Contestant[] = []
const results: Result[] = []
const grown: GrowthPoint[] = []
try {
  for (const name of names) {
    const flags = values.prof === name ? ['--cpu-prof', '--cpu-prof-dir=/tmp/guildhall-prof'] : []
    contestants.push(await startContestant(name, { databaseUrl: cluster.url, poolSize: POOL, flags }))
  }
  for (const contestant of contestants) await answerAll(contestant, signIns(), connections)
  for (const key of chosen) await runWorkload(key)
  if (values.report) await measureGrowth()
} finally {
  for (const contestant of contestants) await contestant.stop()
  await cluster.stop()
}
if (values.report) {
  const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`
  const run = { results, growth: grown, rounds, seconds: ms / 1_000, connections, command }
  writeFileSync(new URL('../docs/performance.md', import.meta.url), markdownOf(run))
  writeFileSync(new URL('../docs/performance.svg', import.meta.url), svgOf(run))
}

async function runWorkload(key: keyof typeof workloads): Promise<void> {
  const workload = workloads[key]
  const taking = contestants.filter(({ name }) => entries[name as ContestantName].workloads.includes(key))
  await compare(key, taking)
  const samples = new Map<string, Sample[]>(taking.map(({ name }) => [name, []]))
  const settings = { connections, postmaster: cluster.pid }
  // Until the compiler has made its mind up.
  for (const contestant of taking) await measure(contestant, workload, { ...settings, ms: WARM_UP_MS })
  for (let round = 0; round < rounds; round++)
    for (const contestant of taking)
      samples.get(contestant.name)?.push(await measure(contestant, workload, { ...settings, ms }))
  process.stdout.write(summaryOf(workload, samples))
  results.push({ workload, samples })
}

/** The same page of ever larger orgs costs the same; a page of more rows costs by the row. */
async function measureGrowth(): Promise<void> {
  const settings = { connections, postmaster: cluster.pid, ms }
  for (const { members, ask } of growth)
    for (const first of [10, 100])
      for (const contestant of contestants) {
        const page: Workload = { name: `${members}`, what: '', ask: () => ask(first) }
        const sample = await measure(contestant, page, settings)
        grown.push({ contestant: contestant.name, members, first, sample })
      }
}

/** Everybody has to give the same answer before anybody is timed; of writes, but for the new ids. */
async function compare(key: keyof typeof workloads, taking: Contestant[]): Promise<void> {
  const workload = workloads[key]
  let expected: unknown
  for (const contestant of taking) {
    const answer = await answersOf(contestant, key === 'W3' ? next(workload) : workload.ask(5))
    const comparable = key === 'W3' ? JSON.parse(JSON.stringify(answer, withoutWhoAndId)) : answer
    expected ??= comparable
    if (!isDeepStrictEqual(comparable, expected))
      throw new Error(
        `${key}: ${contestant.name} answers otherwise:\n${JSON.stringify(comparable)}\n${JSON.stringify(expected)}`,
      )
  }
}

function withoutWhoAndId(name: string, value: unknown): unknown {
  return name === 'id' || name === 'email' || name === 'name' ? typeof value : value
}
