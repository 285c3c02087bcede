import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import { describe, expect, it } from 'vitest'
import { type Person, theServer } from '../../src/domain/core/actor.js'
import { lockOrg } from '../../src/domain/core/lockOrg.js'
import { deleteOrg } from '../../src/domain/orgs/deleteOrg.js'
import { purgeOrg } from '../../src/domain/orgs/purgeOrg.js'
import { ageEvents, pruneAll, seqsOf } from '../support/oldEvents.js'
import {
  commitEvents,
  instance,
  newOrg,
  newPerson,
  range,
  seqs,
  take,
  untilEnd,
  useFixture,
} from './fixture.js'

const fixture = useFixture()

const prune = async () => (await pruneAll(fixture.database)).events

/** An org with events 1 to `count`, those up to `old` two days old. */
async function orgWith(count: number, old: number) {
  const owner = await newPerson(fixture)
  const orgId = await newOrg(fixture, owner)
  if (count > 2) await commitEvents(fixture, orgId, count - 2)
  await ageEvents(fixture.database.pool, orgId, old)
  const watch = (after: number | null, only?: 'invites') =>
    fixture.streams.org({ orgId, actor: owner, permission: 'EVENT_READ', after, ...(only && { only }) })
  return { orgId, owner, watch }
}

const numbersOf = (orgId: string) => seqsOf(fixture.database.pool, orgId)

async function inviteEvent(orgId: string, person: Person): Promise<void> {
  const [user] = await fixture.database.query<{ email: string }>(
    sql`select email from "user" where id = ${person.userId}`,
  )
  await fixture.transact(async (tx) => {
    const org = await lockOrg(tx, orgId)
    tx.record(org, theServer, {
      kind: 'INVITE',
      type: 'CREATED',
      invite: {
        id: uuidv7(),
        email: user?.email ?? '',
        invitedUserId: null,
        roles: ['USER'],
        status: 'PENDING',
      },
      previousStatus: null,
    })
  })
}

describe('a stream of an org whose first events are deleted', () => {
  it('delivers all events after a cursor that is not older than the last deleted event', async () => {
    const { orgId, watch } = await orgWith(300, 200)
    await prune()
    expect(await numbersOf(orgId)).toEqual(range(201, 300))
    for (const after of [200, 201, 299]) {
      const stream = await watch(after)
      expect(seqs(await take(stream, 300 - after))).toEqual(range(after + 1, 300))
      await stream.return()
    }
  })

  it('ends with EVENTS_GONE and without any event if its cursor is older', async () => {
    const { watch } = await orgWith(300, 200)
    await prune()
    for (const after of [0, 1, 199])
      expect(await untilEnd(await watch(after))).toEqual({ events: [], code: 'EVENTS_GONE' })
  })

  it('ends with EVENTS_GONE too if no event that passes its filter may be missing', async () => {
    const { orgId, owner, watch } = await orgWith(10, 10)
    await inviteEvent(orgId, owner)
    await prune()
    expect(await numbersOf(orgId)).toEqual([11])
    expect(await untilEnd(await watch(8, 'invites'))).toEqual({ events: [], code: 'EVENTS_GONE' })
    const stream = await watch(10, 'invites')
    expect(seqs(await take(stream, 1))).toEqual([11])
    await stream.return()
  })

  it('delivers what it has read, and ends with EVENTS_GONE if the next events are deleted meanwhile', async () => {
    const { watch } = await orgWith(400, 390)
    const stream = await watch(0)
    // It reads a hundred at once.
    const before = seqs(await take(stream, 40))
    await prune()
    const { events, code } = await untilEnd(stream)
    expect(before.concat(seqs(events))).toEqual(range(1, 100))
    expect(code).toBe('EVENTS_GONE')
  })

  it('goes on live, also if everything before its position is deleted', async () => {
    const { orgId, watch } = await orgWith(50, 50)
    const stream = await watch(50)
    await prune()
    expect(await numbersOf(orgId)).toEqual([50])
    await commitEvents(fixture, orgId, 3)
    expect(seqs(await take(stream, 3))).toEqual([51, 52, 53])
    await stream.return()
  })
})

