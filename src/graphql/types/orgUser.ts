import DataLoader from 'dataloader'
import { appPermissionsOf, USUAL_APP_PERMISSIONS, USUAL_APP_ROLES } from '../../domain/core/appRole.js'
import { inForce, type MemberStanding } from '../../domain/core/membership.js'
import { allPermissions, authorityOfMember } from '../../domain/core/permission.js'
import { whyNotChangeRoles, whyNotRemove, whyNotSuspend } from '../../domain/members/memberActions.js'
import { countsAsOwner, lastOwners } from '../../domain/members/orgUser.js'
import type { OrgUserStatus, Permission } from '../../generated/prisma/enums.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { decodeId } from '../globalId.js'
import { connectionOf } from '../lists/connection.js'
import { appRolesOf } from '../loaders/appRole.js'
import { visibleInvite } from '../loaders/orgInvite.js'
import { orgUsersById, orgUsersByPair } from '../loaders/orgUser.js'
import { perOperation } from '../loaders/perOperation.js'
import { reachableAsNode } from '../node.js'
import { authorityIn, isSelf, isSelfOrReader, maySeeOrgOf, rememberMembers } from '../viewer.js'
import { AppRoleType } from './appRole.js'
import { OrderDirectionType } from './orderDirection.js'
import { OrgRoleNameType, PermissionType } from './permission.js'

const OrgUserOriginType = builder.enumType('OrgUserOrigin', {
  description: 'How a user became a member.',
  values: {
    CREATOR: { description: 'Created the org, or was named as its first owner.' },
    INVITE: { description: 'Accepted an invite.' },
    EMAIL_DOMAIN: {
      description:
        'Signed up with a verified address in one of the org’s domains, or asked to join by such an address while the domain’s mode was AUTO.',
    },
    DIRECT: { description: 'Was added by the host application.' },
    INVITE_LINK: { description: 'Joined by an invite link.' },
    JOIN_REQUEST: { description: 'Asked to join, and was approved by a member or an API token.' },
  },
} as const)

const OrgUserStatusType = builder.enumType('OrgUserStatus', {
  description: 'Whether a membership counts.',
  values: {
    ACTIVE: { description: 'The member has the rights of the roles.' },
    SUSPENDED: { description: 'The member keeps roles and history, has no right and takes no seat.' },
  },
} as const)

