import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { BUSY_MS } from '../support/busy.js'
import { createDatabase, type TestDatabase } from '../support/database.js'
import { isFrom } from '../support/logLines.js'
import { openMailServer } from '../support/mailServer.js'
import {
  makeKey,
  type OpenIdProvider,
  type SigningKey,
  signWith,
  startOpenIdProvider,
} from '../support/openIdProvider.js'
import { startPgBouncer, whyNoPgBouncer } from '../support/pgBouncer.js'
import { type RedisServer, startRedis, whyNoRedis } from '../support/redisServer.js'
import { ask, authorize, JWT_SECRET } from '../support/testServer.js'
import { type FaultyProxy, startFaultyProxy } from './faultyProxy.js'
import { type Account, type Fault, LASTS_MS, type Target, tableOf, throughFault } from './load.js'
import { productionEnv, withinTheRules } from './rules.js'
import { openServer, queryPatiently, type Server } from './serverProcesses.js'
import { follow } from './subscribers.js'

const noRedis = whyNoRedis()
const noPgBouncer = whyNoPgBouncer()
/** A mail whose server hangs is given up, and tried again a little later. */
const GIVEN_UP_AFTER_MS = 10_000
const MAILS_WITHIN_MS = 15_000
/** Without hints another server finds an event by its next poll, which comes every second. */
const WITHOUT_HINTS_MS = 1_000
/** What clients of a killed server see. */
const KILLED = ['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET']

describe('while Redis, the mail server or the identity provider fails', () => {
  let database: TestDatabase
  let redis: RedisServer | undefined
  let mailServer: Awaited<ReturnType<typeof openMailServer>>
  let mail: FaultyProxy
  let provider: OpenIdProvider
  let keys: FaultyProxy
  let key: SigningKey
  const servers: Array<Server & { stop(): Promise<void> }> = []
  let target: Target
  const accounts: Account[] = []

  beforeAll(async () => {
    database = await createDatabase()
    redis = noRedis ? undefined : await startRedis()
    mailServer = await openMailServer()
    mail = await startFaultyProxy(mailServer.url)
    provider = await startOpenIdProvider()
    key = await makeKey('ES256')
    provider.publish(key.jwk)
    keys = await startFaultyProxy(provider.jwksUrl)
    const env = {
      ...productionEnv,
      DATABASE_URL: database.url,
      AUTH_JWKS_URL: keys.url,
      SMTP_URL: mail.url,
      MAIL_FROM: 'guildhall@app.example',
      MAILS_PER_USER_PER_DAY: '1000000',
      ...(redis && { REDIS_URL: redis.url }),
    }
    servers.push(...(await Promise.all([openServer(env), openServer(env)])))
    const claims = { sub: 'faults|owner', email: 'owner@faults.example', email_verified: true }
    target = {
      servers,
      authorization: `Bearer ${await signWith(key, claims)}`,
      sendsMail: true,
      query: (text, values) => queryPatiently(database.url, text, values),
    }
  }, 240_000)
  afterAll(async () => {
    console.info(`times in ms\n${tableOf(accounts)}`)
    await Promise.all(servers.map((server) => server.stop()))
    await Promise.all([mail, keys, mailServer, provider].map((part) => part?.close()))
    await redis?.stop()
    await database?.drop()
  }, 60_000)

  /** A person who signs in for the first time. Only the key is known to the servers. */
  const signInAt = async ({ url }: Server) => {
    const sub = `faults|${crypto.randomUUID()}`
    const answer = await ask(url, `Bearer ${await signWith(key, { sub })}`, '{ viewer { id } }')
    return answer.errors?.[0]?.extensions.code ?? 'ok'
  }

  /** An org without writes on the server of its subscriber, so that nothing but a hint or a poll tells of its events. */
  const quietOrg = async () => {
    const [writer] = servers
    const { authorization } = target
    const ids = '{ ... on CreateOrgPayload { org { id } } }'
    const founded = await ask(
      writer?.url ?? '',
      authorization,
      `mutation { createOrg(input: { name: "Quiet ${crypto.randomUUID()}" }) ${ids} }`,
    )
    const id: string = founded.data.createOrg.org.id
    const subscriber = follow(servers, id, authorization, 1)
    onTestFinished(() => subscriber.stop())
    await vi.waitFor(() => expect(subscriber.seen.length).toBeGreaterThan(0), { timeout: 10_000 })
    await delay(2 * WITHOUT_HINTS_MS)
    const before = subscriber.seen.length
    return {
      async reachTheOtherServer() {
        const rename =
          'mutation($id: ID!, $name: String!) { updateOrg(input: { orgId: $id, name: $name }) { __typename } }'
        const begun = performance.now()
        const renamed = await ask(writer?.url ?? '', authorization, rename, {
          id,
          name: `Renamed ${id}`,
        })
        expect(renamed.data.updateOrg.__typename).toBe('UpdateOrgPayload')
        await vi.waitFor(() => expect(subscriber.seen.length).toBe(before + 1), {
          timeout: 20_000,
          interval: 20,
        })
        expect((subscriber.seen.at(-1)?.at ?? 0) - begun).toBeLessThan(WITHOUT_HINTS_MS + BUSY_MS)
      },
    }
  }

  const faults: Array<Fault & { fails?: string }> = [
    {
      name: 'Redis is gone',
      skip: noRedis,
      async begin() {
        const events = await quietOrg()
        await redis?.kill()
        await events.reachTheOtherServer()
        return () => redis?.start()
      },
    },
    {
      name: 'Redis is frozen',
      skip: noRedis,
      async begin() {
        const events = await quietOrg()
        const thaw = redis?.freeze()
        await events.reachTheOtherServer()
        return thaw ?? (() => {})
      },
    },
    {
      name: 'the mail server hangs',
      async begin() {
        mail.hang(true)
        return () => mail.hang(false)
      },
      // So that mails are given up, and tried again.
      lastsMs: Math.max(LASTS_MS, GIVEN_UP_AFTER_MS + 1_000),
    },
    {
      name: 'the mail server is gone',
      async begin() {
        await mail.refuse(true)
        return () => mail.refuse(false)
      },
    },
    {
      name: 'the identity provider is gone',
      async begin() {
        await keys.refuse(true)
        for (const server of servers) expect(await signInAt(server)).toBe('ok')
        return () => keys.refuse(false)
      },
    },
    {
      name: 'a server starts while the identity provider is gone',
      async begin() {
        await keys.refuse(true)
        await servers[0]?.killAndRestart()
        return () => keys.refuse(false)
      },
      killsServer: true,
      fails: '503 UNAVAILABLE',
    },
    {
      name: 'a server starts while the identity provider needs 2 s',
      async begin() {
        keys.delayBy(1_000)
        await servers[0]?.killAndRestart()
        return () => keys.delayBy(0)
      },
      killsServer: true,
    },
  ]
  for (const { fails, ...fault } of faults) {
    const title = `${fault.name}: no write is lost or done twice, and all works again within 5 s`
    it.skipIf(fault.skip)(
      fault.skip ? `${title} (skipped: ${fault.skip})` : title,
      async () => {
        const before = mailServer.received.length
        const account = await throughFault(target, fault)
        accounts.push(account)
        withinTheRules(account, fault)
        const failures = Object.keys(account.failed)
        expect(failures.filter((failure) => !(fault.killsServer && KILLED.includes(failure)))).toEqual(
          fails ? [fails] : [],
        )
        if (!fault.killsServer) expect(account.unreadyMs).toBeUndefined()
        expect(account.mailsMs).toBeLessThan(MAILS_WITHIN_MS + account.busyMs)
        // A mail whose answer is lost is sent again, with the same Message-ID.
        const recipients = new Map(
          mailServer.received.slice(before).map((mail) => [mail.messageId, mail.recipients.join()]),
        )
        expect([...recipients.values()].toSorted()).toEqual(account.mailed.toSorted())
      },
      LASTS_MS + 60_000,
    )
  }
})

