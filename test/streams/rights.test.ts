import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createApiToken } from '../../src/domain/apiTokens/createApiToken.js'
import { revokeApiToken } from '../../src/domain/apiTokens/revokeApiToken.js'
import { type Actor, nobody, type Person, theServer } from '../../src/domain/core/actor.js'
import { joinOrg } from '../../src/domain/core/joinOrg.js'
import { lockOrg } from '../../src/domain/core/lockOrg.js'
import { membershipOf } from '../../src/domain/core/membership.js'
import { reinstateOrgUser } from '../../src/domain/members/reinstateOrgUser.js'
import { removeOrgUser } from '../../src/domain/members/removeOrgUser.js'
import { suspendOrgUser } from '../../src/domain/members/suspendOrgUser.js'
import { updateOrgUserRoles } from '../../src/domain/members/updateOrgUserRoles.js'
import type { Permission } from '../../src/generated/prisma/enums.js'
import {
  codeOf,
  commitEvents,
  instance,
  newMember,
  newPerson,
  orgWithOwner,
  range,
  seqs,
  take,
  untilEnd,
  useFixture,
  within,
} from './fixture.js'

const fixture = useFixture()

const permission = 'EVENT_READ'

const watch = (actor: Actor, orgId: string, after: number | null = null) =>
  fixture.streams.org({ orgId, actor, permission, after })

const refusalOf = (opening: Promise<unknown>) => opening.then(() => 'opened', codeOf)

const remove = (owner: Actor, orgId: string, { userId }: Person) =>
  fixture.transact((tx) => removeOrgUser(tx, owner, orgId, userId))

const suspend = (owner: Actor, orgId: string, { userId }: Person) =>
  fixture.transact((tx) => suspendOrgUser(tx, owner, orgId, userId))

const reinstate = (owner: Actor, orgId: string, { userId }: Person) =>
  fixture.transact((tx) => reinstateOrgUser(tx, owner, orgId, userId))

async function tokenOf(
  maker: Actor,
  orgId: string | undefined,
  permissions: Permission[],
  expiresAt: Date | null = null,
): Promise<Actor & { kind: 'token'; tokenId: string }> {
  const { apiToken } = await fixture.transact((tx) =>
    createApiToken(tx, maker, { orgId, name: 'Dashboard', permissions, expiresAt }),
  )
  return {
    kind: 'token',
    tokenId: apiToken.id,
    orgId: apiToken.orgId,
    permissions: new Set(apiToken.permissions),
    expiresAt,
  }
}

describe('the permission to open a stream', () => {
  it('is checked, and a plain member, a stranger and an unknown org get the same refusal', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const user = await newMember(fixture, orgId, 'USER')
    const admin = await newMember(fixture, orgId, 'USER', 'ADMIN')
    const stranger = await newPerson(fixture)
    expect(await refusalOf(watch(user, orgId))).toBe('FORBIDDEN')
    expect(await refusalOf(watch(stranger, orgId))).toBe('FORBIDDEN')
    expect(await refusalOf(watch(owner, '018f0000-0000-7000-8000-000000000000'))).toBe('FORBIDDEN')
    expect(await refusalOf(watch(nobody, orgId))).toBe('UNAUTHENTICATED')
    expect(await refusalOf(watch({ ...owner, expiresAt: new Date() }, orgId))).toBe('UNAUTHENTICATED')
    for (const actor of [admin, owner, instance]) await (await watch(actor, orgId)).return()
  })

  it('of a token is limited to its org and its own permissions, whoever created it', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const { orgId: other } = await orgWithOwner(fixture)
    const token = await tokenOf(owner, orgId, ['EVENT_READ'])
    const lesser = await tokenOf(owner, orgId, ['ORG_READ'])
    await (await watch(token, orgId)).return()
    expect(await refusalOf(watch(token, other))).toBe('FORBIDDEN')
    expect(await refusalOf(watch(lesser, orgId))).toBe('FORBIDDEN')
  })
})

