import { readFileSync } from 'node:fs'
import pg from 'pg'
import { startCluster } from './cluster.js'
import { openPipes, type Pipes } from './contestants/flatRows.js'
import { flat } from './contestants/flatStatements.js'
import { cpuOf } from './load/cpu.js'
import { median } from './load/quantile.js'
import type { SectionOptions } from './sections.js'
import { emailOf, idOf, MEMBERS, ORGS, USERS } from './seed.js'

const POOL = 8
/** Requests in flight, as the clients of the other workloads have. */
const IN_FLIGHT = 32
const WARM_UP_MS = 1_000

type Run = Pipes['run']

/** What the harder floor asks of PostgreSQL, without HTTP, sign-in and JSON. */
const workloads: Record<string, (run: Run, n: number) => Promise<unknown>> = {
  W1(run, n) {
    const org = (n * 7) % ORGS
    return run([
      [flat.org, [idOf('org', org), ownerOf(org)]],
      [flat.members, [idOf('org', org), MEMBERS]],
      [flat.invites, [idOf('org', org)]],
    ])
  },
  W2(run, n) {
    const org = (n * 7) % ORGS
    return run([[flat.org, [idOf('org', org), ownerOf(org)]]])
  },
  W2v: (run, n) => run([[flat.viewer, [idOf('user', n % USERS)]]]),
  async W3(run, n) {
    const org = n % ORGS
    // The first numbers after the org's own members.
    const user = (org * 20 + MEMBERS + Math.floor(n / ORGS)) % USERS
    const [[[invite] = []] = []] = await run([[flat.invite, [idOf('org', org), ownerOf(org), emailOf(user)]]])
    await run([[flat.accept, [invite, idOf('user', user)]]])
  },
}

const ownerOf = (org: number) => idOf('user', (org * 20) % USERS)

interface Sample {
  perSecond: number
  nodeMicros: number
  postgresMicros: number
}

/**
 * The physical limit of the database: the statements of the harder floor in a loop over as many connections.
 * @returns a section of the report, as Markdown
 */
export async function sqlSection({ rounds, quick }: SectionOptions): Promise<string> {
  const cluster = await startCluster()
  try {
    await installFunctions(cluster.url)
    const { run, close } = await openPipes(cluster.url, POOL)
    const lines: string[] = []
    let n = 0
    for (const [name, ask] of Object.entries(workloads)) {
      const loop = async (ms: number): Promise<Sample> => {
        const before = { node: process.cpuUsage(), postgres: cpuOf(cluster.pid) }
        const start = performance.now()
        let done = 0
        const client = async () => {
          for (; performance.now() < start + ms; done++) await ask(run, n++)
        }
        await Promise.all(Array.from({ length: IN_FLIGHT }, client))
        const { user, system } = process.cpuUsage(before.node)
        return {
          perSecond: (done * 1_000) / (performance.now() - start),
          nodeMicros: (user + system) / done,
          postgresMicros: ((cpuOf(cluster.pid) - before.postgres) * 1_000) / done,
        }
      }
      await loop(WARM_UP_MS)
      const samples: Sample[] = []
      for (let round = 0; round < rounds; round++) samples.push(await loop(quick ? 1_000 : 5_000))
      const middle = (key: keyof Sample) => median(samples.map((sample) => sample[key])).toFixed(0)
      lines.push(
        `| ${name} | ${middle('perSecond')} | ${middle('nodeMicros')} | ${middle('postgresMicros')} |`,
      )
    }
    await close()
    return `## The limit of the database

The statements of \`flat\` over ${POOL} connections, ${IN_FLIGHT} requests in flight, without HTTP, sign-in and JSON. No server that sends these
statements can be faster. \`bare\` above is the same limit for HTTP. Medians of ${rounds} rounds.

|  | a second | µs of node | µs of PostgreSQL |
| --- | --- | --- | --- |
${lines.join('\n')}`
  } finally {
    await cluster.stop()
  }
}

/** The functions of W3, which a server of the bench installs at its start. */
async function installFunctions(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(readFileSync(new URL('contestants/domain.sql', import.meta.url), 'utf8'))
  await client.end()
}
