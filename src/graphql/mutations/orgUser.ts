import { AppRoleNotGrantableError } from '../../domain/core/appRole.js'
import { type OrgUser, OrgUserSuspendedError } from '../../domain/core/membership.js'
import {
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
  RoleNotGrantableError,
} from '../../domain/core/refusal.js'
import { AlreadyOrgUserError } from '../../domain/invites/orgInvite.js'
import { addOrgUser, repeatAddOrgUser } from '../../domain/members/addOrgUser.js'
import { leaveOrg } from '../../domain/members/leaveOrg.js'
import { LastOwnerError } from '../../domain/members/orgUser.js'
import { reinstateOrgUser } from '../../domain/members/reinstateOrgUser.js'
import { removeOrgUser } from '../../domain/members/removeOrgUser.js'
import { suspendOrgUser } from '../../domain/members/suspendOrgUser.js'
import { transferOrgOwnership } from '../../domain/members/transferOrgOwnership.js'
import { updateOrgUserRoles } from '../../domain/members/updateOrgUserRoles.js'
import type { FieldsOf } from '../builder.js'
import { exposeId, optionalId, optionalIds, requiredId } from '../idField.js'
import { mutation } from '../mutation.js'
import { OrgType } from '../types/org.js'
import { OrgUserType } from '../types/orgUser.js'
import { OrgRoleNameType } from '../types/permission.js'

mutation('addOrgUser', {
  description:
    'Makes a user a member of an org without an invite (MEMBER_ADD), with roles up to the rank of the token. A pending invite to them stays.',
  input: (t) => ({
    orgId: requiredId(t, 'Org', 'Global id of the org.'),
    userId: requiredId(t, 'User', 'Global id of the user.'),
    roles: t.field({
      type: [OrgRoleNameType],
      defaultValue: ['USER'],
      description: 'The member’s roles, at least one.',
    }),
    appRoleIds: optionalIds(t, 'AppRole', 'Global ids of the member’s app roles.'),
  }),
  refusals: [
    NotFoundError,
    PermissionDeniedError,
    InvalidInputError,
    RoleNotGrantableError,
    AppRoleNotGrantableError,
    AlreadyOrgUserError,
    LimitReachedError,
    OrgNotActiveError,
  ],
  operation: (tx, actor, input) => addOrgUser(tx, actor, input),
  repeat: repeatAddOrgUser,
  payload: (t: FieldsOf<OrgUser>) => ({
    orgUser: t.field({
      type: OrgUserType,
      description: 'The new membership.',
      resolve: (orgUser) => orgUser,
    }),
  }),
})

mutation('updateOrgUserRoles', {
  description:
    'Grants roles and app roles to a member and takes some away (MEMBER_UPDATE_ROLES), up to the viewer’s own rank: at least one of the four lists names one. A member who loses the last role is removed, whatever app roles they have. If the member loses rank, their pending invites that now grant too much are revoked.',
  input: (t) => ({
    orgId: requiredId(t, 'Org', 'Global id of the org.'),
    userId: requiredId(t, 'User', 'Global id of the member’s user.'),
    add: t.field({
      type: [OrgRoleNameType],
      description: 'Roles to grant. One that the member has already changes nothing.',
    }),
    remove: t.field({
      type: [OrgRoleNameType],
      description: 'Roles to take away. One that the member doesn’t have changes nothing.',
    }),
    addAppRoleIds: optionalIds(
      t,
      'AppRole',
      'Global ids of app roles to grant. One that the member has already changes nothing.',
    ),
    removeAppRoleIds: optionalIds(
      t,
      'AppRole',
      'Global ids of app roles to take away. One that the member doesn’t have changes nothing.',
    ),
  }),
  refusals: [
    NotFoundError,
    PermissionDeniedError,
    RoleNotGrantableError,
    AppRoleNotGrantableError,
    InvalidInputError,
    LastOwnerError,
    OrgNotActiveError,
  ],
  operation: (tx, actor, input) => updateOrgUserRoles(tx, actor, input),
  payload: (t) => ({
    orgUser: t.expose('orgUser', {
      type: OrgUserType,
      nullable: true,
      description: 'The membership. Null if the member lost the last role and was removed.',
    }),
    org: t.expose('org', { type: OrgType, description: 'The org as it is now.' }),
  }),
})

