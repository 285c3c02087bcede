import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { upsertAppRole } from '../../support/appRoles.js'
import { createOrg, invite, mutate, type RoleName } from '../../support/mutate.js'
import { createOrgWith, createToken, readEverything, usePeople } from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)

const selection = 'orgUser { roles appRoles { key } appPermissions }'
const change = (by: Client, orgId: string, userId: string, lists: Record<string, unknown>) =>
  mutate(by, 'updateOrgUserRoles', { orgId, userId, ...lists }, selection)
const add = (by: Client, orgId: string, userId: string, input: Record<string, unknown>) =>
  mutate(by, 'addOrgUser', { orgId, userId, ...input }, selection)

/** Three app roles, sorted by key. */
async function three() {
  const permissions = [['b:x', 'a:x'], ['c:x', 'a:x'], []]
  const made = await Promise.all(
    permissions.map((some, number) =>
      upsertAppRole(testServer, { key: `r${number}-${crypto.randomUUID()}`, permissions: some }),
    ),
  )
  return { ids: made.map(({ id }) => id), keys: made.map(({ key }) => key) }
}
const owned = (roles: RoleName = 'OWNER') => upsertAppRole(testServer, { assignableBy: roles })

async function lastEvent(orgId: string) {
  const { data } = await people.owner.ask(
    `query($orgId: ID!) { org(id: $orgId) { events(last: 1) { nodes {
      ... on OrgUserEvent { memberEventType userId roles previousRoles appRoles previousAppRoles } } } } }`,
    { orgId },
  )
  return data.org.events.nodes[0]
}

const unknown = btoa('AppRole:0190f5a0-1234-7abc-8def-000000000001')