describe('a member who loses the permission', () => {
  const losses: Array<[string, (owner: Person, orgId: string, admin: Person) => Promise<unknown>]> = [
    ['who is removed', (owner, orgId, admin) => remove(owner, orgId, admin)],
    ['who is suspended', (owner, orgId, admin) => suspend(owner, orgId, admin)],
    [
      'who is demoted',
      (owner, orgId, { userId }) =>
        fixture.transact((tx) =>
          updateOrgUserRoles(tx, owner, { orgId, userId, add: ['USER'], remove: ['ADMIN'] }),
        ),
    ],
  ]
  it.each(losses)('%s gets FORBIDDEN within 1 s, and no event from the loss on', async (_, lose) => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const admin = await newMember(fixture, orgId, 'ADMIN')
    const stream = await watch(admin, orgId)
    const left = await watch(owner, orgId)
    await commitEvents(fixture, orgId)
    await lose(owner, orgId, admin)
    await commitEvents(fixture, orgId)
    expect(await untilEnd(stream, 1_000)).toMatchObject({ events: [{ seq: 4 }], code: 'FORBIDDEN' })
    expect(seqs(await take(left, 3))).toEqual([4, 5, 6])
    expect(await refusalOf(watch(admin, orgId, 4))).toBe('FORBIDDEN')
    await left.return()
  })

  it('loses the stream within 1 s even if it is far behind, and gets no event from the loss on', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const admin = await newMember(fixture, orgId, 'ADMIN')
    await commitEvents(fixture, orgId, 1_000)
    const stream = await watch(admin, orgId, 0)
    await take(stream, 5)
    await remove(owner, orgId, admin)
    await delay(1_000)
    const { events, code } = await untilEnd(stream, 100)
    expect({ code, left: events.length }).toEqual({ code: 'FORBIDDEN', left: 0 })
  })

  it('gets no event after the loss, even if another stream of the org reads first', {
    timeout: 30_000,
  }, async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const admins = await Promise.all(range(1, 8).map(() => newMember(fixture, orgId, 'ADMIN')))
    const streams = await Promise.all(admins.map((admin) => watch(admin, orgId, 0)))
    const ends = streams.map((stream) => untilEnd(stream))
    const writing = Promise.all(
      range(1, 4).map(async () => {
        for (let index = 0; index < 50; index++) await commitEvents(fixture, orgId)
      }),
    )
    for (const admin of admins) await remove(owner, orgId, admin)
    await writing
    const all = await take(await watch(owner, orgId, 0), 210 + 8)
    for (const [index, end] of ends.entries()) {
      const { events, code } = await end
      const removal = all.find(({ type, userId }) => type === 'REMOVED' && userId === admins[index]?.userId)
      expect(code).toBe('FORBIDDEN')
      expect(seqs(events)).toEqual(range(1, (removal?.seq ?? 0) - 1))
    }
  })

  it('can open a stream again once they regain it and see past events, but the ended stream stays ended', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const admin = await newMember(fixture, orgId, 'ADMIN')
    const stream = await watch(admin, orgId)
    await remove(owner, orgId, admin)
    await fixture.transact(async (tx) => {
      const org = await lockOrg(tx, orgId)
      await joinOrg(tx, org, theServer, {
        userId: admin.userId,
        roles: ['ADMIN'],
        origin: 'DIRECT',
        inviteId: null,
      })
    })
    expect(await untilEnd(stream)).toEqual({ events: [], code: 'FORBIDDEN' })
    const again = await watch(admin, orgId, 0)
    expect(seqs(await take(again, 5))).toEqual(range(1, 5))
    await commitEvents(fixture, orgId)
    expect(seqs(await take(again, 1))).toEqual([6])
    await again.return()
  })

  it('can open a stream again once they are reinstated, but not by new roles while they are suspended', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const admin = await newMember(fixture, orgId, 'ADMIN')
    const stream = await watch(admin, orgId)
    await suspend(owner, orgId, admin)
    await fixture.transact((tx) =>
      updateOrgUserRoles(tx, owner, { orgId, userId: admin.userId, add: ['OWNER'] }),
    )
    expect(await untilEnd(stream, 1_000)).toEqual({ events: [], code: 'FORBIDDEN' })
    expect(await refusalOf(watch(admin, orgId, 0))).toBe('FORBIDDEN')
    await reinstate(owner, orgId, admin)
    const again = await watch(admin, orgId, 0)
    expect((await take(again, 6)).map(({ type }) => type).slice(2)).toEqual([
      'JOINED',
      'SUSPENDED',
      'ROLES_CHANGED',
      'REINSTATED',
    ])
    await again.return()
  })

  it('does not lose the stream by a change of roles that keeps the permission', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const admin = await newMember(fixture, orgId, 'ADMIN')
    const stream = await watch(admin, orgId)
    await fixture.transact((tx) =>
      updateOrgUserRoles(tx, owner, { orgId, userId: admin.userId, add: ['OWNER'], remove: ['ADMIN'] }),
    )
    expect(await take(stream, 1)).toMatchObject([{ type: 'ROLES_CHANGED', userId: admin.userId }])
    await stream.return()
  })
})