mutation('transferOrgOwnership', {
  description:
    'Makes a member an OWNER, and the owner who hands over an ADMIN. Only an OWNER may, for themselves, or an instance token with ORG_MANAGE. What the previous owner’s rank permitted ends: their pending invites that grant OWNER are revoked.',
  input: (t) => ({
    orgId: requiredId(t, 'Org', 'Global id of the org.'),
    userId: requiredId(t, 'User', 'Global id of the member who becomes an owner.'),
    fromUserId: optionalId(
      t,
      'User',
      'Global id of the owner who hands over. Required from an instance token, refused from a person.',
    ),
  }),
  refusals: [
    NotFoundError,
    PermissionDeniedError,
    InvalidInputError,
    OrgUserSuspendedError,
    OrgNotActiveError,
  ],
  operation: (tx, actor, input) => transferOrgOwnership(tx, actor, input),
  payload: (t) => ({
    org: t.expose('org', { type: OrgType, description: 'The org as it is now.' }),
    orgUser: t.expose('orgUser', { type: OrgUserType, description: 'The membership of the new owner.' }),
    previousOwner: t.expose('previousOwner', {
      type: OrgUserType,
      description: 'The membership of the owner who handed over.',
    }),
  }),
})

mutation('removeOrgUser', {
  description:
    'Removes a member (MEMBER_REMOVE). The org’s pending invites that they sent, or that are addressed to them, are revoked.',
  input: (t) => ({
    orgId: requiredId(t, 'Org', 'Global id of the org.'),
    userId: requiredId(t, 'User', 'Global id of the member’s user.'),
  }),
  refusals: [NotFoundError, PermissionDeniedError, RoleNotGrantableError, LastOwnerError],
  operation: async (tx, actor, { orgId, userId }) => ({
    org: await removeOrgUser(tx, actor, orgId, userId),
    userId,
  }),
  payload: (t) => ({
    org: t.expose('org', { type: OrgType, description: 'The org as it is now.' }),
    userId: exposeId(t, 'User', 'userId', 'Global id of the user who was removed.'),
  }),
})

mutation('suspendOrgUser', {
  description:
    'Suspends a member (MEMBER_REMOVE). They keep their roles and history, have no right in the org and take no seat. The org’s pending invites that they sent are revoked. Their API tokens permit nothing until they are reinstated.',
  input: (t) => ({
    orgId: requiredId(t, 'Org', 'Global id of the org.'),
    userId: requiredId(t, 'User', 'Global id of the member’s user.'),
  }),
  refusals: [NotFoundError, PermissionDeniedError, InvalidInputError, RoleNotGrantableError, LastOwnerError],
  operation: async (tx, actor, { orgId, userId }) => ({
    orgUser: await suspendOrgUser(tx, actor, orgId, userId),
  }),
  payload: (t) => ({
    orgUser: t.expose('orgUser', { type: OrgUserType, description: 'The membership as it is now.' }),
  }),
})

mutation('reinstateOrgUser', {
  description:
    'Ends a member’s suspension (MEMBER_REMOVE): their roles and their API tokens count again. It needs a free seat.',
  input: (t) => ({
    orgId: requiredId(t, 'Org', 'Global id of the org.'),
    userId: requiredId(t, 'User', 'Global id of the member’s user.'),
  }),
  refusals: [
    NotFoundError,
    PermissionDeniedError,
    InvalidInputError,
    RoleNotGrantableError,
    LimitReachedError,
    OrgNotActiveError,
  ],
  operation: async (tx, actor, { orgId, userId }) => ({
    orgUser: await reinstateOrgUser(tx, actor, orgId, userId),
  }),
  payload: (t) => ({
    orgUser: t.expose('orgUser', { type: OrgUserType, description: 'The membership as it is now.' }),
  }),
})

mutation('leaveOrg', {
  description:
    'Ends the viewer’s own membership. It needs no permission. The last owner can’t leave, nor can a suspended member.',
  input: (t) => ({ orgId: requiredId(t, 'Org', 'Global id of the org.') }),
  refusals: [NotFoundError, LastOwnerError],
  operation: async (tx, actor, { orgId }) => {
    await leaveOrg(tx, actor, orgId)
    return { orgId }
  },
  payload: (t) => ({ orgId: exposeId(t, 'Org', 'orgId', 'Global id of the org.') }),
})
