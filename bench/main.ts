import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startCluster } from './cluster.js'
import { type ContestantName, entries } from './contestants.js'
import { markdownOf } from './report/markdown.js'
import { plotOf } from './report/plot.js'
import { sections } from './sections.js'
import { Session } from './session.js'
import { type WorkloadName, workloads } from './workloads.js'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(entries).join() },
    workloads: { type: 'string', default: [...Object.keys(workloads), ...Object.keys(sections)].join() },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    connections: { type: 'string', default: '32' },
    prof: { type: 'string' },
    /** Also runs the long measurements, and writes docs/performance.md. */
    report: { type: 'boolean', default: false },
  },
})
const names = known('only', Object.keys(entries)) as ContestantName[]
const chosen = known('workloads', [...Object.keys(workloads), ...Object.keys(sections)])
const rounds = Number(values.rounds ?? (values.quick ? 3 : 7))
const POOL = 8

const cluster = await startCluster()
const session = new Session({
  cluster,
  poolSize: POOL,
  rounds,
  ms: Number(values.seconds ?? (values.quick ? 1 : 5)) * 1_000,
  connections: Number(values.connections),
  offers: values.report,
  profiled: values.prof,
})
const written: string[] = []
try {
  if (values.report) await session.startEachAlone(names)
  await session.start(names)
  for (const name of chosen) if (name in workloads) await session.run(workloads[name as WorkloadName])
  if (values.report) {
    await session.grow()
    await session.measureMemory()
  }
  await session.stop()
  for (const name of chosen) {
    const measure = sections[name]
    if (!measure) continue
    const section = await measure({ rounds, quick: values.quick })
    process.stdout.write(`\n${section}\n`)
    written.push(section)
  }
} finally {
  await session.stop()
  await cluster.stop()
}
if (values.report) {
  const command = ['npm run bench --', ...process.argv.slice(2)].join(' ')
  writeFileSync(new URL('../docs/performance.md', import.meta.url), markdownOf(session, command, written))
  writeFileSync(new URL('../docs/performance.svg', import.meta.url), plotOf(session.results))
}
for (const failure of session.failures) console.error(`left out: ${failure.split('\n')[0]}`)
process.exitCode = session.failures.length > 0 ? 1 : 0

function known(option: 'only' | 'workloads', all: string[]): string[] {
  const given = values[option].split(',')
  const unknown = given.filter((name) => !all.includes(name))
  if (unknown.length > 0) throw new Error(`--${option} ${unknown}: there are ${all.join(', ')}`)
  return given
}
