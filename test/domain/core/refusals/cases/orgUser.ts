import { foundOrg } from '../../../../support/mutate.js'
import { orgOf } from '../../../../support/people.js'
import { inactive, type Scenes } from './fixture.js'

export const updateOrgUserRoles = {
  UpdateOrgUserRolesPayload: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await orgOf(cast), userId: cast.user.id, add: ['ADMIN'] },
  }),
  NotFoundError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), userId: cast.outsider.id, add: ['ADMIN'] },
  }),
  PermissionDeniedError: async ({ cast }) => ({
    client: cast.user,
    input: { orgId: await orgOf(cast), userId: cast.user.id, add: ['ADMIN'] },
  }),
  RoleNotGrantableError: async ({ cast }) => ({
    client: cast.admin,
    input: { orgId: await orgOf(cast), userId: cast.user.id, add: ['OWNER'] },
  }),
  InvalidInputError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await orgOf(cast), userId: cast.user.id },
  }),
  LastOwnerError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await orgOf(cast), userId: cast.owner.id, add: ['ADMIN'], remove: ['OWNER'] },
  }),
  OrgNotActiveError: async (theatre) => {
    const orgId = await orgOf(theatre.cast)
    await inactive(theatre, orgId)
    return { client: theatre.cast.owner, input: { orgId, userId: theatre.cast.user.id, add: ['ADMIN'] } }
  },
} satisfies Scenes

export const removeOrgUser = {
  RemoveOrgUserPayload: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await orgOf(cast), userId: cast.user.id },
  }),
  NotFoundError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await foundOrg(cast.owner), userId: cast.outsider.id },
  }),
  PermissionDeniedError: async ({ cast }) => ({
    client: cast.user,
    input: { orgId: await orgOf(cast), userId: cast.user.id },
  }),
  RoleNotGrantableError: async ({ cast }) => ({
    client: cast.admin,
    input: { orgId: await orgOf(cast), userId: cast.owner.id },
  }),
  LastOwnerError: async ({ cast }) => ({
    client: cast.owner,
    input: { orgId: await orgOf(cast), userId: cast.owner.id },
  }),
} satisfies Scenes

export const leaveOrg = {
  LeaveOrgPayload: async ({ cast }) => ({ client: cast.user, input: { orgId: await orgOf(cast) } }),
  NotFoundError: async ({ cast }) => ({ client: cast.outsider, input: { orgId: await orgOf(cast) } }),
  LastOwnerError: async ({ cast }) => ({ client: cast.owner, input: { orgId: await orgOf(cast) } }),
} satisfies Scenes
