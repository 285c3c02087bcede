import { createOrg } from '../../../../support/mutate.js'
import { createOrgWith } from '../../../../support/people.js'
import { type Cases, deactivate } from './fixture.js'

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
  InvalidInputError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrgWith(people), userId: people.user.id },
  }),
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

export const removeOrgUser = {
  RemoveOrgUserPayload: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrgWith(people), userId: people.user.id },
  }),
  NotFoundError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrg(people.owner), userId: people.outsider.id },
  }),
  PermissionDeniedError: async ({ people }) => ({
    client: people.user,
    input: { orgId: await createOrgWith(people), userId: people.user.id },
  }),
  RoleNotGrantableError: async ({ people }) => ({
    client: people.admin,
    input: { orgId: await createOrgWith(people), userId: people.owner.id },
  }),
  LastOwnerError: async ({ people }) => ({
    client: people.owner,
    input: { orgId: await createOrgWith(people), userId: people.owner.id },
  }),
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