describe('updateOrgUserRoles', () => {
  it('grants and takes away app roles with the roles unchanged, in one event', async () => {
    const orgId = await createOrgWith(people)
    const { ids, keys } = await three()
    const [a, b, c] = ids
    expect(await change(people.admin, orgId, people.user.id, { addAppRoleIds: [b, a, b] })).toEqual({
      __typename: 'UpdateOrgUserRolesPayload',
      orgUser: {
        roles: ['USER'],
        appRoles: keys.slice(0, 2).map((key) => ({ key })),
        appPermissions: ['a:x', 'b:x', 'c:x'],
      },
    })
    expect(await lastEvent(orgId)).toEqual({
      memberEventType: 'ROLES_CHANGED',
      userId: people.user.id,
      roles: ['USER'],
      previousRoles: ['USER'],
      appRoles: keys.slice(0, 2),
      previousAppRoles: [],
    })
    const lists = { add: ['ADMIN'], addAppRoleIds: [c], removeAppRoleIds: [a] }
    expect(await change(people.owner, orgId, people.user.id, lists)).toMatchObject({
      orgUser: { roles: ['USER', 'ADMIN'], appRoles: keys.slice(1).map((key) => ({ key })) },
    })
    expect(await lastEvent(orgId)).toMatchObject({
      roles: ['USER', 'ADMIN'],
      previousRoles: ['USER'],
      appRoles: keys.slice(1),
      previousAppRoles: keys.slice(0, 2),
    })
  })

  it('records no event if nothing changes', async () => {
    const orgId = await createOrgWith(people)
    const { ids } = await three()
    await change(people.owner, orgId, people.user.id, { addAppRoleIds: [ids[0]] })
    const before = await readEverything(testServer, orgId)
    const lists = { addAppRoleIds: [ids[0]], removeAppRoleIds: [ids[1]] }
    expect(await change(people.owner, orgId, people.user.id, lists)).toMatchObject({
      __typename: 'UpdateOrgUserRolesPayload',
    })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('needs at least the rank that the app role says, to grant it and to take it away', async () => {
    const orgId = await createOrgWith(people)
    const { id, key } = await owned()
    await change(people.owner, orgId, people.user.id, { addAppRoleIds: [id] })
    const before = await readEverything(testServer, orgId)
    const { ids } = await three()
    for (const lists of [
      { removeAppRoleIds: [id] },
      { addAppRoleIds: [ids[0], id] },
      { add: ['ADMIN'], addAppRoleIds: [id] },
    ])
      expect(await change(people.admin, orgId, people.user.id, lists)).toMatchObject({
        __typename: 'AppRoleNotGrantableError',
        message: expect.stringContaining(key),
        appRole: { id },
      })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    expect(await change(people.owner, orgId, people.user.id, { removeAppRoleIds: [id] })).toMatchObject({
      orgUser: { appRoles: [] },
    })
  })

  it('needs MEMBER_UPDATE_ROLES, also for an app role that USERs may grant', async () => {
    const orgId = await createOrgWith(people)
    const { id } = await owned('USER')
    expect(await change(people.user, orgId, people.user.id, { addAppRoleIds: [id] })).toMatchObject({
      __typename: 'PermissionDeniedError',
      permission: 'MEMBER_UPDATE_ROLES',
    })
    expect(await change(people.admin, orgId, people.user.id, { addAppRoleIds: [id] })).toMatchObject({
      __typename: 'UpdateOrgUserRolesPayload',
    })
    expect(await change(people.admin, orgId, people.owner.id, { addAppRoleIds: [id] })).toMatchObject({
      __typename: 'RoleNotGrantableError',
    })
  })

  it('ranks a token by ORG_DELETE', async () => {
    const orgId = await createOrgWith(people)
    const { id } = await owned()
    const token = await createToken(testServer, people.owner, ['MEMBER_UPDATE_ROLES'], orgId)
    expect(await change(token, orgId, people.user.id, { addAppRoleIds: [id] })).toMatchObject({
      __typename: 'AppRoleNotGrantableError',
    })
    const ranked = await createToken(testServer, people.owner, ['MEMBER_UPDATE_ROLES', 'ORG_DELETE'], orgId)
    expect(await change(ranked, orgId, people.user.id, { addAppRoleIds: [id] })).toMatchObject({
      __typename: 'UpdateOrgUserRolesPayload',
    })
  })

  it.each([
    ['no list', {}, 'add'],
    ['four empty lists', { add: [], remove: [], addAppRoleIds: [], removeAppRoleIds: [] }, 'add'],
    ['201 app roles to add', { addAppRoleIds: Array(201).fill(unknown) }, 'addAppRoleIds'],
    ['201 app roles to remove', { removeAppRoleIds: Array(201).fill('x') }, 'removeAppRoleIds'],
  ])('with %s is InvalidInputError', async (_what, lists, path) => {
    const orgId = await createOrgWith(people)
    expect(await change(people.owner, orgId, people.user.id, lists)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path }],
    })
  })

  it('does not grant and take away one app role at once', async () => {
    const orgId = await createOrgWith(people)
    const { ids } = await three()
    const lists = { addAppRoleIds: ids, removeAppRoleIds: [ids[1]] }
    expect(await change(people.owner, orgId, people.user.id, lists)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'removeAppRoleIds' }],
    })
  })

  it.each([
    ['an unknown app role', unknown],
    ['the id of something else', btoa('Org:0190f5a0-1234-7abc-8def-000000000001')],
    ['no id', 'nonsense'],
  ])('with %s is NotFoundError, and nothing changes', async (_what, id) => {
    const orgId = await createOrgWith(people)
    const { ids } = await three()
    const before = await readEverything(testServer, orgId)
    for (const list of ['addAppRoleIds', 'removeAppRoleIds'])
      expect(await change(people.owner, orgId, people.user.id, { [list]: [ids[0], id] })).toMatchObject({
        __typename: 'NotFoundError',
      })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('removes a member with the last role, app roles and all', async () => {
    const orgId = await createOrgWith(people)
    const { ids, keys } = await three()
    await change(people.owner, orgId, people.user.id, { addAppRoleIds: ids })
    const lists = { remove: ['USER'], addAppRoleIds: [ids[0]] }
    expect(await change(people.owner, orgId, people.user.id, lists)).toEqual({
      __typename: 'UpdateOrgUserRolesPayload',
      orgUser: null,
    })
    expect(await lastEvent(orgId)).toEqual({
      memberEventType: 'REMOVED',
      userId: people.user.id,
      roles: [],
      previousRoles: ['USER'],
      appRoles: [],
      previousAppRoles: keys,
    })
    for (const id of ids)
      expect(await mutate(testServer.instance, 'deleteAppRole', { appRoleId: id })).toMatchObject({
        __typename: 'DeleteAppRolePayload',
      })
  })
})

