import { describe, expect, it } from 'vitest'
import { createOrg, invite, join, mutate, type RoleName, readOrg } from '../../support/mutate.js'
import {
  createOrgWith,
  createToken,
  orgPermissions,
  readEverything,
  usePeople,
  without,
} from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)

const transfer = (by: Client, orgId: string, userId: string, input: Record<string, unknown> = {}) =>
  mutate(
    by,
    'transferOrgOwnership',
    { orgId, userId, ...input },
    'org { id } orgUser { roles user { id } org { id } } previousOwner { roles user { id } org { id } }',
  )

/** The events after the first `before`, each in one line. */
async function eventsAfter(orgId: string, before: number) {
  const { events } = await readOrg(testServer.instance, orgId)
  return events.nodes
    .slice(before)
    .map(
      (event: {
        memberEventType?: string
        inviteEventType?: string
        orgEventType?: string
        roles?: string[]
      }) =>
        [event.memberEventType ?? event.inviteEventType ?? event.orgEventType, ...(event.roles ?? [])].join(
          ' ',
        ),
    )
}

const countEvents = async (orgId: string) => (await readOrg(testServer.instance, orgId)).events.nodes.length

describe('transferOrgOwnership', () => {
  const changes: Array<[before: RoleName[], gain: string[], from: RoleName[], rest: string[]]> = [
    [['USER'], ['USER', 'OWNER'], ['OWNER'], ['ADMIN']],
    [['ADMIN'], ['ADMIN', 'OWNER'], ['USER', 'OWNER'], ['USER', 'ADMIN']],
    [['USER', 'ADMIN'], ['USER', 'ADMIN', 'OWNER'], ['ADMIN', 'OWNER'], ['ADMIN']],
  ]
  it.each(changes)(
    'gives a member with %j OWNER (%j), and an owner with %j the roles %j, with an event each, the gain first',
    async (before, gain, from, rest) => {
      const orgId = await createOrg(people.owner)
      await join(people.owner, orgId, people.user, before)
      const add = from.filter((role) => role !== 'OWNER')
      if (add.length > 0)
        await mutate(people.owner, 'updateOrgUserRoles', { orgId, userId: people.owner.id, add })
      const count = await countEvents(orgId)
      expect(await transfer(people.owner, orgId, people.user.id)).toEqual({
        __typename: 'TransferOrgOwnershipPayload',
        org: { id: orgId },
        orgUser: { roles: gain, user: { id: people.user.id }, org: { id: orgId } },
        previousOwner: { roles: rest, user: { id: people.owner.id }, org: { id: orgId } },
      })
      const { events } = await readOrg(people.user, orgId)
      const actor = { id: people.owner.id }
      expect(events.nodes.slice(count)).toMatchObject([
        {
          memberEventType: 'ROLES_CHANGED',
          userId: people.user.id,
          roles: gain,
          previousRoles: before,
          actor,
        },
        {
          memberEventType: 'ROLES_CHANGED',
          userId: people.owner.id,
          roles: rest,
          previousRoles: from,
          actor,
        },
      ])
    },
  )

  it('to somebody who is an owner already is the loss alone', async () => {
    const orgId = await createOrg(people.owner)
    await join(people.owner, orgId, people.user, ['OWNER'])
    const count = await countEvents(orgId)
    expect(await transfer(people.owner, orgId, people.user.id)).toMatchObject({
      orgUser: { roles: ['OWNER'] },
      previousOwner: { roles: ['ADMIN'] },
    })
    expect(await eventsAfter(orgId, count)).toEqual(['ROLES_CHANGED ADMIN'])
  })

  it('ends what depended on the rank of the previous owner: invites of owners, and tokens’ rights', async () => {
    const orgId = await createOrgWith(people)
    await invite(people.owner, orgId, 'owner@falls.example', { roles: ['OWNER'] })
    await invite(people.owner, orgId, 'admin@stays.example', { roles: ['ADMIN'] })
    const token = await createToken(testServer, people.owner, orgPermissions, orgId)
    await invite(token, orgId, 'token@falls.example', { roles: ['OWNER'] })
    const count = await countEvents(orgId)
    expect(await transfer(people.owner, orgId, people.user.id)).toMatchObject({
      __typename: 'TransferOrgOwnershipPayload',
    })
    expect(await eventsAfter(orgId, count)).toEqual([
      'ROLES_CHANGED USER OWNER',
      'ROLES_CHANGED ADMIN',
      'REVOKED OWNER',
      'REVOKED OWNER',
    ])
    const { invites } = await readOrg(people.user, orgId)
    const pending = invites.nodes.filter(({ status }: { status: string }) => status === 'PENDING')
    expect(pending).toMatchObject([{ email: 'admin@stays.example' }])
    expect(await mutate(token, 'deleteOrg', { orgId })).toMatchObject({
      __typename: 'PermissionDeniedError',
      permission: 'ORG_DELETE',
    })
  })

  it('by an instance token with ORG_MANAGE alone names the owner who hands over', async () => {
    const orgId = await createOrgWith(people)
    const token = await createToken(testServer, testServer.instance, ['ORG_MANAGE'])
    const count = await countEvents(orgId)
    expect(await transfer(token, orgId, people.user.id, { fromUserId: people.owner.id })).toMatchObject({
      orgUser: { roles: ['USER', 'OWNER'], org: { id: orgId } },
      previousOwner: { roles: ['ADMIN'], org: { id: orgId } },
    })
    expect(await eventsAfter(orgId, count)).toEqual(['ROLES_CHANGED USER OWNER', 'ROLES_CHANGED ADMIN'])
  })

  it('is InvalidInputError to oneself, with a wrong `fromUserId`, and from a token without one', async () => {
    const orgId = await createOrgWith(people)
    const { owner, admin, user, outsider } = people
    const { instance } = testServer
    const wrong: Array<[Client, string, Record<string, unknown>, path: string]> = [
      [owner, owner.id, {}, 'userId'],
      [owner, user.id, { fromUserId: owner.id }, 'fromUserId'],
      [owner, user.id, { fromUserId: admin.id }, 'fromUserId'],
      [owner, user.id, { fromUserId: 'nonsense' }, 'fromUserId'],
      [instance, user.id, {}, 'fromUserId'],
      [instance, user.id, { fromUserId: null }, 'fromUserId'],
      [instance, user.id, { fromUserId: admin.id }, 'fromUserId'],
      [instance, user.id, { fromUserId: outsider.id }, 'fromUserId'],
      [instance, user.id, { fromUserId: 'nonsense' }, 'fromUserId'],
      [instance, owner.id, { fromUserId: owner.id }, 'userId'],
    ]
    const before = await readEverything(testServer, orgId)
    for (const [by, userId, input, path] of wrong)
      expect(await transfer(by, orgId, userId, input), JSON.stringify(input)).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path }],
      })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('is refused, naming ORG_DELETE, to everybody who is neither an owner nor a token with ORG_MANAGE', async () => {
    const orgId = await createOrgWith(people)
    const fromUserId = people.owner.id
    const refused: Array<[Client, Record<string, unknown>]> = [
      [people.admin, {}],
      [people.user, {}],
      [people.admin, { fromUserId }],
      [await createToken(testServer, people.owner, orgPermissions, orgId), { fromUserId }],
      [await createToken(testServer, testServer.instance, without('ORG_MANAGE')), { fromUserId }],
    ]
    const before = await readEverything(testServer, orgId)
    for (const [by, input] of refused)
      expect(await transfer(by, orgId, people.user.id, input)).toMatchObject({
        __typename: 'PermissionDeniedError',
        permission: 'ORG_DELETE',
        message: expect.stringContaining('ORG_MANAGE'),
      })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('is NotFoundError for outsiders, and to somebody who is no member', async () => {
    const orgId = await createOrgWith(people)
    expect(await transfer(people.outsider, orgId, people.user.id)).toMatchObject({
      __typename: 'NotFoundError',
    })
    for (const userId of [people.outsider.id, orgId, 'nonsense']) {
      expect(await transfer(people.owner, orgId, userId)).toMatchObject({ __typename: 'NotFoundError' })
      expect(
        await transfer(testServer.instance, orgId, userId, { fromUserId: people.owner.id }),
      ).toMatchObject({ __typename: 'NotFoundError' })
    }
  })
})
