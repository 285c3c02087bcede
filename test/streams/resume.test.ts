import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { theServer } from '../../src/domain/core/actor.js'
import { lockOrg } from '../../src/domain/core/lockOrg.js'
import { deleteOrg } from '../../src/domain/orgs/deleteOrg.js'
import { purgeOrg } from '../../src/domain/orgs/purgeOrg.js'
import { BUSY_MS } from '../support/busy.js'
import { expectNoPolling, polled } from '../support/polling.js'
import { codeOf, commitEvents, orgWithOwner, range, seqs, take, untilEnd, useFixture } from './fixture.js'

const fixture = useFixture()

const permission = 'EVENT_READ'

describe('a stream of an org’s events', () => {
  it('starts with the next event if no cursor is given', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const stream = await fixture.streams.org({ orgId, actor: owner, permission, after: null })
    await commitEvents(fixture, orgId, 2)
    expect(seqs(await take(stream, 2))).toEqual([3, 4])
    await stream.return()
  })

  it('misses nothing after it is opened, however late it is first read', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const stream = await fixture.streams.org({ orgId, actor: owner, permission, after: null })
    for (let index = 0; index < 10; index++) await commitEvents(fixture, orgId)
    await delay(50)
    expect(seqs(await take(stream, 10))).toEqual(range(3, 12))
    await stream.return()
  })

  it('delivers everything since the cursor and then new events', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    await commitEvents(fixture, orgId, 350)
    const stream = await fixture.streams.org({ orgId, actor: owner, permission, after: 0 })
    const history = await take(stream, 352)
    await commitEvents(fixture, orgId)
    expect(seqs([...history, ...(await take(stream, 1))])).toEqual(range(1, 353))
    await stream.return()
  })

  it('gives every reader each event once and in order, while eight write and readers start at any cursor', {
    timeout: 60_000,
  }, async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const total = 8 * 60 + 2
    const writers = Promise.all(
      range(1, 8).map(async () => {
        for (let index = 0; index < 60; index++) await commitEvents(fixture, orgId)
      }),
    )
    const readers = range(1, 25).map(async (reader) => {
      await delay(reader * 20)
      const after = reader % 5 === 0 ? 0 : Math.min(reader * 7, 2)
      const stream = await fixture.streams.org({ orgId, actor: owner, permission, after })
      const events = seqs(await take(stream, total - after))
      await stream.return()
      expect(events).toEqual(range(after + 1, total))
    })
    await Promise.all([writers, ...readers])
  })

  it('has no gap and no duplicate for a reader that disconnects and resumes again and again', {
    timeout: 60_000,
  }, async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const writers = Promise.all(
      range(1, 8).map(async () => {
        for (let index = 0; index < 40; index++) await commitEvents(fixture, orgId)
      }),
    )
    const read: number[] = []
    while (read.length < 8 * 40) {
      const stream = await fixture.streams.org({ orgId, actor: owner, permission, after: read.at(-1) ?? 2 })
      const some = 1 + Math.floor(Math.random() * 12)
      read.push(...seqs(await take(stream, Math.min(some, 8 * 40 - read.length))))
      await stream.return()
    }
    await writers
    expect(read).toEqual(range(3, 8 * 40 + 2))
  })

  it('can be filtered to all invites or to one', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const [selected, other] = ['018f0000-0000-7000-8000-000000000001', '018f0000-0000-7000-8000-000000000002']
    const invited = (id: string) =>
      fixture.transact(async (tx) => {
        const org = await lockOrg(tx, orgId)
        const invite = { id, email: 'a@example.com', invitedUserId: null, roles: ['USER' as const] }
        tx.record(org, theServer, {
          kind: 'INVITE',
          type: 'CREATED',
          invite: { ...invite, status: 'PENDING' },
          previousStatus: null,
        })
      })
    for (const id of [selected, other]) await invited(id)
    await commitEvents(fixture, orgId, 150)
    const streams = {
      invites: await fixture.streams.org({ orgId, actor: owner, permission, after: 0, only: 'invites' }),
      one: await fixture.streams.org({
        orgId,
        actor: owner,
        permission,
        after: 0,
        only: { orgInviteId: selected },
      }),
    }
    const before = { invites: await take(streams.invites, 2), one: await take(streams.one, 1) }
    await commitEvents(fixture, orgId)
    for (const id of [other, selected]) await invited(id)
    expect(seqs([...before.invites, ...(await take(streams.invites, 2))])).toEqual([3, 4, 156, 157])
    expect(seqs([...before.one, ...(await take(streams.one, 1))])).toEqual([3, 157])
    for (const stream of Object.values(streams)) await stream.return()
  })

  it('refuses a cursor ahead of the newest event as damaged', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const refused = fixture.streams.org({ orgId, actor: owner, permission, after: 3 })
    expect(await refused.then(() => undefined, codeOf)).toBe('BAD_USER_INPUT')
  })

  it('delivers the last events of a deleted org and then ends', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const stream = await fixture.streams.org({ orgId, actor: owner, permission, after: null })
    const end = untilEnd(stream)
    await fixture.transact((tx) => deleteOrg(tx, owner, orgId))
    await delay(300)
    await fixture.transact((tx) => purgeOrg(tx, orgId))
    const gone = performance.now()
    expect(await end).toMatchObject({ events: [{ seq: 3, type: 'STATUS_CHANGED' }], code: undefined })
    expect(performance.now() - gone).toBeLessThan(1_000 + BUSY_MS)
  })
})

describe('the server does no work for a stream', () => {
  it('after its last reader has gone', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const streams = await Promise.all(
      range(1, 20).map(() => fixture.streams.org({ orgId, actor: owner, permission, after: null })),
    )
    const waiting = streams.map((stream) => stream.next())
    const statements = await polled()
    expect(statements.length).toBeGreaterThan(0)
    // The time is enough for three polls, whatever the number of readers.
    expect(statements.length).toBeLessThanOrEqual(3)
    for (const stream of streams) await stream.return()
    expect(await Promise.all(waiting)).toEqual(streams.map(() => ({ done: true, value: undefined })))
    await expectNoPolling()
  })

  it('if the reader disconnects while it subscribes, or is refused', async () => {
    const { orgId } = await orgWithOwner(fixture)
    const { owner, orgId: own } = await orgWithOwner(fixture)
    const going = fixture.streams.org({ orgId: own, actor: owner, permission, after: 0 })
    const refused = fixture.streams.org({ orgId, actor: owner, permission, after: 0 }).catch(codeOf)
    expect(await refused).toBe('FORBIDDEN')
    await (await going).return()
    await expectNoPolling()
  })

  it('if the reader disconnects while it catches up', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    await commitEvents(fixture, orgId, 300)
    const stream = await fixture.streams.org({ orgId, actor: owner, permission, after: 0 })
    const reading = stream.next()
    await stream.return()
    expect(await reading).toEqual({ done: true, value: undefined })
    await expectNoPolling()
  })
})
