// Times every shape of the lists of an org with 100,000 invites and of one with 10,000 members.
import { parseArgs } from 'node:util'
import { INVITES, MEMBERS, seedBigOrgs } from '../../test/support/bigOrgs.js'
import { startCluster } from '../cluster.js'
import { type Contestant, startContestant } from '../contestants.js'
import { answersOf, measure } from '../load/run.js'
import { PAGES_TO_PLACE, places, shapesOf } from './shapes.js'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '1' } } })
const ms = Number(values.seconds) * 1_000
const WARM_UP_MS = 2_000

const cluster = await startCluster(seedBigOrgs)
let server: Contestant | undefined
try {
  server = await startContestant('guildhall', { databaseUrl: cluster.url, poolSize: 8 })
  const shapes = shapesOf({ invites: await placeOfInvites(server), members: await placeOfMembers(server) })
  const width = Math.max(...shapes.map(({ name }) => name.length))
  const [first] = shapes
  const settings = { connections: 1, postmaster: cluster.pid }
  if (first)
    await measure(server, { ...first, what: '', ask: () => first.ask }, { ...settings, ms: WARM_UP_MS })
  console.log(`${INVITES} invites, ${MEMBERS} members; ms a request, one at a time\n`)
  console.log(`${''.padEnd(width)}       p50       p99  PostgreSQL`)
  for (const { name, ask } of shapes) {
    const { p50, p99, postgresMicros } = await measure(
      server,
      { name, what: '', ask: () => ask },
      { ...settings, ms },
    )
    const [median, late, cpu] = [p50, p99, postgresMicros / 1_000].map((time) => time.toFixed(2).padStart(10))
    console.log(`${name.padEnd(width)}${median}${late}  ${cpu}`)
  }
} finally {
  await server?.stop()
  await cluster.stop()
}

async function placeOfInvites(contestant: Contestant): Promise<string> {
  const [{ org }] = (await answersOf(contestant, places.invites)) as [
    { org: { list: { pageInfo: { endCursor: string } } } },
  ]
  return org.list.pageInfo.endCursor
}

async function placeOfMembers(contestant: Contestant): Promise<string> {
  let cursor: string | null = null
  for (let page = 0; page < PAGES_TO_PLACE; page++) {
    const [answer]: { org: { list: { pageInfo: { endCursor: string } } } }[] = await answersOf(
      contestant,
      places.members(cursor),
    )
    cursor = answer?.org.list.pageInfo.endCursor ?? null
  }
  return cursor ?? ''
}
