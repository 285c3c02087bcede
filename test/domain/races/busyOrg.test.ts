import { setTimeout as delay } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { lockOrg } from '../../../src/domain/core/lockOrg.js'
import { isUnavailable } from '../../../src/graphql/unavailable.js'
import { createOrg, invite, mutate } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { ask, type Client, type TestPerson, useTestServer } from '../../support/testServer.js'

/** The most connections that transactions of one org hold at a time. */
const AT_ONCE = 3
/** The most connections held at a time by transactions that do not know their org yet. */
const UNKNOWN_AT_ONCE = 2
const MANY = 20

describe('an org with many writes at once', () => {
  const testServer = useTestServer()
  let pool: Pool
  let owner: TestPerson
  let stranger: TestPerson
  let orgId: string
  let otherId: string
  let holder: PoolClient
  beforeAll(async () => {
    pool = openPool(testServer.database.url)
    ;[owner, stranger] = await Promise.all([testServer.signUp(), testServer.signUp()])
    otherId = await createOrg(stranger)
  })
  beforeEach(async () => {
    orgId = await createOrg(owner)
    // A session that keeps the org's row locked, like a forgotten console.
    holder = await pool.connect()
    await holder.query('begin')
    await holder.query('select from org where id = $1 for no key update', [uuidOf(orgId)])
    return async () => {
      await holder.query('rollback')
      holder.release()
    }
  })
  afterAll(() => pool.end())

  /** The number of sessions that wait for a lock. */
  const waiting = async (): Promise<number> => {
    const { rows } = await pool.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where wait_event_type = 'Lock' and datname = current_database()`,
    )
    return rows[0]?.count ?? 0
  }
  const rename = (client: Client, id: string) =>
    mutate(client, 'updateOrg', { orgId: id, name: `Org ${crypto.randomUUID()}` })
  const renamed = { __typename: 'UpdateOrgPayload' }

  it('uses at most three connections, while other orgs are served, and every write is done in the end', async () => {
    const writes = Array.from({ length: MANY }, () => rename(owner, orgId))
    await vi.waitFor(async () => expect(await waiting()).toBe(AT_ONCE))
    expect(await rename(stranger, otherId)).toMatchObject(renamed)
    expect(await invite(stranger, otherId, 'guest@guests.example')).toBeTruthy()
    expect(await waiting()).toBe(AT_ONCE)
    await holder.query('rollback')
    for (const answer of await Promise.all(writes)) expect(answer).toMatchObject(renamed)
  })

  it.each([
    ['a server that has seen the invites', AT_ONCE, false],
    ['a server that has not', AT_ONCE + UNKNOWN_AT_ONCE, true],
  ])(
    'uses few connections even if requests name an invite and not its org, on %s',
    async (_, connections, another) => {
      const { url } = another ? await testServer.startAnother() : testServer
      const at = (client: Client): Client => ({
        ...client,
        ask: (document, variables) => ask(url, client.authorization, document, variables),
      })
      await holder.query('rollback')
      const invites = await Promise.all(
        Array.from({ length: MANY }, (_, n) => invite(owner, orgId, `guest${n}@guests.example`)),
      )
      await holder.query('begin')
      await holder.query('select from org where id = $1 for no key update', [uuidOf(orgId)])
      const writes = invites.map((orgInviteId) => mutate(at(owner), 'revokeOrgInvite', { orgInviteId }))
      await vi.waitFor(async () => expect(await waiting()).toBe(connections))
      expect(await rename(at(stranger), otherId)).toMatchObject(renamed)
      expect(await waiting()).toBe(connections)
      await holder.query('rollback')
      for (const answer of await Promise.all(writes))
        expect(answer).toMatchObject({ __typename: 'RevokeOrgInvitePayload' })
    },
  )

  it('makes a transaction that learned its org late wait without its connection', async () => {
    let attempts = 0
    const writes = Array.from({ length: MANY }, () =>
      testServer.server.app.transact(async (tx) => {
        attempts++
        await tx.query(sql`select 1`)
        return lockOrg(tx, uuidOf(orgId))
      }),
    )
    await vi.waitFor(async () => expect(await waiting()).toBe(AT_ONCE))
    expect(await rename(stranger, otherId)).toMatchObject(renamed)
    await holder.query('rollback')
    for (const org of await Promise.all(writes)) expect(org.id).toBe(uuidOf(orgId))
    // Each operation runs at most twice: once more when its turn comes.
    expect(attempts).toBeLessThanOrEqual(2 * MANY)
  })

  it('refuses more writes at once when too many wait', async () => {
    let refused = 0
    const writes = Array.from({ length: 300 }, () =>
      testServer.server.app
        .transact((tx) => lockOrg(tx, uuidOf(orgId)))
        .catch((error: unknown) => {
          expect(isUnavailable(error)).toBe(true)
          refused++
        }),
    )
    await delay(100)
    expect(refused).toBe(300 - 200 - AT_ONCE)
    await holder.query('rollback')
    await Promise.all(writes)
  })

  it('makes no write wait longer than a client waits', async () => {
    const begun = performance.now()
    const writes = Array.from({ length: MANY }, () =>
      testServer.server.app.transact((tx) => lockOrg(tx, uuidOf(orgId))).catch((error: unknown) => error),
    )
    for (const outcome of await Promise.all(writes)) expect(isUnavailable(outcome)).toBe(true)
    expect(performance.now() - begun).toBeLessThan(6_000)
    expect(await rename(stranger, otherId)).toMatchObject(renamed)
    await holder.query('rollback')
    expect(await rename(owner, orgId)).toMatchObject(renamed)
  })
})
