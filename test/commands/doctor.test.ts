import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { runCli } from '../support/cli.js'
import { createDatabase } from '../support/database.js'
import { reply, startMailServer } from '../support/mailServer.js'
import { makeKey, startOpenIdProvider } from '../support/openIdProvider.js'
import { startRedis, whyNoRedis } from '../support/redisServer.js'
import { startPair } from '../support/standby.js'
import { useTestServer } from '../support/testServer.js'
import { transactionPooler } from '../support/transactionPooler.js'

vi.setConfig({ testTimeout: 120_000 })

const secret = 'the secret that encrypts the keys of this test'
const testServer = useTestServer({ env: { KEY_ENCRYPTION_SECRET: secret } })

interface Finding {
  check: string
  status: 'OK' | 'WARNING' | 'PROBLEM'
  message: string
  cure?: string
}

/** The findings of the doctor. */
async function findings(env: Record<string, string>): Promise<{ code: number; found: Finding[] }> {
  const { code, out, err } = await runCli(['doctor', '--json'], {
    DATABASE_URL: testServer.database.url,
    KEY_ENCRYPTION_SECRET: secret,
    AUTH_JWT_SECRET: 'a secret of the tests, of 32 bytes or more',
    APP_URL: testServer.url,
    ...env,
  })
  expect(err).toBe('')
  return { code, found: JSON.parse(out).findings }
}

const of = (check: string, found: readonly Finding[]) =>
  found.filter((finding) => finding.check === check).map(({ status, message }) => `${status} ${message}`)

