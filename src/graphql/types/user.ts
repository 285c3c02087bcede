import { EXPORTED_ITEMS, exportUser } from '../../domain/accounts/exportUser.js'
import { inboxList } from '../../domain/core/orgEvent.cursors.js'
import { parseEmail } from '../../domain/users/email.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { decodeId, encodeId } from '../globalId.js'
import { orgInvitesOfUser } from '../lists/orgInvite.js'
import { orgJoinRequestsOfUser } from '../lists/orgJoinRequest.js'
import { orgUsersOfUser } from '../lists/orgUser.js'
import { usersById, visibleUserByEmail } from '../loaders/user.js'
import { reachableAsNode } from '../node.js'
import { isSelf, isSelfOrReader, maySeeUser } from '../viewer.js'
import { JoinableOrgType, viewerJoinableOrgs } from './joinableOrg.js'
import { OrgInviteConnectionType, OrgInviteStatusType } from './orgInvite.js'
import { OrgJoinRequestConnectionType, OrgJoinRequestStatusType } from './orgJoinRequest.js'
import { OrgUserConnectionType } from './orgUser.js'

/** Counts in the cost of a query as a text of so many characters. */
const EXPORT_COSTS = 100_000

builder.prismaNode('User', {
  id: { field: 'id', description: 'Global id.' },
  description:
    'An account. It is created when the identity provider’s `sub` is first seen. Visible to the user, to members of the same orgs, to viewers of an invite, a join request or an event that names the user, and with USER_READ.',
  fields: (t) => ({
    email: t.string({
      nullable: true,
      description:
        'E-mail address. Null if there is none, and unless the viewer is this user, is in an org with them or has USER_READ.',
      resolve: (user, _args, context) => ifSeen(context, user.id, user.email),
    }),
    emailVerified: t.boolean({
      nullable: true,
      description:
        'Whether the identity provider has verified the address, and no other account had it verified before. Null when `email` is hidden.',
      resolve: (user, _args, context) => ifSeen(context, user.id, user.emailVerified),
    }),
    name: t.exposeString('name', { nullable: true, description: 'Name, as the identity provider gives it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the account was created.' }),
    orgUsers: t.field({
      type: OrgUserConnectionType,
      nullable: true,
      args: t.arg.connectionArgs(),
      description:
        'The user’s memberships, newest first. Null unless the viewer is this user or has USER_READ.',
      resolve: (user, args, context, info) =>
        isSelfOrReader(context, user.id) ? orgUsersOfUser(context, info, user, args) : null,
    }),
    orgInvites: t.field({
      type: OrgInviteConnectionType,
      nullable: true,
      args: {
        ...t.arg.connectionArgs(),
        statuses: t.arg({
          type: [OrgInviteStatusType],
          description: 'Only invites that have one of these statuses now.',
        }),
      },
      description:
        'Invites that are addressed to this user, newest first. Empty while the address is not verified. Null unless the viewer is this user or has USER_READ.',
      resolve: (user, args, context, info) =>
        isSelfOrReader(context, user.id) ? orgInvitesOfUser(context, info, user, args) : null,
    }),
    orgJoinRequests: t.field({
      type: OrgJoinRequestConnectionType,
      nullable: true,
      args: {
        ...t.arg.connectionArgs(),
        statuses: t.arg({
          type: [OrgJoinRequestStatusType],
          description: 'Only requests that have one of these statuses now.',
        }),
      },
      description:
        'Join requests that this user made, newest first. Null unless the viewer is this user or has USER_READ.',
      resolve: (user, args, context, info) =>
        isSelfOrReader(context, user.id) ? orgJoinRequestsOfUser(context, info, user, args) : null,
    }),
    orgInviteEventCursor: t.string({
      nullable: true,
      description:
        'The newest cursor of `viewerOrgInviteEvents`: subscribe with it as `after` to get every event after this read. Null unless the viewer is this user.',
      resolve: (user, _args, { app, actor }) =>
        actor.kind === 'person' && actor.userId === user.id
          ? app.cursors.encodeSeq(inboxList(user.id), user.inboxSeq)
          : null,
    }),
    joinableOrgs: t.field({
      type: [JoinableOrgType],
      // A person has one address, and one org at a time has its domain VERIFIED.
      extensions: { maxItems: 1 },
      nullable: true,
      description:
        'ACTIVE orgs that this user may ask to join: the domain of the user’s verified address is VERIFIED for the org with the join mode AUTO or REQUEST, and the user is no member, suspended or not. At most one org, because only one org at a time has a domain VERIFIED. Null unless the viewer is this user.',
      resolve: ({ id }, _args, context) => (isSelf(context, id) ? viewerJoinableOrgs(context)(id) : null),
    }),
  }),
})

/** The value, or null if the viewer may not see the user. Not a promise if this is already known, as in a list of members. */
function ifSeen<T>(context: Context, userId: string, value: T): T | null | Promise<T | null> {
  const may = maySeeUser(context, userId)
  return may === true ? value : may.then((seen) => (seen ? value : null))
}

/** A user by id, or null if the viewer may not look them up. */
async function visibleUser(context: Context, userId: string | null) {
  if (userId === null || !(await maySeeUser(context, userId))) return null
  return usersById(context).load(userId)
}

builder.queryFields((t) => ({
  viewer: t.prismaField({
    type: 'User',
    nullable: true,
    description: 'The signed-in user. Null for an API token and without sign-in.',
    resolve: (query, _root, _args, { app, actor }) =>
      actor.kind === 'person'
        ? app.prisma.user.findUnique({ ...query, where: { id: actor.userId, deletedAt: null } })
        : null,
  }),
  user: t.field({
    type: 'User',
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'Global id of the user.' }) },
    description:
      'A user by id. Null unless it is the viewer, a member of one of the viewer’s orgs, or the viewer has USER_READ.',
    resolve: (_root, { id }, context) => visibleUser(context, decodeId('User', id)),
  }),
  userExport: t.field({
    type: 'JSONObject',
    nullable: true,
    extensions: { maxLength: EXPORT_COSTS },
    args: { userId: t.arg.id({ required: true, description: 'Global id of the user.' }) },
    description: `Everything that is kept of a user, as one JSON object: profile, memberships, invites, join requests, API tokens and what they did. It contains nothing secret, and nothing of others but names of orgs and ids. Each list has at most ${EXPORTED_ITEMS} items; \`truncated\` names the lists that have more. Null unless the viewer is this user or has USER_READ.`,
    resolve: (_root, { userId }, context) => {
      const id = decodeId('User', userId)
      return id !== null && isSelfOrReader(context, id)
        ? exportUser(context.app.database, id, encodeId)
        : null
    },
  }),
  userByEmail: t.field({
    type: 'User',
    nullable: true,
    args: {
      email: t.arg.string({ required: true, description: 'The whole address, ignoring case.' }),
    },
    description:
      'As `user`, by e-mail address. If several accounts have the address, the one that has it verified.',
    resolve: async (_root, { email }, context) => {
      const parsed = context.actor.kind === 'nobody' ? null : parseEmail(email)
      if (!parsed?.ok) return null
      const userId = await visibleUserByEmail(context, parsed.value)
      return userId === null ? null : usersById(context).load(userId)
    },
  }),
}))

reachableAsNode('User', visibleUser)
