// Measures every kind of list query on an org with 100,000 invites and on one with 10,000 members.
import { parseArgs } from 'node:util'
import { INVITES, MEMBERS, seedBigOrgs } from '../../test/support/bigOrgs.js'
import { startCluster } from '../cluster.js'
import { type Contestant, startContestant } from '../contestants.js'
import { Connection } from '../load/client.js'
import { cpuOf } from '../load/cpu.js'
import { quantile } from '../load/quantile.js'
import { type Ask, PAGES_TO_PLACE, places, shapesOf, viewer } from './shapes.js'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '1' } } })
const ms = Number(values.seconds) * 1_000
const WARM_UP_MS = 2_000

interface Page {
  org: { list: { pageInfo: { endCursor: string } } }
}

const cluster = await startCluster(seedBigOrgs)
let server: Contestant | undefined
try {
  server = await startContestant('guildhall', { databaseUrl: cluster.url, poolSize: 8 })
  const connection = new Connection(server.port)
  const shapes = shapesOf({
    invites: await endOf(connection, places.invites),
    members: await placeOfMembers(connection),
  })
  const width = Math.max(...shapes.map(({ name }) => name.length))
  const [first] = shapes
  if (first) await timesOf(connection, first.ask, WARM_UP_MS)
  console.log(`${INVITES} invites, ${MEMBERS} members; ms a request, one at a time\n`)
  console.log(`${''.padEnd(width)}       p50       p99  PostgreSQL`)
  for (const { name, ask } of shapes) {
    const before = cpuOf(cluster.pid)
    const times = await timesOf(connection, ask, ms)
    const figures = [
      quantile(times, 0.5),
      quantile(times, 0.99),
      (cpuOf(cluster.pid) - before) / times.length,
    ]
    const [median, late, cpu] = figures.map((time) => time.toFixed(2).padStart(10))
    console.log(`${name.padEnd(width)}${median}${late}  ${cpu}`)
  }
  connection.close()
} finally {
  await server?.stop()
  await cluster.stop()
}

/** @throws if there is no response, or it has errors */
async function askOnce(connection: Connection, ask: Ask): Promise<string> {
  const { status, body } = await connection.post(
    '/graphql',
    `authorization: ${viewer}\r\n`,
    JSON.stringify(ask),
  )
  const text = body.toString()
  if (status !== 200 || text.startsWith('{"errors"')) throw new Error(`HTTP ${status} ${text.slice(0, 500)}`)
  return text
}

/** Repeats the request for a time. @returns the duration of each, ms */
async function timesOf(connection: Connection, ask: Ask, forMs: number): Promise<number[]> {
  const times: number[] = []
  for (let before = performance.now(), end = before + forMs; before < end; ) {
    await askOnce(connection, ask)
    const after = performance.now()
    times.push(after - before)
    before = after
  }
  return times
}

async function endOf(connection: Connection, ask: Ask): Promise<string> {
  const { data }: { data: Page } = JSON.parse(await askOnce(connection, ask))
  return data.org.list.pageInfo.endCursor
}

async function placeOfMembers(connection: Connection): Promise<string> {
  let cursor: string | null = null
  for (let page = 0; page < PAGES_TO_PLACE; page++) cursor = await endOf(connection, places.members(cursor))
  return cursor ?? ''
}
