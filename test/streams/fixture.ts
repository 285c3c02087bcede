import { setTimeout as delay } from 'node:timers/promises'
import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll } from 'vitest'
import { type Database, openDatabase } from '../../src/database/database.js'
import { type Actor, type Person, theServer } from '../../src/domain/core/actor.js'
import { joinOrg } from '../../src/domain/core/joinOrg.js'
import { lockOrg } from '../../src/domain/core/lockOrg.js'
import type { OrgEventRow } from '../../src/domain/core/orgEvent.js'
import { allPermissions } from '../../src/domain/core/permission.js'
import { type Rules, type Transact, transactOn } from '../../src/domain/core/transact.js'
import { createOrg } from '../../src/domain/orgs/createOrg.js'
import type { OrgRoleName } from '../../src/generated/prisma/enums.js'
import { createLog } from '../../src/lib/log.js'
import { type Hints, inProcessHints } from '../../src/streams/hints/hints.js'
import { openEventStreams, type RunningEventStreams } from '../../src/streams/openEventStreams.js'
import { BUSY_MS } from '../support/busy.js'
import { createDatabase } from '../support/database.js'

export const silent = createLog({ level: 'silent', production: true })

export const instance: Actor = {
  kind: 'token',
  tokenId: null,
  orgId: null,
  permissions: new Set(allPermissions),
  expiresAt: null,
}

const rules: Rules = {
  tiers: {
    FREE: { seats: 10_000, pendingInvites: 10_000 },
    PREMIUM: { seats: 10_000, pendingInvites: 10_000 },
  },
  invitesPerOrgPerDay: 100_000,
  orgsPerUserPerDay: 100_000,
  mailsPerAddressPerDay: 100_000,
  mailsPerAddressPerOrgPerDay: 100_000,
  mailsPerUserPerDay: 100_000,
  emailDomainProof: 'address',
  apiTokensPerOrg: 100_000,
  apiTokenDepth: 8,
  emailDomainsPerOrg: 100_000,
  inviteLifeDays: 7,
  reminderBeforeMs: 0,
  mailLocale: 'en',
  mailConfigured: false,
  appUrl: 'http://localhost',
  production: false,
  keySecret: undefined,
}

/** The streams of a server, and the parts that tests use. */
export interface Server {
  database: Database
  streams: RunningEventStreams
  transact: Transact
}

/** Opens a database and starts as many servers on it as a test asks for. */
export async function openFixture() {
  const own = await createDatabase()
  const closing: Array<() => Promise<unknown>> = []

  async function server({
    hints = inProcessHints(),
    subscriberQueue = 1_000,
    poolSize = 6,
    sendHints = true,
  }: {
    hints?: Hints
    subscriberQueue?: number
    poolSize?: number
    /** False: other servers get no hint about this server's commits. */
    sendHints?: boolean
  } = {}): Promise<Server> {
    const database = await openDatabase({ connectionString: own.url, poolSize })
    const streams = openEventStreams({ database, hints, limits: { subscriberQueue }, log: silent })
    closing.unshift(async () => {
      await streams.close()
      await hints.close()
      await database.close()
    })
    return { database, streams, transact: transactOn(database, rules, sendHints ? streams.hint : () => {}) }
  }

  const first = await server()
  return {
    ...first,
    url: own.url,
    server,
    async close() {
      for (const close of closing) await close()
      await own.drop()
    },
  }
}

export type Fixture = Awaited<ReturnType<typeof openFixture>>

/** Opens a fixture before the tests of a file, and closes it after them. */
export function useFixture(): Omit<Fixture, 'close'> {
  let opened: Fixture
  beforeAll(async () => {
    opened = await openFixture()
  })
  afterAll(() => opened.close())
  return {
    get database() {
      return opened.database
    },
    get streams() {
      return opened.streams
    },
    get transact() {
      return opened.transact
    },
    get url() {
      return opened.url
    },
    server: (options) => opened.server(options),
  }
}

export async function newPerson(
  { database }: Pick<Server, 'database'>,
  email = `${uuidv7()}@example.com`,
): Promise<Person> {
  const userId = uuidv7()
  await database.query(sql`
    insert into "user" (id, subject, email, email_verified) values (${userId}, ${userId}, ${email}, true)
  `)
  return { kind: 'person', userId, expiresAt: new Date(Date.now() + 3_600_000) }
}

export async function newOrg(server: Server, owner: Person): Promise<string> {
  const org = await server.transact((tx) =>
    createOrg(tx, owner, { name: `Org ${uuidv7()}`, dataRegion: 'US_WEST', bindEmailDomain: false }),
  )
  return org.id
}

export async function orgWithOwner(server: Server): Promise<{ owner: Person; orgId: string }> {
  const owner = await newPerson(server)
  return { owner, orgId: await newOrg(server, owner) }
}

export async function newMember(server: Server, orgId: string, ...roles: OrgRoleName[]): Promise<Person> {
  const joining = await newPerson(server)
  await server.transact(async (tx) => {
    const org = await lockOrg(tx, orgId)
    await joinOrg(tx, org, theServer, { userId: joining.userId, roles, origin: 'DIRECT', inviteId: null })
  })
  return joining
}

/** Commits events without any other change. @returns the org's newest sequence number */
export function commitEvents({ transact }: Server, orgId: string, count = 1): Promise<number> {
  return transact(async (tx) => {
    const org = await lockOrg(tx, orgId)
    for (let index = 0; index < count; index++)
      tx.record(org, theServer, { kind: 'CHANGE', type: 'RENAMED', summary: `event ${index}` })
    return org.eventSeq + count
  })
}

export async function take(
  stream: AsyncIterator<OrgEventRow, undefined>,
  count: number,
): Promise<OrgEventRow[]> {
  const events: OrgEventRow[] = []
  while (events.length < count) {
    const { done, value } = await within(5_000, stream.next())
    if (done) break
    events.push(value)
  }
  return events
}

/**
 * Reads until the stream ends, and waits for `ms` at most for each event. Returns the events and the code of the error, or
 * undefined if it just ended.
 */
export async function untilEnd(stream: AsyncIterator<OrgEventRow, undefined>, ms = 5_000) {
  const events: OrgEventRow[] = []
  try {
    for (;;) {
      const { done, value } = await within(ms, stream.next())
      if (done) return { events, code: undefined }
      events.push(value)
    }
  } catch (error) {
    return { events, code: codeOf(error) }
  }
}

export function codeOf(error: unknown): unknown {
  if (error instanceof Error && 'extensions' in error) return (error.extensions as { code?: unknown }).code
  throw error
}

/** Rejects if the promise is not kept within `ms`, and what a busy machine may need besides. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  const late = new AbortController()
  const tooLate = delay(ms + BUSY_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(`nothing within ${ms} ms`)
  })
  try {
    return await Promise.race([promise, tooLate])
  } finally {
    late.abort()
    tooLate.catch(() => {})
  }
}

/** Waits until a condition in the background is true. */
export async function waitUntil(check: () => boolean, ms = 5_000): Promise<void> {
  const end = Date.now() + ms
  while (!check()) {
    if (Date.now() > end) throw new Error(`not true within ${ms} ms`)
    await delay(5)
  }
}

export const seqs = (events: OrgEventRow[]): number[] => events.map(({ seq }) => seq)

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
