import { userIdOf } from '../../domain/core/actor.js'
import { appPermissionsOf, USUAL_APP_PERMISSIONS, USUAL_APP_ROLES } from '../../domain/core/appRole.js'
import { allPermissions, authorityOfRoles } from '../../domain/core/permission.js'
import type { Permission } from '../../generated/prisma/enums.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { decodeId } from '../globalId.js'
import { connectionOf } from '../lists/connection.js'
import { appRolesOf } from '../loaders/appRole.js'
import { visibleInvite } from '../loaders/orgInvite.js'
import { orgUsersById, orgUsersByPair } from '../loaders/orgUser.js'
import { reachableAsNode } from '../node.js'
import { authorityIn, isSelfOrReader, maySeeOrgOf, rememberMembers } from '../viewer.js'
import { AppRoleType } from './appRole.js'
import { OrgRoleNameType, PermissionType } from './permission.js'

const OrgUserOriginType = builder.enumType('OrgUserOrigin', {
  description: 'How a user became a member.',
  values: {
    CREATOR: { description: 'Created the org, or was named as its first owner.' },
    INVITE: { description: 'Accepted an invite.' },
    EMAIL_DOMAIN: { description: 'Signed up with a verified address in one of the org’s domains.' },
    DIRECT: { description: 'Was added by the host application.' },
  },
} as const)

export const OrgUserType = builder.prismaNode('OrgUser', {
  id: { field: 'id', description: 'Global id of the membership.' },
  description: 'A membership of one user in one org. The user can read it, and viewers with MEMBER_READ.',
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
    permissions: t.field({
      type: [PermissionType],
      description: 'The permissions that the member’s roles grant in the org.',
      resolve: ({ roles }) => {
        const { permissions } = authorityOfRoles(roles)
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
      description: 'What the member’s app roles permit together, sorted.',
      resolve: async (orgUser, _args, context) => appPermissionsOf(await appRolesOf(context, orgUser)),
    }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime', description: 'When the user became a member.' }),
    origin: t.field({
      type: OrgUserOriginType,
      description: 'How the user became a member.',
      resolve: ({ origin }) => origin,
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
function isOwn(context: Context, { userId }: { userId: string }): boolean {
  return !context.audience && userIdOf(context.actor) === userId
}

export const OrgUserConnectionType = connectionOf('OrgUser', OrgUserType, 'members')

export const OrgUserFilter = builder.inputType('OrgUserFilter', {
  description: 'Filters members. A filter that is left out is not applied.',
  fields: (t) => ({
    roles: t.field({ type: [OrgRoleNameType], description: 'Members with at least one of these roles.' }),
    appRoleId: t.id({ description: 'Members with this app role.' }),
    search: t.string({
      description: 'Part of the name or the e-mail address, ignoring case. % and _ are literal.',
    }),
  }),
})

/** A membership by id, or null if the viewer may not read it. */
async function visibleOrgUser(context: Context, id: string) {
  const orgUser = await orgUsersById(context).load(id)
  if (!orgUser) return null
  const readable =
    isSelfOrReader(context, orgUser.userId) ||
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