describe('a member with app roles', () => {
  it('keeps them when their roles change, and loses them when they leave', async () => {
    const orgId = await createOrgWith(people)
    const { ids, keys } = await three()
    await change(people.owner, orgId, people.admin.id, { addAppRoleIds: ids })
    await mutate(people.owner, 'transferOrgOwnership', { orgId, userId: people.admin.id })
    const { data } = await people.admin.ask(
      'query($orgId: ID!, $userId: ID!) { orgUser(orgId: $orgId, userId: $userId) { roles appRoles { key } } }',
      { orgId, userId: people.admin.id },
    )
    expect(data.orgUser).toEqual({ roles: ['ADMIN', 'OWNER'], appRoles: keys.map((key) => ({ key })) })
    await mutate(people.admin, 'transferOrgOwnership', { orgId, userId: people.owner.id })
    await mutate(people.admin, 'leaveOrg', { orgId })
    expect(await lastEvent(orgId)).toMatchObject({
      memberEventType: 'LEFT',
      appRoles: [],
      previousAppRoles: keys,
    })
    expect(await add(testServer.instance, orgId, people.admin.id, {})).toMatchObject({
      orgUser: { appRoles: [] },
    })
  })

  it('has what they permit now, and the history says what they were called', async () => {
    const orgId = await createOrgWith(people)
    const { id, key } = await upsertAppRole(testServer, { permissions: ['old'] })
    await change(people.owner, orgId, people.user.id, { addAppRoleIds: [id] })
    await upsertAppRole(testServer, { key, permissions: ['new', 'also'], assignableBy: 'OWNER' })
    const { data } = await people.user.ask(
      'query($orgId: ID!) { org(id: $orgId) { viewerOrgUser { appPermissions appRoles { assignableBy } } } }',
      { orgId },
    )
    expect(data.org.viewerOrgUser).toEqual({
      appPermissions: ['also', 'new'],
      appRoles: [{ assignableBy: 'OWNER' }],
    })
    await change(people.owner, orgId, people.user.id, { removeAppRoleIds: [id] })
    await mutate(testServer.instance, 'deleteAppRole', { appRoleId: id })
    expect(await lastEvent(orgId)).toMatchObject({ appRoles: [], previousAppRoles: [key] })
  })

  it('has no more permissions in Guildhall', async () => {
    const orgId = await createOrgWith(people)
    const { id } = await upsertAppRole(testServer, { permissions: ['ORG_DELETE', 'INVITE_CREATE'] })
    await change(people.owner, orgId, people.user.id, { addAppRoleIds: [id] })
    const { data } = await people.user.ask(
      'query($orgId: ID!) { org(id: $orgId) { viewerPermissions viewerOrgUser { permissions } } }',
      { orgId },
    )
    expect(data.org.viewerPermissions).toEqual(['ORG_READ', 'MEMBER_READ'])
    expect(data.org.viewerOrgUser.permissions).toEqual(['ORG_READ', 'MEMBER_READ'])
  })

  it('has them in their org access tokens', async () => {
    const orgId = await createOrgWith(people)
    const { ids, keys } = await three()
    await change(people.owner, orgId, people.user.id, { addAppRoleIds: ids })
    const { accessToken } = await mutate(people.user, 'createOrgAccessToken', { orgId }, 'accessToken')
    expect(decodeJwt(accessToken)).toMatchObject({
      app_roles: keys,
      app_permissions: ['a:x', 'b:x', 'c:x'],
      roles: ['USER'],
    })
  })

  it('keeps the app role from being deleted', async () => {
    const orgId = await createOrgWith(people)
    const { id } = await owned()
    for (const { id: userId } of [people.user, people.admin])
      await change(people.owner, orgId, userId, { addAppRoleIds: [id] })
    await invite(people.owner, orgId, 'somebody@new.example', { appRoleIds: [id] })
    expect(await mutate(testServer.instance, 'deleteAppRole', { appRoleId: id })).toMatchObject({
      __typename: 'AppRoleInUseError',
      orgUsers: 2,
      pendingInvites: 1,
      inviteLinks: 0,
    })
  })
})

