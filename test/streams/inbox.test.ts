import sql from 'sql-template-tag'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Person } from '../../src/domain/core/actor.js'
import { lockOrg } from '../../src/domain/core/lockOrg.js'
import { deleteOrg } from '../../src/domain/orgs/deleteOrg.js'
import { purgeOrg } from '../../src/domain/orgs/purgeOrg.js'
import { codeOf, instance, openStage, orgOf, person, take, untilEnd, upTo, within } from './fixture.js'

let stage: Awaited<ReturnType<typeof openStage>>
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

async function addressOf({ userId }: Person): Promise<string> {
  const [user] = await stage.database.query<{ email: string }>(
    sql`select email from "user" where id = ${userId}`,
  )
  return user?.email ?? ''
}

const invite = (orgId: string, email: string) =>
  stage.transact(async (tx) => {
    const org = await lockOrg(tx, orgId)
    tx.record(org, null, {
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

it('gathers what concerns one person from every org, in one dense order', async () => {
  const me = await person(stage)
  const email = await addressOf(me)
  const other = await addressOf(await person(stage))
  const orgs = await Promise.all(upTo(1, 6).map(async () => orgOf(stage, await person(stage))))
  const live = await stage.streams.inbox({ userId: me.userId, actor: me, after: null })
  await Promise.all(
    orgs.map(async (orgId) => {
      for (let index = 0; index < 20; index++) {
        await invite(orgId, email)
        await invite(orgId, other)
      }
    }),
  )
  expect(inboxSeqs(await take(live, 120))).toEqual(upTo(1, 120))
  const late = await stage.streams.inbox({ userId: me.userId, actor: me, after: 30 })
  const read = await take(late, 90)
  expect(inboxSeqs(read)).toEqual(upTo(31, 120))
  expect(new Set(read.map(({ inboxUserId }) => inboxUserId))).toEqual(new Set([me.userId]))
  await Promise.all([live.return(), late.return()])
  expect(stage.streams.counts()).toEqual({ orgs: 0, inboxes: 0, subscribers: 0, timers: 0 })
})

it('goes on over the numbers that a deleted org has taken with it', async () => {
  const me = await person(stage)
  const email = await addressOf(me)
  const owner = await person(stage)
  const [gone, stays] = [await orgOf(stage, owner), await orgOf(stage, owner)]
  for (const orgId of [stays, gone, gone, stays, gone]) await invite(orgId, email)
  const stream = await stage.streams.inbox({ userId: me.userId, actor: me, after: 0 })
  expect(inboxSeqs(await take(stream, 5))).toEqual(upTo(1, 5))
  await stage.transact((tx) => deleteOrg(tx, owner, gone))
  await stage.transact((tx) => purgeOrg(tx, gone))
  const late = await stage.streams.inbox({ userId: me.userId, actor: me, after: 0 })
  expect(inboxSeqs(await take(late, 2))).toEqual([1, 4])
  await invite(stays, email)
  for (const reader of [stream, late]) {
    expect(inboxSeqs(await within(3_000, take(reader, 1)))).toEqual([6])
    await reader.return()
  }
})

it('opens for its own user only, at a cursor that is', async () => {
  const me = await person(stage)
  const other = await person(stage)
  const open = (actor: typeof me | typeof instance, after: number | null = null) =>
    stage.streams.inbox({ userId: me.userId, actor, after }).then(() => 'opened', codeOf)
  expect(await open(other)).toBe('FORBIDDEN')
  expect(await open(instance)).toBe('FORBIDDEN')
  expect(await open(me, 1)).toBe('BAD_USER_INPUT')
  const stream = await stage.streams.inbox({ userId: me.userId, actor: me, after: 0 })
  await stream.return()
  expect(await untilEnd(stream)).toEqual({ events: [], code: undefined })
})
