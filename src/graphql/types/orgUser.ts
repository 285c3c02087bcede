import { userIdOf } from '../../domain/core/actor.js'
import type { Permission } from '../../generated/prisma/enums.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { connectionOf } from '../lists/connection.js'
import { visibleInvite } from '../loaders/orgInvite.js'
import { orgUsersById } from '../loaders/orgUser.js'
import { reachableAsNode } from '../node.js'
import { authorityIn, isSelfOrReader, maySeeOrgOf } from '../viewer.js'
import { OrgRoleNameType } from './permission.js'

const OrgUserOriginType = builder.enumType('OrgUserOrigin', {
  description: 'How somebody became a member.',
  values: {
    CREATOR: { description: 'Founded the org, or was named its first owner.' },
    INVITE: { description: 'Accepted an invite.' },
    EMAIL_DOMAIN: { description: 'Signed up with a verified address in one of the org’s domains.' },
    DIRECT: { description: 'Was put there by the host application.' },
  },
} as const)

export const OrgUserType = builder.prismaNode('OrgUser', {
  id: { field: 'id', description: 'Global id of the membership.' },
  description: 'A membership: one user in one org. Read by whoever may MEMBER_READ there, and by the user.',
  fields: (t) => ({
    org: t.relation('org', {
      description: 'The org. FORBIDDEN to a token that may neither ORG_READ nor act on members there.',
      authScopes: (orgUser, _args, context) =>
        isOwn(context, orgUser) || maySeeOrgOf(context, orgUser.orgId, actsOnMembers),
    }),
    user: t.relation('user', { description: 'The member.' }),
    roles: t.field({
      type: [OrgRoleNameType],
      description: 'One or more, lowest first; permissions are their union.',
      resolve: ({ roles }) => roles,
    }),
    joinedAt: t.expose('joinedAt', { type: 'DateTime', description: 'When they became a member.' }),
    origin: t.field({
      type: OrgUserOriginType,
      description: 'How they became a member.',
      resolve: ({ origin }) => origin,
    }),
    invite: t.field({
      type: 'OrgInvite',
      nullable: true,
      description:
        'The invite that brought them in, where `origin` is INVITE and the viewer may read it. Null once it is deleted.',
      resolve: ({ inviteId }, _args, context) => visibleInvite(context, inviteId),
    }),
  }),
})

const actsOnMembers: readonly Permission[] = ['MEMBER_UPDATE_ROLES', 'MEMBER_REMOVE', 'INVITE_RESPOND']

/** Known without a look-up. Not asked of an event's viewers, whose answer would become theirs alone (see fanOut.ts). */
function isOwn(context: Context, { userId }: { userId: string }): boolean {
  return !context.audience && userIdOf(context.actor) === userId
}

export const OrgUserConnectionType = connectionOf('OrgUser', OrgUserType, 'members')

export const OrgUserFilter = builder.inputType('OrgUserFilter', {
  description: 'Which members; what is left out doesn’t count.',
  fields: (t) => ({
    roles: t.field({ type: [OrgRoleNameType], description: 'Who hold at least one of these.' }),
    search: t.string({
      description: 'Part of a name or an address, without regard to case; % and _ are literal.',
    }),
  }),
})

/** A membership by id, null where the viewer may not read it. */
export async function visibleOrgUser(context: Context, id: string) {
  const orgUser = await orgUsersById(context).load(id)
  if (!orgUser) return null
  const readable =
    isSelfOrReader(context, orgUser.userId) ||
    (await authorityIn(context, orgUser.orgId)).permissions.has('MEMBER_READ')
  return readable ? orgUser : null
}

reachableAsNode('OrgUser', visibleOrgUser)