async function administer(...statements: string[]) {
  const client = new pg.Client({ connectionString: testServer.database.url })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

test('the doctor finds nothing wrong where everything works', async () => {
  const mail = await startMailServer({
    hideSTARTTLS: false,
    onAuth: (_, __, done) => done(null, { user: 'robot' }),
  })
  const provider = await startOpenIdProvider()
  provider.publish((await makeKey()).jwk)
  const redis = whyNoRedis() === undefined ? await startRedis() : undefined
  const env = {
    AUTH_JWT_SECRET: '',
    AUTH_JWKS_URL: provider.jwksUrl,
    AUTH_AUDIENCE: 'guildhall',
    SMTP_URL: `${mail.url.replace('//', '//robot:hunter2@')}?tls.rejectUnauthorized=false`,
    MAIL_FROM: 'guildhall@example.com',
    ...(redis && { REDIS_URL: redis.url }),
  }
  try {
    const { code, found } = await findings(env)
    expect(found.filter(({ status }) => status === 'PROBLEM')).toEqual([])
    expect(code).toBe(0)
    const fine = found.filter(({ status }) => status === 'OK').map(({ check }) => check)
    expect(new Set(fine)).toEqual(
      new Set([
        ...['settings', 'database', 'texts', 'migrations', 'rights', 'connections', 'clock', 'keys'],
        ...['mail', 'sign-in', 'app url', 'dns', ...(redis ? ['redis'] : [])],
      ]),
    )
    expect(mail.received).toEqual([])
    // APP_URL is on loopback, and so not https.
    expect(of('app url', found)[0]).toMatch(/^WARNING APP_URL is not https/)
  } finally {
    await provider.close()
    await redis?.stop()
  }
})

test('the doctor names each thing that does not work and what to do, and prints no secret', async () => {
  const mail = await startMailServer({
    hideSTARTTLS: false,
    onAuth: (_, __, done) => done(reply(535, '5.7.8 wrong')),
  })
  const provider = await startOpenIdProvider()
  provider.answer(404, 'nothing here')
  const readOnly = new URL(testServer.database.url)
  readOnly.searchParams.set('options', '-c default_transaction_read_only=on')
  const env = {
    DATABASE_URL: readOnly.href,
    WORKERS: '64',
    DATABASE_POOL_SIZE: '1000',
    KEY_ENCRYPTION_SECRET: 'another-secret-of-32-bytes-or-more-hunter2',
    AUTH_JWT_SECRET: '',
    AUTH_JWKS_URL: provider.jwksUrl,
    SMTP_URL: `${mail.url.replace('//', '//robot:hunter2@')}?tls.rejectUnauthorized=false`,
    MAIL_FROM: 'guildhall@example.com',
    REDIS_URL: 'redis://:hunter2@127.0.0.1:1',
    APP_URL: 'http://127.0.0.1:1',
  }
  const { code, found } = await findings(env)
  await provider.close()
  expect(code).toBe(1)
  expect(of('database', found)).toContainEqual(expect.stringMatching(/^PROBLEM it accepts no writes/))
  expect(of('connections', found)).toEqual([expect.stringMatching(/^PROBLEM a server opens up to 64320/)])
  expect(of('keys', found)).toEqual([
    expect.stringMatching(/^PROBLEM KEY_ENCRYPTION_SECRET does not open the key/),
  ])
  expect(of('sign-in', found)).toEqual([expect.stringMatching(/^PROBLEM the keys at .* HTTP 404$/)])
  expect(of('mail', found)).toEqual([
    expect.stringMatching(/^PROBLEM 127\.0\.0\.1:\d+ can’t be used: .*wrong/),
  ])
  expect(of('redis', found)).toEqual([expect.stringMatching(/^PROBLEM 127\.0\.0\.1:1 can’t be used/)])
  expect(of('app url', found)).toContainEqual(expect.stringMatching(/^WARNING .*can’t be reached/))
  expect(found.filter(({ status, cure }) => status !== 'OK' && !cure)).toEqual([])
  expect(JSON.stringify(found)).not.toMatch(/hunter2/)
  expect(JSON.stringify(found)).not.toContain(readOnly.password)
})

test('the doctor tells a person in text, and looks at the rest although settings are wrong', async () => {
  const { code, out } = await runCli(['doctor'], {
    DATABASE_URL: testServer.database.url,
    KEY_ENCRYPTION_SECRET: secret,
    PORT: 'http',
    APP_URL: testServer.url,
  })
  expect(code).toBe(1)
  expect(out).toMatch(/^PROBLEM {2}settings +PORT must be a whole number/m)
  expect(out).toMatch(/^PROBLEM {2}settings +AUTH_JWT_SECRET or AUTH_JWKS_URL is required/m)
  expect(out).toMatch(/^OK +database +PostgreSQL \d+/m)
  expect(out).toMatch(/^ +→ See docs\/settings\.md\.$/m)
  expect(out).toMatch(/\n\n2 problems, \d+ warnings?\.\n$/)
})

test('the doctor finds a pooler that shares sessions, and a clock that is wrong', async () => {
  const pooler = await transactionPooler(testServer.database.url)
  const provider = await startOpenIdProvider()
  const { jwk } = await makeKey()
  provider.answer(200, JSON.stringify({ keys: [jwk, { kty: 'oct', k: 'AA' }] }), {
    date: new Date(Date.now() - 60_000).toUTCString(),
  })
  const { code, found } = await findings({
    DATABASE_URL: pooler.url,
    AUTH_JWT_SECRET: '',
    AUTH_JWKS_URL: provider.jwksUrl,
  })
  await pooler.close()
  await provider.close()
  expect(code).toBe(1)
  expect(of('pooler', found)).toEqual([
    expect.stringMatching(/^PROBLEM .*transaction pooling.*pool_mode = session/),
  ])
  expect(of('sign-in', found)).toEqual([expect.stringMatching(/^OK .* a usable key$/)])
  expect(of('clock', found)).toContainEqual(
    expect.stringMatching(/^PROBLEM this machine is \d+ s ahead of the identity provider$/),
  )
})

test('the doctor finds migrations that are missing or failed, lacking rights, and a database that is gone', async () => {
  const empty = await createDatabase({ empty: true })
  const role = `weak_${Date.now()}`
  try {
    const pending = await findings({ DATABASE_URL: empty.url })
    expect(of('migrations', pending.found)).toEqual([
      expect.stringMatching(/^WARNING \d+ of \d+ are pending/),
    ])
    expect(pending.code).toBe(0)
    await administer(`create role ${role} login password 'weak'`)
    const weak = new URL(testServer.database.url)
    weak.username = role
    weak.password = 'weak'
    const { code, found } = await findings({ DATABASE_URL: weak.href })
    expect(code).toBe(1)
    expect(found).toContainEqual(
      expect.objectContaining({ status: 'PROBLEM', message: expect.stringContaining('permission denied') }),
    )
    expect(of('rights', found)).toEqual([
      expect.stringMatching(/^PROBLEM weak_\d+ may not read and write the table/),
    ])
  } finally {
    await empty.drop()
    await administer(`drop role if exists ${role}`)
  }
  await administer(
    `update _prisma_migrations set finished_at = null, logs = 'it broke'
     where migration_name = (select max(migration_name) from _prisma_migrations)`,
  )
  const { code, found } = await findings({})
  await administer('update _prisma_migrations set finished_at = now(), logs = null where finished_at is null')
  expect(code).toBe(1)
  expect(of('migrations', found)).toEqual([expect.stringMatching(/^PROBLEM \d+\w+ has failed$/)])

  const gone = await findings({ DATABASE_URL: 'postgres://u:hunter2@127.0.0.1:1/x' })
  expect(gone.code).toBe(1)
  expect(of('database', gone.found)).toEqual([expect.stringMatching(/^PROBLEM .*ECONNREFUSED/)])
})

test('the doctor tells a standby from its primary', async () => {
  const { primary, standby, close } = await startPair()
  try {
    const [ofPrimary, ofStandby] = [
      await findings({ DATABASE_URL: primary.url }),
      await findings({ DATABASE_URL: standby.url }),
    ]
    expect(of('database', ofPrimary.found)).toEqual([expect.stringMatching(/^OK PostgreSQL/)])
    expect(ofPrimary.code).toBe(0)
    expect(of('database', ofStandby.found)).toEqual([
      expect.stringMatching(/^OK PostgreSQL/),
      'PROBLEM it is a standby, which accepts no writes',
    ])
    expect(ofStandby.code).toBe(1)
  } finally {
    await close()
  }
})

test('the doctor warns of a table of another role, too few free connections, and an older collation', async () => {
  const database = await createDatabase()
  const role = `owner_${Date.now()}`
  const name = new URL(database.url).pathname.slice(1)
  const weak = new URL(database.url)
  weak.username = role
  weak.password = 'weak'
  try {
    await administer(
      `create role ${role} login password 'weak'`,
      `grant create on database "${name}" to ${role}`,
      `update pg_database set datcollversion = '1.0' where datname = '${name}' and datcollversion is not null`,
    )
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query(
      `grant usage, create on schema public to ${role};
       grant select, insert, update, delete on all tables in schema public to ${role}`,
    )
    const others = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const other = new pg.Client({ connectionString: weak.href })
        await other.connect()
        return other
      }),
    )
    await client.query(`alter role ${role} connection limit 40`)
    const { code, found } = await findings({ DATABASE_URL: weak.href, DATABASE_POOL_SIZE: '30' })
    await Promise.all(others.map((other) => other.end()))
    await client.end()
    expect(of('rights', found)).toEqual([
      expect.stringMatching(/^WARNING the table \w+ belongs to another role/),
    ])
    expect(of('connections', found)).toEqual([
      expect.stringMatching(/^WARNING a server opens up to 35; 3[12] are free$/),
    ])
    expect(of('texts', found)).toEqual([expect.stringMatching(/^(WARNING .*version 1\.0|OK UTF8)/)])
    expect(code).toBe(0)
  } finally {
    await database.drop()
    await administer(`drop owned by ${role}`, `drop role if exists ${role}`)
  }
})

test('the doctor waits for nothing that does not answer', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const began = Date.now()
  const { code, found } = await findings({
    DATABASE_URL: `postgres://u:hunter2@127.0.0.1:${port}/x`,
    AUTH_JWT_SECRET: '',
    AUTH_JWKS_URL: `http://127.0.0.1:${port}/jwks`,
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    MAIL_FROM: 'guildhall@example.com',
    REDIS_URL: `redis://127.0.0.1:${port}`,
    APP_URL: `http://127.0.0.1:${port}`,
  })
  silent.close()
  expect(Date.now() - began).toBeLessThan(45_000)
  expect(code).toBe(1)
  const failing = found.filter(({ status }) => status === 'PROBLEM').map(({ check }) => check)
  expect(new Set(failing)).toEqual(new Set(['database', 'sign-in', 'mail', 'redis']))
  expect(of('database', found)).toEqual([
    expect.stringMatching(/^PROBLEM DATABASE_URL leads to no database: timeout/),
  ])
  expect(of('sign-in', found)).toEqual([expect.stringMatching(/no answer in time$/)])
  expect(of('app url', found)).toContainEqual(expect.stringMatching(/^WARNING .*no answer in time$/))
})
