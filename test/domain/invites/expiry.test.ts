import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { insertInvites, insertOrgs } from '../../support/insertInvites.js'
import { createOrg, invite, mutate, readOrg } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { readSnapshot, uuidOf, violationsOf } from '../../support/orgSnapshot.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'

/** Contract §5: the EXPIRED event comes within this time without any request, in ms. */
const EXPIRED_WITHIN_MS = 2_000

describe('an invite that expires', () => {
  const testServer = useTestServer({ env: { PREMIUM_PENDING_INVITES: '20000' } })
  let pool: Pool
  let owner: TestPerson
  beforeAll(async () => {
    pool = openPool(testServer.database.url)
    owner = await testServer.signUp()
  })
  afterAll(() => pool.end())

  /** The database's clock, ms since 1970. */
  async function databaseTime(): Promise<number> {
    const { rows } = await pool.query<{ ms: number }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
    )
    return rows[0]?.ms ?? Number.NaN
  }

  const inMs = async (ms: number) => new Date(Math.ceil((await databaseTime()) + ms))

  /**
   * Waits until as many invites have their EXPIRED event. Returns how late each batch of them
   * became visible, in ms.
   */
  async function lateness(expiresAt: Date, count: number, orgIds?: string[]): Promise<number[]> {
    const seen: number[] = []
    const giveUp = expiresAt.getTime() + 20_000
    for (let found = 0; found < count; ) {
      const { rows } = await pool.query<{ ms: number; count: number }>(
        `select count(*)::int as count, (extract(epoch from clock_timestamp()) * 1000)::float8 as ms
         from org_event where type = 'EXPIRED' and occurred_at >= $1 and ($2::uuid[] is null or org_id = any($2))`,
        [expiresAt, orgIds?.map(uuidOf)],
      )
      const ms = rows[0]?.ms ?? 0
      if (ms > giveUp) throw new Error(`${rows[0]?.count} of ${count} have expired after 20 s`)
      if ((rows[0]?.count ?? 0) > found) seen.push(Math.round(ms - expiresAt.getTime()))
      found = rows[0]?.count ?? 0
      await sleep(10)
    }
    return seen
  }

  it('reads as EXPIRED from the very instant by the database’s clock: in itself, in filters and in counts', async () => {
    const orgId = await createOrg(owner)
    const document = `query($orgId: ID!, $id: ID!) {
      org(id: $orgId) {
        pending: invites(filter: { statuses: [PENDING] }) { totalCount nodes { status } }
        expired: invites(filter: { statuses: [EXPIRED] }) { totalCount nodes { status resolvedAt } }
        inviteCounts { pending expired }
        limits { pendingInvitesUsed }
      }
      orgInvite(id: $id) { status resolvedAt viewerCanRevoke viewerCanResend }
    }`
    const reads = { before: 0, after: 0 }
    const watch = async (id: string, round: number, expiresAt: Date) => {
      for (let now = 0; now < expiresAt.getTime() + 30; ) {
        const begun = await databaseTime()
        const { data } = await owner.ask(document, { orgId, id })
        now = await databaseTime()
        if (begun >= expiresAt.getTime()) reads.after++
        else if (now < expiresAt.getTime()) reads.before++
        // The end may have been written during the read. Then a part of the answer is newer.
        else if ((await readSnapshot(pool, uuidOf(orgId)))?.state.counts.expired === round + 1) continue
        const { org, orgInvite } = data
        const pending = org.pending.totalCount
        // All parts of one answer are of the same instant.
        expect(org.pending.nodes).toEqual(Array(pending).fill({ status: 'PENDING' }))
        expect(org.expired.nodes.map(({ status }: { status: string }) => status)).toEqual(
          Array(round + 1 - pending).fill('EXPIRED'),
        )
        expect(org).toMatchObject({
          expired: { totalCount: round + 1 - pending },
          inviteCounts: { pending, expired: round + 1 - pending },
          limits: { pendingInvitesUsed: pending },
        })
        const expired = { status: 'EXPIRED', resolvedAt: expiresAt.toISOString(), viewerCanRevoke: false }
        const alive = { status: 'PENDING', resolvedAt: null, viewerCanRevoke: true }
        expect(orgInvite).toEqual({ ...(pending === 0 ? expired : alive), viewerCanResend: true })
        // That instant is between the request and the answer.
        if (begun >= expiresAt.getTime()) expect(pending).toBe(0)
        if (now < expiresAt.getTime()) expect(pending).toBe(1)
      }
    }
    for (let round = 0; round < 4; round++) {
      const expiresAt = await inMs(1_000)
      const id = await invite(owner, orgId, `round${round}@guests.example`, { expiresAt })
      // Early enough for a read before the instant, on a busy machine too.
      await sleep(expiresAt.getTime() - (await databaseTime()) - 500)
      await Promise.all([1, 2, 3].map(() => watch(id, round, expiresAt)))
      await vi.waitFor(
        async () => expect((await readSnapshot(pool, uuidOf(orgId)))?.state.counts.expired).toBe(round + 1),
        5_000,
      )
    }
    console.log(`reads before the instant ${reads.before}, after it ${reads.after}`)
    expect(reads.before).toBeGreaterThan(0)
    expect(reads.after).toBeGreaterThan(0)
  })

  it('never counts as pending while its end is being written', async () => {
    const orgId = await createOrg(owner)
    await mutate(testServer.instance, 'updateOrg', { orgId, tier: 'PREMIUM' })
    const expiresAt = await inMs(400)
    await insertInvites(pool, orgId, { count: 3_000, expiresAt })
    await sleep(expiresAt.getTime() - (await databaseTime()))
    const read = () =>
      owner.ask(
        `query($orgId: ID!) { org(id: $orgId) {
          inviteCounts { pending expired } limits { pendingInvitesUsed }
          invites(filter: { statuses: [PENDING] }) { totalCount }
        } }`,
        { orgId },
      )
    const writers = Array.from({ length: 4 }, async () => {
      for (let count = 0; count < 25; count++) {
        const { data } = await read()
        expect(data.org).toEqual({
          inviteCounts: { pending: 0, expired: 3_000 },
          limits: { pendingInvitesUsed: 0 },
          invites: { totalCount: 0 },
        })
      }
    })
    await Promise.all(writers)
    await lateness(expiresAt, 3_000, [orgId])
  })

  it('gets its EXPIRED event within 2 s without any request, and only once, however many servers run', async () => {
    const others = [await testServer.startAnother(), await testServer.startAnother()]
    const orgs = await Promise.all(Array.from({ length: 10 }, () => createOrg(owner)))
    const expiresAt = await inMs(2_500)
    await Promise.all(
      orgs.flatMap((orgId) =>
        ['a', 'b', 'c'].map((name) => invite(owner, orgId, `${name}@guests.example`, { expiresAt })),
      ),
    )
    const seen = await lateness(expiresAt, 30, orgs)
    console.log(`30 invites of 10 orgs, three servers: the last EXPIRED event after ${seen.at(-1)} ms`)
    expect(seen.at(-1)).toBeLessThan(EXPIRED_WITHIN_MS)
    await sleep(1_500)
    for (const orgId of orgs) {
      const snapshot = await readSnapshot(pool, uuidOf(orgId))
      expect(snapshot?.events.filter(({ type }) => type === 'EXPIRED')).toHaveLength(3)
      expect(snapshot && violationsOf(snapshot)).toEqual([])
    }
    for (const server of others) await testServer.stop(server)
  })

  it('ends as soon as a server starts again, if all servers were down', async () => {
    const orgId = await createOrg(owner)
    const expiresAt = await inMs(2_500)
    const orgInviteId = await invite(owner, orgId, 'guest@guests.example', { expiresAt })
    await testServer.stop(testServer.server)
    await sleep(expiresAt.getTime() - (await databaseTime()) + 500)
    expect((await readSnapshot(pool, uuidOf(orgId)))?.state.counts.expired).toBe(0)
    await testServer.startAnother()
    const back = await databaseTime()
    const again = testServer.bearer(owner.authorization)
    const { data } = await again.ask('query($id: ID!) { orgInvite(id: $id) { status resolvedAt } }', {
      id: orgInviteId,
    })
    expect(data.orgInvite).toEqual({ status: 'EXPIRED', resolvedAt: expiresAt.toISOString() })
    await lateness(expiresAt, 1, [orgId])
    const late = Math.round((await databaseTime()) - back)
    console.log(`down over it: the EXPIRED event ${late} ms after the start`)
    expect(late).toBeLessThan(EXPIRED_WITHIN_MS)
  })

  // With other tests on two cores this measures the machine: the printed figure is about the
  // promise, the bound only catches a stall.
  const busy = { timeout: 60_000 }
  const STALLED_MS = 10 * EXPIRED_WITHIN_MS

  it(
    'ends together with 10,000 others in the same second, in batches that let the org’s other writes through',
    busy,
    async () => {
      const orgId = await createOrg(owner)
      await mutate(testServer.instance, 'updateOrg', { orgId, tier: 'PREMIUM' })
      const expiresAt = await inMs(3_000)
      await insertInvites(pool, orgId, { count: 10_000, expiresAt })
      const waits: number[] = []
      let over = false
      const others = (async () => {
        await sleep(expiresAt.getTime() - (await databaseTime()))
        while (!over) {
          const begun = performance.now()
          await mutate(owner, 'updateOrg', { orgId, name: `Org ${crypto.randomUUID()}` })
          waits.push(Math.round(performance.now() - begun))
          await sleep(100)
        }
      })()
      const seen = await lateness(expiresAt, 10_000, [orgId])
      over = true
      await others
      const snapshot = await readSnapshot(pool, uuidOf(orgId))
      const batches = new Map<number, number>()
      for (const { type, occurredAt } of snapshot?.events ?? [])
        if (type === 'EXPIRED')
          batches.set(occurredAt.getTime(), (batches.get(occurredAt.getTime()) ?? 0) + 1)
      console.log(
        `10,000 of one org: first seen after ${seen[0]} ms, last after ${seen.at(-1)} ms, in ${batches.size} batches; ` +
          `${waits.length} renames meanwhile waited ${Math.max(...waits)} ms at most`,
      )
      expect(snapshot && violationsOf(snapshot)).toEqual([])
      expect(Math.max(...batches.values())).toBeLessThanOrEqual(500)
      expect(seen.at(-1)).toBeLessThan(STALLED_MS)
    },
  )

  it('ends together with 2,000 of as many orgs in the same second', busy, async () => {
    const expiresAt = await inMs(2_000)
    const orgs = await insertOrgs(pool, 2_000, expiresAt)
    const seen = await lateness(expiresAt, 2_000, orgs)
    console.log(`2,000 of as many orgs: first seen after ${seen[0]} ms, last after ${seen.at(-1)} ms`)
    expect(seen.at(-1)).toBeLessThan(STALLED_MS)
  })

  it('ends on time although another org is locked for long', async () => {
    const held = await createOrg(owner)
    const free = await Promise.all(Array.from({ length: 5 }, () => createOrg(owner)))
    const expiresAt = await inMs(1_000)
    for (const orgId of [held, ...free]) await invite(owner, orgId, 'guest@guests.example', { expiresAt })
    const holder = await pool.connect()
    await holder.query('begin')
    await holder.query('select 1 from org where id = $1 for update', [uuidOf(held)])
    const seen = await lateness(expiresAt, 5, free)
    expect(seen.at(-1)).toBeLessThan(EXPIRED_WITHIN_MS)
    // Invites that expire later also end on time, while the other org is still locked.
    const later = await inMs(1_000)
    const [first = ''] = free
    await invite(owner, first, 'later@guests.example', { expiresAt: later })
    expect((await lateness(later, 1, free)).at(-1)).toBeLessThan(EXPIRED_WITHIN_MS)
    const released = await databaseTime()
    await holder.query('commit')
    holder.release()
    await lateness(expiresAt, 1, [held])
    expect((await databaseTime()) - released).toBeLessThan(EXPIRED_WITHIN_MS)
  }, 30_000)

  it('ends by the database’s clock, whatever the server’s clock says', async () => {
    const orgId = await createOrg(owner)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    try {
      // One round by the old time may be scheduled already. Only the rounds scheduled from now on
      // count.
      await sleep(1_500)
      const expiresAt = await inMs(800)
      await invite(owner, orgId, 'guest@guests.example', { expiresAt })
      expect((await lateness(expiresAt, 1, [orgId])).at(-1)).toBeLessThan(EXPIRED_WITHIN_MS)
      expect((await readOrg(owner, orgId)).invites.nodes[0].status).toBe('EXPIRED')
    } finally {
      vi.useRealTimers()
    }
  }, 30_000)
})

describe('an invite that expires while mails cannot go out', () => {
  const hung = new Set<() => void>()
  const testServer = useTestServer({
    mailer: () => ({
      send: (_, signal) =>
        new Promise((_, reject) => {
          hung.add(() => reject(new Error('ended')))
          signal?.addEventListener('abort', () => reject(new Error('ended')))
        }),
      close() {},
    }),
  })

  it('gets its EXPIRED event on time, because a mail server that hangs delays only mails', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    for (let number = 0; number < 10; number++) await invite(owner, orgId, `guest${number}@guests.example`)
    await vi.waitUntil(() => hung.size >= 4, 5_000)
    const expiresAt = new Date(Date.now() + 1_000)
    await invite(owner, orgId, 'late@guests.example', { expiresAt, sendEmail: false })
    await sleep(expiresAt.getTime() - Date.now() + EXPIRED_WITHIN_MS)
    const { events } = await readOrg(owner, orgId)
    const types = events.nodes.map(({ inviteEventType }: { inviteEventType?: string }) => inviteEventType)
    for (const end of hung) end()
    expect(types).toContain('EXPIRED')
  })
})