describe('a server that has not read for so long that events are deleted', () => {
  it('ends the streams with EVENTS_GONE, and later subscribers get everything from their cursor on', async () => {
    const { orgId, watch } = await orgWith(20, 20)
    const stream = await watch(20)
    // Events of which the server learns nothing before they are old and deleted.
    const lock = await fixture.database.pool.connect()
    await lock.query('begin')
    await lock.query(
      `with counted as (update org set event_seq = event_seq + 10 where id = $1 returning id, event_seq)
       insert into org_event (org_id, seq, kind, type, occurred_at, roles, previous_roles)
       select id, event_seq - 10 + n, 'CHANGE', 'RENAMED', now() - interval '2 days', '{}', '{}'
       from counted, generate_series(1, 10) n`,
      [orgId],
    )
    await lock.query(`delete from org_event where org_id = $1 and seq < 30`, [orgId])
    await lock.query(`insert into event_floor values ($1, 29)`, [orgId])
    await lock.query('commit')
    lock.release()
    expect(await untilEnd(stream)).toEqual({ events: [], code: 'EVENTS_GONE' })
    const later = await watch(29)
    await commitEvents(fixture, orgId, 2)
    expect(seqs(await take(later, 3))).toEqual([30, 31, 32])
    await later.return()
  })
})

describe('an inbox whose old events are deleted', () => {
  const watch = (me: Person, after: number) => fixture.streams.inbox({ userId: me.userId, actor: me, after })

  it('ends with EVENTS_GONE for a cursor before them, and goes on from any later one', async () => {
    const me = await newPerson(fixture)
    const { orgId: quiet } = await orgWith(2, 0)
    const { orgId: old } = await orgWith(2, 0)
    await inviteEvent(quiet, me)
    await inviteEvent(old, me)
    await inviteEvent(quiet, me)
    await inviteEvent(old, me)
    await ageEvents(fixture.database.pool, old, 3)
    await prune()
    for (const after of [0, 1])
      expect(await untilEnd(await watch(me, after))).toEqual({ events: [], code: 'EVENTS_GONE' })
    const stream = await watch(me, 2)
    expect((await take(stream, 2)).map(({ inboxSeq }) => inboxSeq)).toEqual([3, 4])
    await stream.return()
  })

  it('goes on over the gap of a deleted org', async () => {
    const me = await newPerson(fixture)
    const { orgId, owner } = await orgWith(2, 0)
    const { orgId: other } = await orgWith(2, 0)
    await inviteEvent(orgId, me)
    await inviteEvent(other, me)
    await fixture.transact((tx) => deleteOrg(tx, owner, orgId))
    await fixture.transact((tx) => purgeOrg(tx, orgId))
    await prune()
    const stream = await watch(me, 0)
    expect((await take(stream, 1)).map(({ inboxSeq }) => inboxSeq)).toEqual([2])
    await stream.return()
  })
})

describe('the events of all orgs, of which old ones are deleted', () => {
  const watch = (after: number) => fixture.streams.instance({ actor: instance, after })
  const newest = () => fixture.streams.newestOfInstance()

  it('end with EVENTS_GONE for a cursor before them, and go on from any later one', async () => {
    await prune()
    const before = await newest()
    const { orgId } = await orgWith(10, 6)
    expect(await newest()).toBe(before + 10)
    expect(await prune()).toBe(6)
    for (const after of [before, before + 5])
      expect(await untilEnd(await watch(after))).toEqual({ events: [], code: 'EVENTS_GONE' })
    const stream = await watch(before + 6)
    const events = await take(stream, 4)
    expect(events.map(({ instanceNumber }) => instanceNumber)).toEqual(range(before + 7, before + 10))
    expect(seqs(events)).toEqual(range(7, 10))
    await stream.return()
    const [left] = await fixture.database.query<{ count: number }>(
      sql`select count(*)::int as count from instance_event where org_id = ${orgId}`,
    )
    expect(left?.count).toBe(4)
  })

  it('end with EVENTS_GONE for every cursor that is older than deleted events which never got a number', async () => {
    await prune()
    const before = await newest()
    await orgWith(10, 6)
    expect(await prune()).toBe(6)
    expect(await untilEnd(await watch(before))).toEqual({ events: [], code: 'EVENTS_GONE' })
    const next = await newest()
    expect(next).toBe(before + 1 + 4)
    const stream = await watch(before + 1)
    expect(seqs(await take(stream, 4))).toEqual(range(7, 10))
    await stream.return()
  })
})
