import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { SignJWT } from 'jose'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import WebSocket from 'ws'
import { migrate } from '../../src/database/migrate.js'
import { MIGRATIONS_DIR, readMigrations } from '../../src/database/migrationFiles.js'
import { LOCK_TIMEOUT_MS } from '../../src/database/migrationWaits.js'
import { ready } from '../faults/serverProcesses.js'
import type { TestDatabase } from '../support/database.js'
import { freePort } from '../support/freePort.js'
import { startMailServer } from '../support/mailServer.js'
import { ask } from '../support/testServer.js'
import { movedAnswer, released, restoreReleased, type Statement, transactions } from './released.js'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

/** How much longer than its limit a wait may last on a busy machine. */
const SLACK_MS = 1_500

type Name = keyof typeof released.people

async function credentialOf(name: Name): Promise<string> {
  const { subject, email, name: known } = released.people[name]
  const jwt = await new SignJWT({ email, email_verified: true, name: known })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime('10 minutes')
    .sign(new TextEncoder().encode(released.jwtSecret))
  return `Bearer ${jwt}`
}

interface Server {
  url: string
  stop(): Promise<void>
}

/** Starts this version. Resolves once it is ready. */
async function startServer(databaseUrl: string, env: Record<string, string> = {}): Promise<Server> {
  const port = await freePort()
  const child: ChildProcess = spawn(process.execPath, [inject('serverMain')], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      AUTH_JWT_SECRET: released.jwtSecret,
      INSTANCE_TOKEN: released.instanceToken,
      APP_URL: 'https://app.example',
      LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ended = once(child, 'exit')
  const url = `http://127.0.0.1:${port}`
  const failed = ended.then(([code]) => Promise.reject(new Error(`the server ended with ${code}`)))
  failed.catch(() => {})
  // A migration waits for long transactions of the old server as long as it takes.
  await Promise.race([ready(url, 150_000), failed])
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

const mailBy = (url: string) => ({
  SMTP_URL: url,
  MAIL_FROM: 'Guildhall <invites@guildhall.example>',
  // The mail was queued when the database was recorded.
  MAIL_RETRY_FOR_S: String(60 * 365 * 24 * 3_600),
})

describe('a database of the released version', () => {
  let database: TestDatabase
  let server: Server

  beforeAll(async () => {
    database = await restoreReleased()
    // Nothing listens there, so that the queued mail changes no answer.
    server = await startServer(database.url, mailBy('smtp://127.0.0.1:1'))
  })
  afterAll(async () => {
    await server?.stop()
    await database.drop()
  })

  const act = async (name: Name, mutation: string, input: object, selection: string) => {
    const type = mutation.charAt(0).toUpperCase() + mutation.slice(1)
    const document = `mutation($input: ${type}Input!) { result: ${mutation}(input: $input) {
      __typename ... on ${type}Payload { ${selection} } ... on Error { message } } }`
    const { data } = await ask(server.url, await credentialOf(name), document, { input })
    expect(data.result).toMatchObject({ __typename: `${type}Payload` })
    return data.result
  }

  /** Events after a cursor, as they arrive. */
  async function follow(name: Name, query: string, variables: Record<string, unknown>) {
    const client = createClient({
      url: `${server.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: await credentialOf(name) },
    })
    onTestFinished(async () => client.dispose())
    // biome-ignore lint/suspicious/noExplicitAny: the test reaches into events
    const events: any[] = []
    client.subscribe(
      { query, variables },
      {
        next: ({ data }) => void events.push(Object.values(data ?? {})[0]),
        error: () => {},
        complete: () => {},
      },
    )
    return events
  }

  it('is migrated by the start', async () => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const { rows } = await client.query(
      'select migration_name as name from _prisma_migrations where finished_at is not null',
    )
    await client.end()
    const names = (await readMigrations(MIGRATIONS_DIR)).map(({ name }) => name)
    expect(rows.map(({ name }) => name).sort()).toEqual(names)
  })

  it.each(released.queries.map((query) => [`${query.name} of ${query.as}`, query] as const))(
    'answers as before: %s',
    async (_, { as, document, variables, data }) => {
      const answer = await ask(server.url, await credentialOf(as), document, variables)
      expect(answer.errors).toBeUndefined()
      expect(comparable(answer.data)).toEqual(comparable(movedAnswer(data)))
      expect(permissionsIn(answer.data)).toEqual(expect.arrayContaining(permissionsIn(data)))
    },
  )

  it('goes on accepting API tokens, and refusing revoked ones', async () => {
    const query = `query($id: ID!) { org(id: $id) { name } }`
    const asToken = (secret: string) => ask(server.url, `Bearer ${secret}`, query, { id: released.orgId })
    expect((await asToken(released.apiToken)).data.org).toEqual({ name: 'Released Ltd' })
    expect((await asToken(released.revokedApiToken)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('lets streams resume with the cursors of the old version', async () => {
    const events = await follow(
      'Ada',
      `subscription($orgId: ID!, $after: String) { orgEvents(orgId: $orgId, after: $after) { seq cursor } }`,
      { orgId: released.orgId, after: released.cursors.org },
    )
    await expect.poll(() => events.at(-1)?.seq).toBeGreaterThanOrEqual(released.lastSeq)
    const first = events[0].seq
    expect(first).toBeGreaterThan(1)
    expect(first).toBeLessThan(released.lastSeq)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => first + i))

    const inbox = await follow(
      'Drew',
      `subscription($after: String) { viewerOrgInviteEvents(after: $after) { inviteEventType orgInviteId } }`,
      { after: released.cursors.inbox },
    )
    await expect
      .poll(() => inbox)
      .toContainEqual({ inviteEventType: 'CREATED', orgInviteId: released.links.drew.id })
  })

  it('lets people answer the invites of the old version, by link and by id', async () => {
    const accepted = await act(
      'Drew',
      'acceptOrgInvite',
      { invite: { token: released.links.drew.token } },
      'orgUser { roles }',
    )
    expect(accepted.orgUser.roles.toSorted()).toEqual(['ADMIN', 'USER'])
    const declined = await act(
      'Finn',
      'declineOrgInvite',
      { invite: { orgInviteId: released.links.finn.id } },
      'orgInvite { status }',
    )
    expect(declined.orgInvite.status).toBe('DECLINED')
  })
})

it('a mail that the released version had queued is sent', async () => {
  const database = await restoreReleased()
  onTestFinished(() => database.drop())
  const mailServer = await startMailServer()
  const server = await startServer(database.url, mailBy(mailServer.url))
  try {
    await expect.poll(() => mailServer.received, { timeout: 60_000 }).toHaveLength(1)
    const [mail] = mailServer.received
    expect(mail?.recipients).toEqual(['mailed@guests.example'])
    expect(mail?.text).toMatch(/https:\/\/app\.example\/invites\/\S+/)
    const query = `query($id: ID!) { orgInvite(id: $id) { delivery } }`
    const delivery = async () => {
      const { data } = await ask(server.url, await credentialOf('Ada'), query, {
        id: released.mailedInviteId,
      })
      return data.orgInvite.delivery
    }
    await expect.poll(delivery).toBe('SENT')
  } finally {
    await server.stop()
  }
})

describe('the statements of the released version', () => {
  async function connected(database: TestDatabase): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: database.url, application_name: 'released' })
    // After a failure the database is dropped while clients are connected.
    client.on('error', () => {})
    await client.connect()
    return client
  }

  async function oldDatabase(): Promise<TestDatabase> {
    const database = await restoreReleased()
    onTestFinished(() => database.drop())
    return database
  }

  /** Prepared once on each connection, as the released version did. */
  const names = new Map<string, string>()
  const send = (client: pg.Client, { text, values }: Statement) => {
    const name = names.get(text) ?? `old_${names.size}`
    names.set(text, name)
    return client.query({ name, text, values, rowMode: 'array' })
  }

  it('are enough to try: reads, and every kind of write', () => {
    const texts = transactions.flat().map(({ text }) => text.toLowerCase())
    for (const [verb, tables] of [
      ['insert into', ['org', 'user', 'org_user', 'org_invite', 'org_event', 'api_token']],
      ['update', ['org', 'org_user', 'org_invite', 'api_token']],
      ['delete from', ['org_user', 'org_invite', 'org_email_domain']],
    ] as const)
      for (const table of tables)
        expect(
          texts.filter((text) => new RegExp(`${verb}\\s+"?(public"?\\."?)?${table}"?\\b`).test(text)),
          `${verb} ${table}`,
        ).not.toEqual([])
    expect(texts.filter((text) => text.startsWith('select')).length).toBeGreaterThan(20)
  })

  it('do on the migrated database what they did on the old one', async () => {
    const [old, migrated] = [await oldDatabase(), await oldDatabase()]
    const log = { info() {}, warn: (line: string) => expect(line).toBe('no warning') }
    expect((await migrate({ connectionString: migrated.url, log })).length).toBeGreaterThan(30)
    const clients = [await connected(old), await connected(migrated)]
    const differences: string[] = []
    let written = 0
    for (const statements of transactions) {
      for (const client of clients) await client.query('begin')
      for (const statement of statements) {
        const [before, after] = await Promise.all(clients.map((client) => send(client, statement)))
        const [was, is] = [resultOf(before, statement), resultOf(after, statement)]
        if (was !== is) differences.push(`${statement.text}\n  was ${was}\n  is  ${is}`)
        if (before?.command !== 'SELECT') written += before?.rowCount ?? 0
      }
      for (const client of clients) await client.query('commit')
    }
    for (const client of clients) await client.end()
    expect(differences).toEqual([])
    expect(written).toBeGreaterThan(40)
  })

  it('run beside a new server that migrates and then serves, without an error and without long waits', async () => {
    const database = await oldDatabase()
    let stopped = false
    const rounds: number[] = []
    /** Everything that the released version did, in one transaction that is rolled back, again and again. */
    const oldServer = async () => {
      const client = await connected(database)
      let count = 0
      for (; !stopped; count++, await delay(20)) {
        await client.query('begin')
        for (const statement of transactions.flat()) await send(client, statement)
        await client.query('rollback')
      }
      rounds.push(count)
      await client.end()
    }
    /** Only its reads, each on its own. */
    const oldReader = async () => {
      const client = await connected(database)
      const reads = transactions
        .flat()
        .filter(
          ({ text }) => /^\s*select/i.test(text) && !/for (no key )?update|for (key )?share/i.test(text),
        )
      let count = 0
      for (; !stopped; count++, await delay(20)) for (const statement of reads) await send(client, statement)
      rounds.push(count)
      await client.end()
    }
    let longestWaitMs = 0
    const watch = async () => {
      const client = await connected(database)
      for (; !stopped; await delay(20)) {
        const { rows } = await client.query(`
          select coalesce(max(extract(epoch from clock_timestamp() - waitstart) * 1000), 0)::float as ms
          from pg_locks join pg_stat_activity using (pid)
          where not granted and locktype = 'relation' and application_name = 'released'`)
        longestWaitMs = Math.max(longestWaitMs, rows[0].ms)
      }
      await client.end()
    }
    const running = Promise.all([oldServer(), oldServer(), oldReader(), watch()])
    // A failure is reported at the end, and must not go unhandled before.
    running.catch(() => {})
    await delay(500)
    try {
      // Without a mail server the queued mail fails, which is an event, and the old statements have fixed numbers.
      const server = await startServer(database.url, mailBy('smtp://127.0.0.1:1'))
      const query = `query($id: ID!) { org(id: $id) { name slug users(first: 10) { totalCount } } }`
      for (let n = 0; n < 50; n++) {
        const { data, errors } = await ask(server.url, await credentialOf('Ada'), query, {
          id: released.orgId,
        })
        expect(errors).toBeUndefined()
        expect(data.org).toMatchObject({ name: 'Released Ltd', slug: expect.any(String) })
      }
      await server.stop()
    } finally {
      stopped = true
    }
    await running
    console.log(
      `rounds of the old statements: ${rounds.join(', ')}; longest wait for a table: ${Math.round(longestWaitMs)} ms`,
    )
    for (const count of rounds) expect(count).toBeGreaterThan(0)
    expect(longestWaitMs).toBeLessThan(LOCK_TIMEOUT_MS + SLACK_MS)
  })
})

/** A later version may grant more. */
const PERMISSIONS = 'viewerPermissions'

/** Without the cursors of lists, which contain times. */
const comparable = (value: unknown) =>
  JSON.parse(
    JSON.stringify(value, (key, inner) =>
      /^(?:start|end)Cursor$/.test(key) || key === PERMISSIONS ? undefined : inner,
    ),
  )

function permissionsIn(value: unknown): string[] {
  const found: string[] = []
  JSON.stringify(value, (key, inner) => {
    if (key === PERMISSIONS && inner) found.push(...inner)
    return inner
  })
  return found
}

/** What a statement did. Two runs differ in the times that they take from the clock, and in the order if it names none. */
function resultOf(result: pg.QueryArrayResult | undefined, { text }: Statement): string {
  const rows = (result?.rows ?? []).map((row) =>
    JSON.stringify(row).replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"a time"'),
  )
  const { command, rowCount, fields = [] } = result ?? {}
  const names = fields.map(({ name }) => name)
  const shown = /clock_timestamp/.test(text) ? [] : /order by/i.test(text) ? rows : rows.sort()
  return JSON.stringify([command, rowCount, names, shown])
}
