import { upsertAppRole } from '../../../../support/appRoles.js'
import { createOrg, mutate } from '../../../../support/mutate.js'
import { createOrgWith, createToken, type People } from '../../../../support/people.js'
import { type Cases, deactivate, unknownUser } from './fixture.js'

/** A case in which a member of an org asks about somebody, who may be an outsider. */
const asking =
  (caller: 'owner' | 'admin' | 'user', member: 'owner' | 'admin' | 'user' | 'outsider') =>
  async ({ people }: { people: People }) => ({
    client: people[caller],
    input: { orgId: await createOrgWith(people), userId: people[member].id },
  })

export const addOrgUser = {
  AddOrgUserPayload: async ({ server, people }) => ({
    client: server.instance,
    input: { orgId: await createOrg(people.owner), userId: people.outsider.id },
  }),
  NotFoundError: async ({ server, people }) => ({
    client: server.instance,
    input: { orgId: await createOrg(people.owner), userId: unknownUser },
  }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), userId: people.outsider.id },
  }),
  InvalidInputError: async ({ server, people }) => ({
    client: server.instance,
    input: { orgId: await createOrg(people.owner), userId: people.outsider.id, roles: [] },
  }),
  RoleNotGrantableError: async ({ server, people }) => ({
    client: await createToken(server, server.instance, ['MEMBER_ADD']),
    input: { orgId: await createOrg(people.owner), userId: people.outsider.id, roles: ['OWNER'] },
  }),
  AppRoleNotGrantableError: async ({ server, people }) => ({
    client: await createToken(server, server.instance, ['MEMBER_ADD']),
    input: {
      orgId: await createOrg(people.owner),
      userId: people.outsider.id,
      appRoleIds: [(await upsertAppRole(server, { assignableBy: 'OWNER' })).id],
    },
  }),
  AlreadyOrgUserError: async ({ server, people }) => ({
    client: server.instance,
    input: { orgId: await createOrgWith(people), userId: people.user.id },
  }),
  LimitReachedError: async ({ limited }) => {
    const owner = await limited.signUp()
    const orgId = await createOrg(owner)
    for (let seat = 1; seat < 3; seat++)
      await mutate(limited.instance, 'addOrgUser', { orgId, userId: (await limited.signUp()).id })
    return { client: limited.instance, input: { orgId, userId: (await limited.signUp()).id } }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrg(fixture.people.owner)
    await deactivate(fixture, orgId)
    return { client: fixture.server.instance, input: { orgId, userId: fixture.people.outsider.id } }
  },
  IdempotencyKeyReusedError: async ({ server, people }) => {
    const input = { orgId: await createOrg(people.owner), idempotencyKey: crypto.randomUUID() }
    await mutate(server.instance, 'addOrgUser', { ...input, userId: people.user.id })
    return { client: server.instance, input: { ...input, userId: people.outsider.id } }
  },
} satisfies Cases

export const updateOrgUserRoles = {
  UpdateOrgUserRolesPayload: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrgWith(people), userId: people.user.id, add: ['ADMIN'] },
  }),
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), userId: people.outsider.id, add: ['ADMIN'] },
  }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.user,
    input: { orgId: await createOrgWith(people), userId: people.user.id, add: ['ADMIN'] },
  }),
  RoleNotGrantableError: async ({ people }) => ({
    client: people.admin,
    input: { orgId: await createOrgWith(people), userId: people.user.id, add: ['OWNER'] },
  }),
  AppRoleNotGrantableError: async ({ server, people }) => ({
    client: people.admin,
    input: {
      orgId: await createOrgWith(people),
      userId: people.user.id,
      addAppRoleIds: [(await upsertAppRole(server, { assignableBy: 'OWNER' })).id],
    },
  }),
  InvalidInputError: asking('owner', 'user'),
  LastOwnerError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrgWith(people), userId: people.owner.id, add: ['ADMIN'], remove: ['OWNER'] },
  }),
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrgWith(fixture.people)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgId, userId: fixture.people.user.id, add: ['ADMIN'] } }
  },
} satisfies Cases

export const transferOrgOwnership = {
  TransferOrgOwnershipPayload: asking('owner', 'user'),
  NotFoundError: asking('owner', 'outsider'),
  PermissionDeniedError: asking('admin', 'user'),
  InvalidInputError: asking('owner', 'owner'),
  OrgUserSuspendedError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await withSuspended(people), userId: people.user.id },
  }),
  OrgNotActiveError: async (fixture) => {
    const orgId = await createOrgWith(fixture.people)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgId, userId: fixture.people.user.id } }
  },
} satisfies Cases

export const removeOrgUser = {
  RemoveOrgUserPayload: asking('owner', 'user'),
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), userId: people.outsider.id },
  }),
  PermissionDeniedError: asking('user', 'user'),
  RoleNotGrantableError: asking('admin', 'owner'),
  LastOwnerError: asking('owner', 'owner'),
} satisfies Cases

/** An org whose `user` is suspended. */
async function withSuspended(people: People): Promise<string> {
  const orgId = await createOrgWith(people)
  await mutate(people.owner, 'suspendOrgUser', { orgId, userId: people.user.id })
  return orgId
}

export const suspendOrgUser = {
  SuspendOrgUserPayload: asking('owner', 'user'),
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), userId: people.outsider.id },
  }),
  PermissionDeniedError: asking('user', 'admin'),
  InvalidInputError: asking('owner', 'owner'),
  RoleNotGrantableError: asking('admin', 'owner'),
  LastOwnerError: async ({ server, people }) => ({
    client: server.instance,
    input: { orgId: await createOrgWith(people), userId: people.owner.id },
  }),
} satisfies Cases

export const reinstateOrgUser = {
  ReinstateOrgUserPayload: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await withSuspended(people), userId: people.user.id },
  }),
  NotFoundError: async ({ people }) => ({
    client: people.user,
    input: { orgId: await withSuspended(people), userId: people.user.id },
  }),
  PermissionDeniedError: async ({ people }) => {
    const orgId = await createOrgWith(people)
    await mutate(people.owner, 'suspendOrgUser', { orgId, userId: people.admin.id })
    return { client: people.user, input: { orgId, userId: people.admin.id } }
  },
  InvalidInputError: asking('owner', 'user'),
  RoleNotGrantableError: async ({ people }) => {
    const orgId = await withSuspended(people)
    await mutate(people.owner, 'updateOrgUserRoles', { orgId, userId: people.user.id, add: ['OWNER'] })
    return { client: people.admin, input: { orgId, userId: people.user.id } }
  },
  LimitReachedError: async ({ server, people }) => {
    const orgId = await withSuspended(people)
    await mutate(server.instance, 'updateOrg', { orgId, seatLimit: 2 })
    return { client: people.owner, input: { orgId, userId: people.user.id } }
  },
  OrgNotActiveError: async (fixture) => {
    const orgId = await withSuspended(fixture.people)
    await deactivate(fixture, orgId)
    return { client: fixture.people.owner, input: { orgId, userId: fixture.people.user.id } }
  },
} satisfies Cases

export const leaveOrg = {
  LeaveOrgPayload: async ({ people }) => ({
    client: people.user,
    input: { orgId: await createOrgWith(people) },
  }),
  NotFoundError: async ({ people }) => ({
    client: people.outsider,
    input: { orgId: await createOrgWith(people) },
  }),
  LastOwnerError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrgWith(people) },
  }),
} satisfies Cases