describe('addOrgUser', () => {
  it('gives app roles, with the event JOINED', async () => {
    const orgId = await createOrg(people.owner)
    const { ids, keys } = await three()
    expect(await add(testServer.instance, orgId, people.user.id, { appRoleIds: ids })).toMatchObject({
      orgUser: { roles: ['USER'], appRoles: keys.map((key) => ({ key })) },
    })
    expect(await lastEvent(orgId)).toMatchObject({
      memberEventType: 'JOINED',
      appRoles: keys,
      previousAppRoles: [],
    })
  })

  it('needs the rank of the app roles', async () => {
    const orgId = await createOrg(people.owner)
    const { id } = await owned()
    const before = await readEverything(testServer, orgId)
    const token = await createToken(testServer, testServer.instance, ['MEMBER_ADD'])
    expect(await add(token, orgId, people.user.id, { appRoleIds: [id] })).toMatchObject({
      __typename: 'AppRoleNotGrantableError',
      appRole: { id },
    })
    expect(await add(token, orgId, people.user.id, { appRoleIds: [unknown] })).toMatchObject({
      __typename: 'NotFoundError',
    })
    expect(await add(token, orgId, people.user.id, { appRoleIds: Array(201).fill(id) })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'appRoleIds' }],
    })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })
})

describe('members with an app role', () => {
  it('are found among all, with other filters, page by page', async () => {
    const orgId = await createOrgWith(people)
    const [{ id }, other] = await Promise.all([upsertAppRole(testServer), upsertAppRole(testServer)])
    for (const person of [people.owner, people.user])
      await change(people.owner, orgId, person.id, { addAppRoleIds: [id, other.id] })
    await change(people.owner, orgId, people.admin.id, { addAppRoleIds: [other.id] })
    const found = async (filter: Record<string, unknown>, more = '') => {
      const { data, errors } = await people.user.ask(
        `query($orgId: ID!, $filter: OrgUserFilter) { org(id: $orgId) {
          users(filter: $filter ${more}) { totalCount nodes { user { id } } pageInfo { endCursor } } } }`,
        { orgId, filter },
      )
      expect(errors).toBeUndefined()
      return data.org.users
    }
    const idsOf = async (...args: Parameters<typeof found>) =>
      (await found(...args)).nodes.map(({ user }: { user: { id: string } }) => user.id)
    const both = [people.owner.id, people.user.id]
    expect(await idsOf({ appRoleId: id })).toEqual(both)
    expect((await found({ appRoleId: id })).totalCount).toBe(2)
    expect((await found({ appRoleId: other.id })).totalCount).toBe(3)
    expect(await idsOf({ appRoleId: id, roles: ['OWNER'] })).toEqual([people.owner.id])
    expect(await idsOf({ appRoleId: id, search: people.user.email })).toEqual([people.user.id])
    expect(await idsOf({ appRoleId: id, search: people.admin.email })).toEqual([])
    expect(await idsOf({ appRoleId: null })).toHaveLength(3)
    const first = await found({ appRoleId: id }, ', first: 1')
    expect(await idsOf({ appRoleId: id }, `, first: 1, after: "${first.pageInfo.endCursor}"`)).toEqual([
      people.user.id,
    ])
    for (const nobody of [unknown, 'nonsense', people.owner.id])
      expect(await found({ appRoleId: nobody })).toMatchObject({ totalCount: 0, nodes: [] })
  })
})
