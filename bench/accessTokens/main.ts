// Measures how many org access tokens a server signs, beside signing alone with jose. A small read and a query that asks
// for nothing show how much of that is HTTP, GraphQL and the load itself, which share the processor with the server.
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type CryptoKey, decodeJwt, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { startCluster } from '../cluster.js'
import { type Contestant, startContestant } from '../contestants.js'
import { type Sample, saturate } from '../load/closed.js'
import { median } from '../load/quantile.js'
import { answersOf, next, signIn } from '../load/work.js'
import { requestingUsers, tokenWorkload, type Workload, workloads } from '../workloads.js'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, seconds: { type: 'string', default: '3' } },
})
const ms = Number(values.seconds) * 1_000
const CONNECTIONS = 32

const env = {
  KEY_ENCRYPTION_SECRET: 'the secret of the bench for encrypted keys',
  ACCESS_TOKENS_PER_USER_PER_MINUTE: '0',
}

const cluster = await startCluster()
let server: Contestant | undefined
try {
  server = await startContestant('guildhall', { databaseUrl: cluster.url, poolSize: 8, env })
  const contestant = server
  await signIn(contestant, requestingUsers())
  const [answer] = await answersOf(contestant, next(tokenWorkload))
  const claims = decodeJwt(answer.createOrgAccessToken.accessToken)
  const { privateKey } = await generateKeyPair('ES256')
  const options = { connections: CONNECTIONS, postmaster: cluster.pid }
  const measured = (workload: Workload, forMs: number) =>
    saturate(contestant, workload, { ms: forMs, ...options })
  await measured(tokenWorkload, 3_000)
  await signAlone(privateKey, claims, 1_000)

  const shares: number[] = []
  const bounds: number[] = []
  for (let round = 1; round <= Number(values.rounds); round++) {
    const alone = await signAlone(privateKey, claims, ms)
    const tokens = await measured(tokenWorkload, ms)
    const reads = await measured(workloads.W2, ms)
    const nothing = await measured(workloads.W0, ms)
    shares.push(tokens.perSecond / alone.perSecond)
    bounds.push(nothing.perSecond / alone.perSecond)
    console.log(
      [
        `round ${round}: createOrgAccessToken ${shown(tokens)}`,
        `small read ${shown(reads)}`,
        `trivial query ${shown(nothing)}`,
        `jose alone ${alone.perSecond.toFixed(0)} a second (${alone.micros.toFixed(0)} µs)`,
        `share ${shares.at(-1)?.toFixed(2)}`,
      ].join(', '),
    )
  }
  console.log(`median share: ${median(shares).toFixed(2)}, of a trivial query: ${median(bounds).toFixed(2)}`)
} finally {
  await server?.stop()
  await cluster.stop()
}

function shown({ perSecond, nodeMicros, postgresMicros }: Sample): string {
  return `${perSecond.toFixed(0)} a second (${nodeMicros.toFixed(0)} µs and PostgreSQL ${postgresMicros.toFixed(0)} µs)`
}

/** Signs the same claims as the server, as many at once. @returns tokens a second, and the CPU time of one */
async function signAlone(key: CryptoKey, claims: JWTPayload, forMs: number) {
  let signed = 0
  const cpu = process.cpuUsage()
  const start = performance.now()
  const sign = async () => {
    while (performance.now() < start + forMs) {
      await new SignJWT({ ...claims, jti: randomUUID() }).setProtectedHeader({ alg: 'ES256' }).sign(key)
      signed++
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, sign))
  const perSecond = (signed * 1_000) / (performance.now() - start)
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond, micros: (user + system) / signed }
}
