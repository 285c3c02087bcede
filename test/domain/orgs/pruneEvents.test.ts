import type { Pool } from 'pg'
import sql from 'sql-template-tag'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Queryable } from '../../../src/database/database.js'
import { pruneEvents } from '../../../src/domain/orgs/pruneEvents.js'
import { createOrg, invite, join, mutate } from '../../support/mutate.js'
import { ageEvents, pruneAll, seqsOf } from '../../support/oldEvents.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { createToken, usePeople } from '../../support/people.js'
import { statementsOf } from '../../support/statements.js'
import { useTestServer } from '../../support/testServer.js'
import { createWebhook, NOWHERE, updateWebhook } from '../../support/webhooks.js'

const testServer = useTestServer({
  env: {
    EVENT_RETENTION_D: '1',
    FREE_SEATS: '100',
    FREE_PENDING_INVITES: '100',
    KEY_ENCRYPTION_SECRET: 'a secret that encrypts the keys of this test',
  },
})
const people = usePeople(testServer)
let pool: Pool
beforeAll(() => {
  pool = openPool(testServer.database.url)
})
afterAll(() => pool.end())

const prune = () => pruneAll(testServer.server.app.database)
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n)

/** An org with this many events, made by hand. All but the last two are two days old. */
async function orgWith(events: number) {
  const orgId = await createOrg(people.owner)
  const id = uuidOf(orgId)
  await pool.query(
    `with counted as (update org set event_seq = $2 where id = $1)
     insert into org_event (org_id, seq, kind, type, occurred_at, roles, previous_roles)
     select $1, n, 'CHANGE', 'RENAMED', now(), '{}', '{}' from generate_series(3, $2::int) n`,
    [id, events],
  )
  await ageEvents(pool, id, events - 2)
  return { orgId, id }
}

describe('with EVENT_RETENTION_D', () => {
  it('a server deletes the events that are older', async () => {
    const { id } = await orgWith(20)
    await testServer.startAnother()
    await vi.waitFor(async () => expect(await seqsOf(pool, id)).toEqual([19, 20]), { timeout: 20_000 })
    // The events are deleted before the job plans its next run.
    await vi.waitFor(async () => {
      const { rows } = await pool.query(
        `select run_at > now() + interval '50 minutes' as is_next_round from graphile_worker._private_jobs
         where key = 'pruneEvents'`,
      )
      expect(rows).toEqual([{ is_next_round: true }])
    }, 20_000)
  })
})

describe('without EVENT_RETENTION_D', () => {
  const keeping = useTestServer()

  it('a server deletes no event, and ends the rounds that another server has begun', async () => {
    const own = openPool(keeping.database.url)
    try {
      const queued = async () =>
        (await own.query(`select from graphile_worker._private_jobs where key = 'pruneEvents'`)).rowCount
      expect(await queued()).toBe(0)
      const orgId = uuidOf(await createOrg(await keeping.signUp()))
      await ageEvents(own, orgId)
      await own.query(
        `select graphile_worker.add_job('pruneEvents', '{"from":null}', job_key := 'pruneEvents')`,
      )
      await vi.waitFor(async () => expect(await queued()).toBe(0), { timeout: 20_000 })
      expect(await seqsOf(own, orgId)).toEqual([1, 2])
    } finally {
      await own.end()
    }
  })
})