describe('PgBouncer', () => {
  const start = async (url: string) => {
    const child = spawn(process.execPath, [inject('serverMain')], {
      env: {
        ...productionEnv,
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: '0',
        DATABASE_URL: url,
        AUTH_JWT_SECRET: JWT_SECRET,
      },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const output = text(child.stdout)
    const [code] = await once(child, 'exit')
    return { code, output: await output }
  }
  const inFront = async (poolMode: 'session' | 'transaction') => {
    const database = await createDatabase({ empty: true })
    const pooler = await startPgBouncer(database.url, poolMode)
    onTestFinished(() => pooler.close().then(database.drop))
    return pooler.url
  }

  it.skipIf(noPgBouncer)(
    'in transaction mode is found out at the start: the server exits and names the cure',
    async () => {
      const { code, output } = await start(await inFront('transaction'))
      expect(code).toBe(1)
      const lines = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(lines.filter(isFrom('error'))).toEqual([
        expect.objectContaining({
          level: 'fatal',
          msg: expect.stringMatching(/DATABASE_URL leads to a pooler .* pool_mode = session/),
        }),
      ])
    },
    60_000,
  )

  it.skipIf(noPgBouncer)(
    'in session mode is usable',
    async () => {
      const server = await openServer({
        ...productionEnv,
        DATABASE_URL: await inFront('session'),
        AUTH_JWT_SECRET: JWT_SECRET,
      })
      onTestFinished(server.stop)
      const owner = await authorize({ subject: 'pooled|owner', email: 'owner@pooled.example' })
      const { data } = await ask(
        server.url,
        owner,
        'mutation { createOrg(input: { name: "Pooled" }) { __typename } }',
      )
      expect(data.createOrg.__typename).toBe('CreateOrgPayload')
    },
    60_000,
  )
})
