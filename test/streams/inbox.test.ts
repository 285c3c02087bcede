import sql from 'sql-template-tag'
import { expect, it } from 'vitest'
import { type Person, theServer } from '../../src/domain/core/actor.js'
import { lockOrg } from '../../src/domain/core/lockOrg.js'
import { deleteOrg } from '../../src/domain/orgs/deleteOrg.js'
import { purgeOrg } from '../../src/domain/orgs/purgeOrg.js'
import { expectNoPolling } from '../support/polling.js'
import { codeOf, instance, newOrg, newPerson, range, take, untilEnd, useFixture, within } from './fixture.js'

const fixture = useFixture()

async function addressOf({ userId }: Person): Promise<string> {
  const [user] = await fixture.database.query<{ email: string }>(
    sql`select email from "user" where id = ${userId}`,
  )
  return user?.email ?? ''
}

const invite = (orgId: string, email: string) =>
  fixture.transact(async (tx) => {
    const org = await lockOrg(tx, orgId)
    tx.record(org, theServer, {
      kind: 'INVITE',
      type: 'CREATED',
      invite: {
        id: '018f0000-0000-7000-8000-000000000001',
        email,
        invitedUserId: null,
        roles: ['USER'],
        status: 'PENDING',
      },
      previousStatus: null,
    })
  })

const inboxSeqs = (events: Array<{ inboxSeq: number | null }>) => events.map(({ inboxSeq }) => inboxSeq)

it('an inbox has the events of one person’s invites from every org, in one order without gaps', async () => {
  const me = await newPerson(fixture)
  const email = await addressOf(me)
  const other = await addressOf(await newPerson(fixture))
  const orgs = await Promise.all(range(1, 6).map(async () => newOrg(fixture, await newPerson(fixture))))
  const live = await fixture.streams.inbox({ userId: me.userId, actor: me, after: null })
  await Promise.all(
    orgs.map(async (orgId) => {
      for (let index = 0; index < 20; index++) {
        await invite(orgId, email)
        await invite(orgId, other)
      }
    }),
  )
  expect(inboxSeqs(await take(live, 120))).toEqual(range(1, 120))
  const late = await fixture.streams.inbox({ userId: me.userId, actor: me, after: 30 })
  const read = await take(late, 90)
  expect(inboxSeqs(read)).toEqual(range(31, 120))
  expect(new Set(read.map(({ inboxUserId }) => inboxUserId))).toEqual(new Set([me.userId]))
  await Promise.all([live.return(), late.return()])
  await expectNoPolling()
})

it('an inbox continues across the sequence numbers that were deleted with an org', async () => {
  const me = await newPerson(fixture)
  const email = await addressOf(me)
  const owner = await newPerson(fixture)
  const [gone, stays] = [await newOrg(fixture, owner), await newOrg(fixture, owner)]
  for (const orgId of [stays, gone, gone, stays, gone]) await invite(orgId, email)
  const stream = await fixture.streams.inbox({ userId: me.userId, actor: me, after: 0 })
  expect(inboxSeqs(await take(stream, 5))).toEqual(range(1, 5))
  await fixture.transact((tx) => deleteOrg(tx, owner, gone))
  await fixture.transact((tx) => purgeOrg(tx, gone))
  const late = await fixture.streams.inbox({ userId: me.userId, actor: me, after: 0 })
  expect(inboxSeqs(await take(late, 2))).toEqual([1, 4])
  await invite(stays, email)
  for (const reader of [stream, late]) {
    expect(inboxSeqs(await within(3_000, take(reader, 1)))).toEqual([6])
    await reader.return()
  }
})

it('an inbox opens only for its own user, and only at a valid cursor', async () => {
  const me = await newPerson(fixture)
  const other = await newPerson(fixture)
  const open = (actor: typeof me | typeof instance, after: number | null = null) =>
    fixture.streams.inbox({ userId: me.userId, actor, after }).then(() => 'opened', codeOf)
  expect(await open(other)).toBe('FORBIDDEN')
  expect(await open(instance)).toBe('FORBIDDEN')
  expect(await open(me, 1)).toBe('BAD_USER_INPUT')
  const stream = await fixture.streams.inbox({ userId: me.userId, actor: me, after: 0 })
  await stream.return()
  expect(await untilEnd(stream)).toEqual({ events: [], code: undefined })
})
