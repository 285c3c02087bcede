import type { OrgUser } from '../../domain/core/membership.js'
import {
  InvalidInputError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
  RoleNotGrantableError,
} from '../../domain/core/refusal.js'
import type { LockedOrg } from '../../domain/core/transact.js'
import { leaveOrg } from '../../domain/members/leaveOrg.js'
import { LastOwnerError } from '../../domain/members/orgUser.js'
import { removeOrgUser } from '../../domain/members/removeOrgUser.js'
import { updateOrgUserRoles } from '../../domain/members/updateOrgUserRoles.js'
import { builder } from '../builder.js'
import { decodeId } from '../globalId.js'
import { OrgType } from '../types/org.js'
import { OrgUserType } from '../types/orgUser.js'
import { OrgRoleNameType } from '../types/permission.js'
import { ErrorInterface, resultOf } from '../types/refusals.js'

builder.objectType(LastOwnerError, {
  name: 'LastOwnerError',
  interfaces: [ErrorInterface],
  description: 'The org would be left without an owner.',
})

const UpdateOrgUserRolesInput = builder.inputType('UpdateOrgUserRolesInput', {
  description: 'At least one of add and remove. A member without roles is removed.',
  fields: (t) => ({
    orgId: t.id({ required: true, description: 'Global id of the org.' }),
    userId: t.id({ required: true, description: 'Global id of the member’s user.' }),
    add: t.field({ type: [OrgRoleNameType], description: 'Roles to grant; held ones stay.' }),
    remove: t.field({
      type: [OrgRoleNameType],
      description: 'Roles to take away; ones not held don’t matter.',
    }),
  }),
})

const UpdateOrgUserRolesPayload = builder
  .objectRef<{ orgUser: OrgUser | null; org: LockedOrg }>('UpdateOrgUserRolesPayload')
  .implement({
    description: 'The roles are as asked.',
    fields: (t) => ({
      orgUser: t.field({
        type: OrgUserType,
        nullable: true,
        description: 'Null where the last role went and the member with it.',
        resolve: ({ orgUser }) => orgUser,
      }),
      org: t.field({ type: OrgType, description: 'The org as it is now.', resolve: ({ org }) => org }),
    }),
  })

builder.mutationField('updateOrgUserRoles', (t) =>
  t.field({
    type: resultOf('UpdateOrgUserRolesResult', UpdateOrgUserRolesPayload, [
      NotFoundError,
      PermissionDeniedError,
      RoleNotGrantableError,
      InvalidInputError,
      LastOwnerError,
      OrgNotActiveError,
    ]),
    description:
      'Grants a member roles and takes roles away (MEMBER_UPDATE_ROLES), up to the viewer’s own rank. Pending invites that grant more than the member now may are revoked.',
    authScopes: { signedIn: true },
    args: {
      input: t.arg({ type: UpdateOrgUserRolesInput, required: true, description: 'Whose roles, and which.' }),
    },
    resolve: (_root, { input }, { app, actor }) =>
      app.transact((tx) =>
        updateOrgUserRoles(tx, actor, {
          ...input,
          orgId: decodeId('Org', input.orgId),
          userId: decodeId('User', input.userId),
        }),
      ),
  }),
)

const RemoveOrgUserInput = builder.inputType('RemoveOrgUserInput', {
  description: 'Whom to take out of which org.',
  fields: (t) => ({
    orgId: t.id({ required: true, description: 'Global id of the org.' }),
    userId: t.id({ required: true, description: 'Global id of the member’s user.' }),
  }),
})

const RemoveOrgUserPayload = builder
  .objectRef<{ org: LockedOrg; userId: string }>('RemoveOrgUserPayload')
  .implement({
    description: 'They are no member any more.',
    fields: (t) => ({
      org: t.field({ type: OrgType, description: 'The org as it is now.', resolve: ({ org }) => org }),
      userId: t.exposeID('userId', { description: 'Global id of the user who was removed.' }),
    }),
  })

builder.mutationField('removeOrgUser', (t) =>
  t.field({
    type: resultOf('RemoveOrgUserResult', RemoveOrgUserPayload, [
      NotFoundError,
      PermissionDeniedError,
      RoleNotGrantableError,
      LastOwnerError,
    ]),
    description:
      'Removes a member (MEMBER_REMOVE), and revokes the pending invites there that they sent or that are addressed to them.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: RemoveOrgUserInput, required: true, description: 'Whom.' }) },
    resolve: async (_root, { input }, { app, actor }) => ({
      userId: input.userId,
      org: await app.transact((tx) =>
        removeOrgUser(tx, actor, decodeId('Org', input.orgId), decodeId('User', input.userId)),
      ),
    }),
  }),
)

const LeaveOrgInput = builder.inputType('LeaveOrgInput', {
  description: 'Which org to leave.',
  fields: (t) => ({ orgId: t.id({ required: true, description: 'Global id of the org.' }) }),
})

const LeaveOrgPayload = builder.objectRef<{ orgId: string }>('LeaveOrgPayload').implement({
  description: 'The viewer is no member any more.',
  fields: (t) => ({ orgId: t.exposeID('orgId', { description: 'Global id of the org.' }) }),
})

builder.mutationField('leaveOrg', (t) =>
  t.field({
    type: resultOf('LeaveOrgResult', LeaveOrgPayload, [NotFoundError, LastOwnerError]),
    description: 'Ends one’s own membership, which needs no permission; its last owner can’t leave an org.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: LeaveOrgInput, required: true, description: 'Which org.' }) },
    resolve: async (_root, { input }, { app, actor }) => {
      await app.transact((tx) => leaveOrg(tx, actor, decodeId('Org', input.orgId)))
      return { orgId: input.orgId }
    },
  }),
)
