// Measures how many org access tokens a server signs, beside signing alone with jose.
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type CryptoKey, decodeJwt, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { startCluster } from '../cluster.js'
import { entries } from '../contestants.js'
import { graphql } from '../dialect.js'
import { saturate } from '../load/closed.js'
import { median } from '../load/quantile.js'
import { answersOf, next, signIn } from '../load/work.js'
import { type Running, startProgram } from '../program.js'
import { requestingUsers, tokenWorkload } from '../workloads.js'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, seconds: { type: 'string', default: '3' } },
})
const ms = Number(values.seconds) * 1_000
const CONNECTIONS = 32

const env = {
  ...entries.guildhall.env,
  KEY_ENCRYPTION_SECRET: 'the secret of the bench for encrypted keys',
  ACCESS_TOKENS_PER_USER_PER_MINUTE: '0',
}

const cluster = await startCluster()
let server: Running | undefined
try {
  const program = { ...entries.guildhall, env }
  server = await startProgram('guildhall', program, { databaseUrl: cluster.url, poolSize: 8 })
  const contestant = {
    name: 'guildhall',
    workloads: [],
    processes: 1,
    dialect: graphql,
    lacks: { fields: [], events: false },
    ...server,
  }
  await signIn(contestant, requestingUsers())
  const [answer] = await answersOf(contestant, next(tokenWorkload))
  const claims = decodeJwt(answer.createOrgAccessToken.accessToken)
  const { privateKey } = await generateKeyPair('ES256')
  const options = { connections: CONNECTIONS, postmaster: cluster.pid }
  await saturate(contestant, tokenWorkload, { ms: 3_000, ...options })
  await signAlone(privateKey, claims, 1_000)

  const rounds: { alone: number; perSecond: number; share: number }[] = []
  for (let round = 0; round < Number(values.rounds); round++) {
    const alone = await signAlone(privateKey, claims, ms)
    const sample = await saturate(contestant, tokenWorkload, { ms, ...options })
    const share = sample.perSecond / alone
    rounds.push({ alone, perSecond: sample.perSecond, share })
    console.log(
      `createOrgAccessToken ${sample.perSecond.toFixed(0)} a second (p50 ${sample.p50.toFixed(2)} ms, p99 ${sample.p99.toFixed(2)} ms, ` +
        `CPU ${sample.nodeMicros.toFixed(0)} µs and PostgreSQL ${sample.postgresMicros.toFixed(0)} µs), signing alone ${alone.toFixed(0)} a second: ${share.toFixed(2)}`,
    )
  }
  const of = (name: 'alone' | 'perSecond' | 'share') => median(rounds.map((round) => round[name]))
  console.log(
    `median: ${of('perSecond').toFixed(0)} of ${of('alone').toFixed(0)} a second, a share of ${of('share').toFixed(2)}`,
  )
} finally {
  await server?.stop()
  await cluster.stop()
}

/** Signs the same claims as the server, as many at once. @returns tokens a second */
async function signAlone(key: CryptoKey, claims: JWTPayload, forMs: number): Promise<number> {
  let signed = 0
  const start = performance.now()
  const sign = async () => {
    while (performance.now() < start + forMs) {
      await new SignJWT({ ...claims, jti: randomUUID() }).setProtectedHeader({ alg: 'ES256' }).sign(key)
      signed++
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, sign))
  return (signed * 1_000) / (performance.now() - start)
}
