import { describe, expect, it } from 'vitest'
import { createOrg, invite, mutate, readOrg } from '../../support/mutate.js'
import { createOrgWith, createToken, readEverything, usePeople } from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_SEATS: '3' } })
const people = usePeople(testServer)

const add = (by: Client, orgId: string, userId: string, input: Record<string, unknown> = {}) =>
  mutate(
    by,
    'addOrgUser',
    { orgId, userId, ...input },
    'orgUser { roles origin invite { id } user { id name email } org { id limits { seatsUsed } } }',
  )

describe('addOrgUser', () => {
  it('makes a user a member, with the origin DIRECT and the event JOINED', async () => {
    const orgId = await createOrg(people.owner)
    const { id, name, email } = people.user
    expect(await add(testServer.instance, orgId, id, { roles: ['ADMIN', 'USER', 'ADMIN'] })).toEqual({
      __typename: 'AddOrgUserPayload',
      orgUser: {
        roles: ['USER', 'ADMIN'],
        origin: 'DIRECT',
        invite: null,
        user: { id, name, email },
        org: { id: orgId, limits: { seatsUsed: 2 } },
      },
    })
    const { events } = await readOrg(people.user, orgId)
    expect(events.nodes).toHaveLength(3)
    expect(events.nodes[2]).toMatchObject({
      memberEventType: 'JOINED',
      userId: id,
      roles: ['USER', 'ADMIN'],
      previousRoles: [],
      actor: null,
    })
  })

  it('gives the role USER if none is named', async () => {
    const orgId = await createOrg(people.owner)
    expect(await add(testServer.instance, orgId, people.user.id)).toMatchObject({
      orgUser: { roles: ['USER'] },
    })
    expect(await add(testServer.instance, orgId, people.admin.id, { roles: null })).toMatchObject({
      orgUser: { roles: ['USER'] },
    })
  })

  it('shows a token with MEMBER_ADD alone the org and the user, without the address', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, testServer.instance, ['MEMBER_ADD'])
    expect(await add(token, orgId, people.user.id)).toMatchObject({
      orgUser: { user: { name: people.user.name, email: null }, org: { id: orgId } },
    })
  })

  it('grants OWNER only for a token of this rank', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, testServer.instance, ['MEMBER_ADD'])
    const before = await readEverything(testServer, orgId)
    for (const roles of [['OWNER'], ['USER', 'OWNER']])
      expect(await add(token, orgId, people.user.id, { roles })).toMatchObject({
        __typename: 'RoleNotGrantableError',
        role: 'OWNER',
      })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    const ranked = await createToken(testServer, testServer.instance, ['MEMBER_ADD', 'ORG_DELETE'])
    expect(await add(ranked, orgId, people.user.id, { roles: ['OWNER'] })).toMatchObject({
      orgUser: { roles: ['OWNER'] },
    })
  })

  it('leaves a pending invite pending: accepting it adds its roles', async () => {
    const orgId = await createOrg(people.owner)
    const orgInviteId = await invite(people.owner, orgId, people.user.email, { roles: ['ADMIN'] })
    await add(testServer.instance, orgId, people.user.id)
    const { inviteCounts } = await readOrg(people.owner, orgId)
    expect(inviteCounts.pending).toBe(1)
    const accepted = await mutate(
      people.user,
      'acceptOrgInvite',
      { invite: { orgInviteId } },
      'orgUser { roles origin }',
    )
    expect(accepted.orgUser).toEqual({ roles: ['USER', 'ADMIN'], origin: 'DIRECT' })
  })

  it('adds nobody above the seats of the org, and nobody twice', async () => {
    const orgId = await createOrgWith(people)
    const before = await readEverything(testServer, orgId)
    expect(await add(testServer.instance, orgId, people.outsider.id)).toMatchObject({
      __typename: 'LimitReachedError',
      limit: 3,
    })
    // The token may see the membership, because it may MEMBER_READ.
    expect(await add(testServer.instance, orgId, people.user.id, { roles: ['ADMIN'] })).toMatchObject({
      __typename: 'AlreadyOrgUserError',
      existingOrgUser: { id: expect.any(String) },
    })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('lets somebody back in who has left', async () => {
    const orgId = await createOrgWith(people)
    await mutate(people.user, 'leaveOrg', { orgId })
    expect(await add(testServer.instance, orgId, people.user.id)).toMatchObject({
      __typename: 'AddOrgUserPayload',
    })
  })

  it.each([
    ['no role', []],
    ['more roles than exist', Array(4).fill('USER')],
  ])('with %s is InvalidInputError', async (_what, roles) => {
    const orgId = await createOrg(people.owner)
    expect(await add(testServer.instance, orgId, people.user.id, { roles })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'roles' }],
    })
  })

  it('tells a caller without the permission nothing about users', async () => {
    const orgId = await createOrg(people.owner)
    const answers = await Promise.all(
      [people.user.id, btoa('User:0190f5a0-1234-7abc-8def-000000000001'), 'nonsense'].map((userId) =>
        add(people.owner, orgId, userId),
      ),
    )
    for (const answer of answers)
      expect(answer).toMatchObject({ __typename: 'PermissionDeniedError', permission: 'MEMBER_ADD' })
  })
})
