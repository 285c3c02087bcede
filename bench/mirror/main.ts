// Measures what a membershipMirror of 10,000 orgs with 200,000 members costs and answers, beside one GraphQL query for
// each check.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { membershipMirror } from '@guildhall/node'
import { startCluster } from '../cluster.js'
import { type Contestant, startContestant } from '../contestants.js'
import { Connection } from '../load/client.js'
import { quantile } from '../load/quantile.js'
import { idOf } from '../seed.js'
import { MEMBERS, memberOf, ORGS, seedMirrored } from './seed.js'

const ROUNDS = 5
const ROUND_MS = 2_000
const CONNECTIONS = 8
const INSTANCE_TOKEN = 'the-instance-token-of-the-bench-for-a-mirror'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const globalId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64')

/** The memory of this process after a collection, in MB. */
async function memory() {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    collect()
  }
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed / 1e6, rss: rss / 1e6 }
}

const cluster = await startCluster(seedMirrored)
let server: Contestant | undefined
try {
  server = await startContestant('guildhall', {
    databaseUrl: cluster.url,
    poolSize: 8,
    env: { INSTANCE_TOKEN },
  })
  const { port } = server
  const questions = Array.from({ length: 20_000 }, (_, n) => {
    const org = (n * 7_919) % ORGS
    const userId = globalId('User', idOf('user', memberOf(org, n % MEMBERS)))
    return { userId, orgId: globalId('Org', idOf('org', org)) }
  })

  const before = await memory()
  const started = performance.now()
  const mirror = membershipMirror({
    url: `http://127.0.0.1:${port}/graphql`,
    token: INSTANCE_TOKEN,
    orgs: 'all',
    onError: console.error,
  })
  await mirror.ready()
  const readMs = performance.now() - started
  const after = await memory()
  const { orgs, members } = mirror.size()
  console.log(`${orgs} orgs and ${members} members, read in ${(readMs / 1_000).toFixed(1)} s`)
  console.log(
    `memory: ${(after.heap - before.heap).toFixed(1)} MB of heap, ${(after.rss - before.rss).toFixed(1)} MB of the process`,
  )

  const fromMemory = () => {
    const end = performance.now() + ROUND_MS
    const start = performance.now()
    let count = 0
    let yes = 0
    while (performance.now() < end)
      for (const { userId, orgId } of questions) {
        if (mirror.can(userId, orgId, 'project:write')) yes++
        count++
      }
    return { perSecond: (count * 1_000) / (performance.now() - start), share: yes / count }
  }

  const query =
    'query($orgId: ID!, $userId: ID!) { orgUser(orgId: $orgId, userId: $userId) { appPermissions } }'
  const byQueries = async () => {
    const end = performance.now() + ROUND_MS
    const start = performance.now()
    const times: number[] = []
    let yes = 0
    let next = 0
    const ask = async () => {
      const connection = new Connection(port)
      while (performance.now() < end) {
        const asked = performance.now()
        const { body } = await connection.post(
          '/graphql',
          `authorization: Bearer ${INSTANCE_TOKEN}\r\n`,
          JSON.stringify({ query, variables: questions[next++ % questions.length] }),
        )
        const { data } = JSON.parse(body.toString())
        if (data.orgUser.appPermissions.includes('project:write')) yes++
        times.push(performance.now() - asked)
      }
      connection.close()
    }
    await Promise.all(Array.from({ length: CONNECTIONS }, ask))
    const perSecond = (times.length * 1_000) / (performance.now() - start)
    return { perSecond, share: yes / times.length, p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
  }

  fromMemory()
  await byQueries()
  for (let round = 1; round <= ROUNDS; round++) {
    const memoryRound = fromMemory()
    // The check of how far the mirror is behind waits while the loop runs.
    await mirror.caughtUp(30_000)
    const queries = await byQueries()
    console.log(
      [
        `round ${round}: can ${Math.round(memoryRound.perSecond)} a second (${(1e6 / memoryRound.perSecond).toFixed(2)} µs)`,
        `one query each ${Math.round(queries.perSecond)} a second (p50 ${queries.p50.toFixed(1)} ms, p99 ${queries.p99.toFixed(1)} ms)`,
        `× ${Math.round(memoryRound.perSecond / queries.perSecond)}`,
        `yes: ${memoryRound.share.toFixed(3)} and ${queries.share.toFixed(3)}`,
      ].join(', '),
    )
  }
  await mirror.close()
} finally {
  await server?.stop()
  await cluster.stop()
}