describe('a credential that ends', () => {
  it('ends its streams within 1 s with UNAUTHENTICATED when it expires', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const stream = await watch({ ...owner, expiresAt: new Date(Date.now() + 400) }, orgId)
    const inbox = await fixture.streams.inbox({
      userId: owner.userId,
      actor: { ...owner, expiresAt: new Date(Date.now() + 400) },
      after: null,
    })
    const ends = Promise.all([untilEnd(stream, 1_400), untilEnd(inbox, 1_400)])
    await delay(500)
    await commitEvents(fixture, orgId)
    expect(await ends).toEqual([
      { events: [], code: 'UNAUTHENTICATED' },
      { events: [], code: 'UNAUTHENTICATED' },
    ])
  })

  it('ends its streams, and those of the tokens that it created, when it is revoked', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const token = await tokenOf(owner, orgId, ['EVENT_READ', 'API_TOKEN_MANAGE'])
    const made = await tokenOf(token, orgId, ['EVENT_READ'])
    const streams = [await watch(token, orgId), await watch(made, orgId)]
    await fixture.transact((tx) => revokeApiToken(tx, owner, token.tokenId))
    await commitEvents(fixture, orgId)
    expect(await Promise.all(streams.map((stream) => untilEnd(stream, 1_000)))).toEqual([
      { events: [], code: 'UNAUTHENTICATED' },
      { events: [], code: 'UNAUTHENTICATED' },
    ])
  })

  it('ends its streams when its creator loses the permission', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const maker = await newMember(fixture, orgId, 'OWNER')
    const token = await tokenOf(maker, orgId, ['EVENT_READ', 'ORG_READ'])
    const stream = await watch(token, orgId)
    await fixture.transact((tx) =>
      updateOrgUserRoles(tx, owner, { orgId, userId: maker.userId, add: ['USER'], remove: ['OWNER'] }),
    )
    await commitEvents(fixture, orgId)
    expect(await untilEnd(stream, 1_000)).toEqual({ events: [], code: 'FORBIDDEN' })
    expect(await membershipOf(fixture.database, orgId, maker.userId)).toMatchObject({ roles: ['USER'] })
  })

  it('ends its streams when its creator is suspended, and can open them again when they are reinstated', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const maker = await newMember(fixture, orgId, 'OWNER')
    const token = await tokenOf(maker, orgId, ['EVENT_READ', 'API_TOKEN_MANAGE'])
    const made = await tokenOf(token, orgId, ['EVENT_READ'])
    const streams = [await watch(token, orgId), await watch(made, orgId)]
    await suspend(owner, orgId, maker)
    await commitEvents(fixture, orgId)
    expect(await Promise.all(streams.map((stream) => untilEnd(stream, 1_000)))).toEqual([
      { events: [], code: 'FORBIDDEN' },
      { events: [], code: 'FORBIDDEN' },
    ])
    expect(await refusalOf(watch(made, orgId))).toBe('FORBIDDEN')
    await reinstate(owner, orgId, maker)
    const again = await watch(made, orgId)
    await commitEvents(fixture, orgId)
    expect(await take(again, 1)).toMatchObject([{ type: 'RENAMED' }])
    await again.return()
  })

  it('of the instance ends its streams in every org within 1 s, without any event after its revocation', async () => {
    const { orgId } = await orgWithOwner(fixture)
    const { orgId: quiet } = await orgWithOwner(fixture)
    const root = await tokenOf(instance, undefined, ['EVENT_READ', 'API_TOKEN_MANAGE'])
    const made = await tokenOf(root, undefined, ['EVENT_READ'])
    const streams = [await watch(root, orgId), await watch(made, orgId), await watch(made, quiet)]
    await fixture.transact((tx) => revokeApiToken(tx, instance, root.tokenId))
    await commitEvents(fixture, orgId)
    expect(await within(1_000, Promise.all(streams.map((stream) => untilEnd(stream))))).toEqual([
      { events: [], code: 'UNAUTHENTICATED' },
      { events: [], code: 'UNAUTHENTICATED' },
      { events: [], code: 'UNAUTHENTICATED' },
    ])
  })

  it('that an instance token created for an org ends together with it', async () => {
    const { orgId } = await orgWithOwner(fixture)
    const root = await tokenOf(instance, undefined, ['EVENT_READ', 'API_TOKEN_MANAGE'])
    const made = await tokenOf(root, orgId, ['EVENT_READ'])
    const stream = await watch(made, orgId)
    await fixture.transact((tx) => revokeApiToken(tx, instance, root.tokenId))
    await commitEvents(fixture, orgId)
    expect(await untilEnd(stream, 1_000)).toEqual({ events: [], code: 'UNAUTHENTICATED' })
  })
})

describe('an open stream', () => {
  it('costs no statement per reader and event', async () => {
    const { owner, orgId } = await orgWithOwner(fixture)
    const admins = await Promise.all(range(1, 40).map(() => newMember(fixture, orgId, 'ADMIN')))
    const tokens = await Promise.all(range(1, 10).map(() => tokenOf(owner, orgId, ['EVENT_READ'])))
    const writer = await fixture.server({ sendHints: false })
    const watcher = await fixture.server()
    let statements = 0
    const { query } = watcher.database
    watcher.database.query = (statement) => {
      statements += 1
      return query(statement)
    }
    const streams = await Promise.all(
      [...admins, ...tokens].map((actor) => watcher.streams.org({ orgId, actor, permission, after: null })),
    )
    statements = 0
    await commitEvents(writer, orgId, 100)
    watcher.streams.hint({ orgIds: [orgId], userIds: [] })
    for (const stream of streams) expect(await take(stream, 100)).toHaveLength(100)
    // One read, and the statements of one poll per second.
    expect(statements).toBeGreaterThan(0)
    expect(statements).toBeLessThan(6)
    for (const stream of streams) await stream.return()
  })
})