describe('deleting old events', () => {
  it('leaves the newest event of an org, so that its cursor stays valid', async () => {
    const { orgId, id } = await orgWith(30)
    await ageEvents(pool, id)
    await prune()
    expect(await seqsOf(pool, id)).toEqual([30])
    const { data } = await people.owner.ask(
      `query($id: ID!) { org(id: $id) { eventCursor events(last: 1) { nodes { seq cursor } } } }`,
      { id: orgId },
    )
    expect(data.org.events.nodes).toEqual([{ seq: 30, cursor: data.org.eventCursor }])
    await mutate(people.owner, 'updateOrg', { orgId, name: `Org ${crypto.randomUUID()}` })
    expect(await seqsOf(pool, id)).toEqual([30, 31])
  })

  it('lets the history begin later: its first `seq` says so', async () => {
    const { orgId } = await orgWith(30)
    await prune()
    const { data } = await people.owner.ask(
      `query($id: ID!) { org(id: $id) { events(first: 5) {
        nodes { seq } pageInfo { hasPreviousPage hasNextPage }
      } } }`,
      { id: orgId },
    )
    expect(data.org.events).toEqual({
      nodes: [{ seq: 29 }, { seq: 30 }],
      pageInfo: { hasPreviousPage: false, hasNextPage: false },
    })
  })

  it('keeps who accepted an invite, also of one that an older version recorded', async () => {
    const orgId = await createOrg(people.owner)
    const id = uuidOf(orgId)
    const token = await createToken(testServer, testServer.instance, ['INVITE_RESPOND'])
    const own = await join(people.owner, orgId, people.user)
    const answered = await invite(people.owner, orgId, people.outsider.email)
    await mutate(token, 'acceptOrgInvite', {
      invite: { orgInviteId: answered },
      userId: people.outsider.id,
    })
    // An older version wrote the acceptor neither into the invite nor into the event.
    await pool.query(`update org_invite set accepted_by_id = null where org_id = $1`, [id])
    await pool.query(
      `update org_event set user_id = null, actor_token_id = null where org_id = $1 and kind = 'INVITE'`,
      [id],
    )
    const now = await join(people.owner, orgId, people.admin)
    await mutate(people.owner, 'updateOrg', { orgId, name: `Org ${crypto.randomUUID()}` })
    await ageEvents(pool, id)
    await prune()
    expect(await seqsOf(pool, id)).toHaveLength(1)
    const { data } = await people.owner.ask(
      'query($ids: [ID!]!) { nodes(ids: $ids) { ... on OrgInvite { acceptedBy { id } } } }',
      { ids: [own, answered, now] },
    )
    expect(data.nodes.map((node: { acceptedBy: unknown }) => node.acceptedBy)).toEqual([
      { id: people.user.id },
      { id: people.outsider.id },
      { id: people.admin.id },
    ])
  })

  it('keeps what an org’s webhook has not delivered, also while it is switched off', async () => {
    const { orgId, id } = await orgWith(10)
    const webhook = await createWebhook(people.owner, orgId, NOWHERE)
    await updateWebhook(people.owner, webhook, { enabled: false })
    await mutate(people.owner, 'updateOrg', { orgId, name: `Org ${crypto.randomUUID()}` })
    await ageEvents(pool, id)
    await prune()
    // 11 is the webhook’s own making.
    expect(await seqsOf(pool, id)).toEqual([12, 13])
    await mutate(people.owner, 'deleteWebhook', { webhookId: webhook.id })
    await ageEvents(pool, id)
    await prune()
    expect(await seqsOf(pool, id)).toEqual([14])
  })

  it('keeps what a webhook of the instance has not delivered, also without a place in the org', async () => {
    const { id } = await orgWith(10)
    const webhook = await createWebhook(testServer.instance, undefined, NOWHERE)
    await updateWebhook(testServer.instance, webhook, { enabled: false })
    await pool.query(`delete from webhook_place where webhook_id = $1`, [uuidOf(webhook.id)])
    // Made when the fifth event was committed.
    await pool.query(`update webhook set created_at = now() - interval '3 days' where id = $1`, [
      uuidOf(webhook.id),
    ])
    await pool.query(
      `update org_event set occurred_at = now() - case when seq <= 5 then 4 else 2 end * interval '1 day'
       where org_id = $1`,
      [id],
    )
    await prune()
    expect(await seqsOf(pool, id)).toEqual(range(6, 10))
    await mutate(testServer.instance, 'deleteWebhook', { webhookId: webhook.id })
    await prune()
    expect(await seqsOf(pool, id)).toEqual([10])
  })

  it('stops at the first event that is not old enough, even if a clock was set back after it', async () => {
    const { id } = await orgWith(10)
    await pool.query(`update org_event set occurred_at = now() where org_id = $1 and seq = 4`, [id])
    await prune()
    expect(await seqsOf(pool, id)).toEqual(range(4, 10))
  })

  it('takes a thousand events a statement, and a few thousand a call', async () => {
    const { id } = await orgWith(12_002)
    await ageEvents(pool, id)
    const { app } = testServer.server
    let from: string | null = null
    let calls = 0
    const statements = await statementsOf(async () => {
      do {
        const done = await pruneEvents(app.database, { before: new Date(Date.now() - 86_400_000), from })
        expect(done.events).toBeLessThanOrEqual(5_000)
        from = done.next
        calls += 1
      } while (from !== null)
    })
    expect(await seqsOf(pool, id)).toEqual([12_002])
    expect(calls).toBeGreaterThanOrEqual(3)
    const deletions = statements.filter(({ text }) => text.includes('delete from org_event'))
    expect(deletions.length).toBeGreaterThanOrEqual(12)
    expect(deletions.length).toBeLessThanOrEqual(14)
  })

  it('does not wait for an operation that holds the org’s lock, and no operation waits for it', async () => {
    const { orgId, id } = await orgWith(50)
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query('select from org where id = $1 for no key update', [id])
      await prune()
      await client.query('commit')
      expect(await seqsOf(pool, id)).toEqual([49, 50])

      await ageEvents(pool, id)
      await client.query('begin')
      const inTransaction: Queryable = {
        query: async (statement) => {
          const { rows } = await client.query(statement.text, statement.values)
          // As the server's own connections name the columns.
          return rows.map((row) =>
            Object.fromEntries(
              Object.entries(row).map(([name, value]) => [
                name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()),
                value,
              ]),
            ),
          ) as never
        },
      }
      expect((await pruneAll(inTransaction)).events).toBeGreaterThanOrEqual(1)
      await mutate(people.owner, 'updateOrg', { orgId, name: `Org ${crypto.randomUUID()}` })
      await join(people.owner, orgId, people.user)
      await client.query('commit')
    } finally {
      client.release(true)
    }
    expect(await seqsOf(pool, id)).toEqual(range(50, 54))
  })

  it('forgets the floor of an org with the org', async () => {
    const { orgId, id } = await orgWith(10)
    await prune()
    const floors = () =>
      testServer.server.app.database.query(sql`select from event_floor where stream_id = ${id}`)
    expect(await floors()).toHaveLength(1)
    await mutate(people.owner, 'deleteOrg', { orgId })
    await vi.waitFor(async () => expect(await floors()).toHaveLength(0), { timeout: 20_000 })
  })
})