export const OrgUserType = builder.prismaNode('OrgUser', {
  id: { field: 'id', description: 'Global id of the membership.' },
  description:
    'A membership of one user in one org. The user can read it unless it is SUSPENDED, and so can viewers with MEMBER_READ.',
  fields: (t) => ({
    org: t.relation('org', {
      description:
        'The org. FORBIDDEN for a token that has neither ORG_READ nor a permission to change members.',
      authScopes: (orgUser, _args, context) =>
        isOwn(context, orgUser) || maySeeOrgOf(context, orgUser.orgId, actsOnMembers),
    }),
    user: t.relation('user', { description: 'The member.' }),
    roles: t.field({
      type: [OrgRoleNameType],
      description:
        'The member’s roles, at least one, lowest first. The member has the permissions of all of them.',
      resolve: ({ roles }) => roles,
    }),
    status: t.field({
      type: OrgUserStatusType,
      description: 'Whether the membership counts.',
      resolve: ({ status }) => status,
    }),
    permissions: t.field({
      type: [PermissionType],
      description: 'The permissions that the member’s roles grant in the org. None while SUSPENDED.',
      resolve: (member) => {
        const { permissions } = authorityOfMember(member)
        return allPermissions.filter((permission) => permissions.has(permission))
      },
    }),
    appRoles: t.field({
      type: [AppRoleType],
      extensions: { usualItems: USUAL_APP_ROLES },
      description: 'The member’s app roles, by key.',
      resolve: (orgUser, _args, context) => appRolesOf(context, orgUser),
    }),
    appPermissions: t.stringList({
      extensions: { usualItems: 2 * USUAL_APP_PERMISSIONS },
      description: 'What the member’s app roles permit together, sorted. Nothing while SUSPENDED.',
      resolve: async (orgUser, _args, context) =>
        inForce(orgUser) ? appPermissionsOf(await appRolesOf(context, orgUser)) : [],
    }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime', description: 'When the user became a member.' }),
    origin: t.field({
      type: OrgUserOriginType,
      description: 'How the user became a member.',
      resolve: ({ origin }) => origin,
    }),
    viewerCanChangeRoles: t.boolean({
      select: { org: { select: { status: true } } },
      description:
        'Whether the viewer can change the roles, up to their own rank. The last owner’s OWNER can still not be taken away.',
      resolve: async (member, _args, context) =>
        whyNotChangeRoles(member.org, await authorityIn(context, member.orgId), member) === null,
    }),
    viewerCanRemove: t.boolean({
      description: 'Whether the viewer can remove the member. Leaving is `leaveOrg`.',
      resolve: async (member, _args, context) =>
        whyNotRemove(await authorityIn(context, member.orgId), member) === null &&
        !(await isLastOwner(context, member)),
    }),
    viewerCanSuspend: t.boolean({
      description: 'Whether the viewer can suspend the member now. False if the member is SUSPENDED.',
      resolve: async (member, _args, context) =>
        whyNotSuspend(context.actor, await authorityIn(context, member.orgId), member) === null &&
        !(await isLastOwner(context, member)),
    }),
    invite: t.field({
      type: 'OrgInvite',
      nullable: true,
      description:
        'The invite that the user accepted. Null unless `origin` is INVITE and the viewer may read it, and once it is deleted.',
      resolve: ({ inviteId }, _args, context) => visibleInvite(context, inviteId),
    }),
  }),
})

const actsOnMembers: readonly Permission[] = [
  'MEMBER_UPDATE_ROLES',
  'MEMBER_REMOVE',
  'INVITE_RESPOND',
  'MEMBER_ADD',
  'ORG_MANAGE',
]

/**
 * Whether the viewer is this member, decided without a query. Always false for events: if an event reads the actor, its
 * subscribers can't share one execution.
 */
function isOwn(context: Context, { userId, status }: { userId: string; status: OrgUserStatus }): boolean {
  return !context.audience && status === 'ACTIVE' && isSelf(context, userId)
}

/** Whether the org would be left without an owner if this membership ended or were suspended. */
async function isLastOwner(
  context: Context,
  member: MemberStanding & { id: string; orgId: string },
): Promise<boolean> {
  return (
    countsAsOwner(member) &&
    lastOwnersOf(context)
      .load(member.orgId)
      .then((id) => id === member.id)
  )
}

/** Loads the membership of an org's only owner that counts. Null if the org has several. */
const lastOwnersOf = perOperation(
  ({ app }) =>
    new DataLoader(async (orgIds: readonly string[]) => {
      const last = await lastOwners(app.database, orgIds)
      const byOrg = new Map(last.map(({ id, orgId }) => [orgId, id]))
      return orgIds.map((orgId) => byOrg.get(orgId) ?? null)
    }),
)

export const OrgUserConnectionType = connectionOf('OrgUser', OrgUserType, 'members')

export const OrgUserFilter = builder.inputType('OrgUserFilter', {
  description: 'Filters members. A filter that is left out is not applied.',
  fields: (t) => ({
    roles: t.field({ type: [OrgRoleNameType], description: 'Members with at least one of these roles.' }),
    appRoleId: t.id({ description: 'Members with this app role.' }),
    statuses: t.field({ type: [OrgUserStatusType], description: 'Members that have one of these statuses.' }),
    search: t.string({
      description:
        'Words in any order, each a part of the name or the e-mail address, ignoring case and accents. % and _ are literal.',
    }),
  }),
})

const OrgUserOrderFieldType = builder.enumType('OrgUserOrderField', {
  description: 'What members can be ordered by.',
  values: {
    NAME: { description: 'Name, ignoring case and accents. Members without a name come first.' },
    JOINED_AT: { description: 'When the user became a member.' },
    ROLE: { description: 'Highest role, the highest first; members with the same by when they joined.' },
  },
} as const)

export const OrgUserOrder = builder.inputType('OrgUserOrder', {
  description: 'The order of members. A cursor is valid for one order only.',
  fields: (t) => ({
    field: t.field({ type: OrgUserOrderFieldType, required: true, description: 'What to order by.' }),
    direction: t.field({
      type: OrderDirectionType,
      required: true,
      defaultValue: 'ASC',
      description: 'DESC reverses the order.',
    }),
    from: t.string({
      description:
        'With NAME: the page begins at the first name from these letters on. Ignored beside a cursor and in other orders.',
    }),
  }),
})

/** A membership by id, or null if the viewer may not read it. */
async function visibleOrgUser(context: Context, id: string) {
  const orgUser = await orgUsersById(context).load(id)
  if (!orgUser) return null
  // To a suspended member the org is as to an outsider, with their own membership of it.
  const readable =
    (isSelf(context, orgUser.userId)
      ? orgUser.status === 'ACTIVE'
      : isSelfOrReader(context, orgUser.userId)) ||
    (await authorityIn(context, orgUser.orgId)).permissions.has('MEMBER_READ')
  return readable ? orgUser : null
}

builder.queryField('orgUser', (t) =>
  t.field({
    type: 'OrgUser',
    nullable: true,
    args: {
      orgId: t.arg.id({ required: true, description: 'Global id of the org.' }),
      userId: t.arg.id({ required: true, description: 'Global id of the user.' }),
    },
    description:
      'A user’s membership of an org. Null if there is none, and unless the viewer has MEMBER_READ there.',
    resolve: async (_root, args, context) => {
      const orgId = decodeId('Org', args.orgId)
      const userId = decodeId('User', args.userId)
      if (orgId === null || userId === null) return null
      if (!(await authorityIn(context, orgId)).permissions.has('MEMBER_READ')) return null
      const orgUser = await orgUsersByPair(context).load({ orgId, userId })
      if (orgUser) await rememberMembers(context, orgId, [orgUser])
      return orgUser
    },
  }),
)

reachableAsNode('OrgUser', visibleOrgUser)
