import { inboxList } from '../../domain/core/orgEvent.cursors.js'
import { parseEmail } from '../../domain/users/email.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { decodeId } from '../globalId.js'
import { orgInvitesOfUser } from '../lists/orgInvite.js'
import { orgUsersOfUser } from '../lists/orgUser.js'
import { usersById, visibleUserByEmail } from '../loaders/user.js'
import { reachableAsNode } from '../node.js'
import { isSelfOrReader, maySeeUser } from '../viewer.js'
import { OrgInviteConnectionType, OrgInviteStatusType } from './orgInvite.js'
import { OrgUserConnectionType } from './orgUser.js'

builder.prismaNode('User', {
  id: { field: 'id', description: 'Global id.' },
  description:
    'An account, made at the first sight of an identity provider’s `sub`. Seen by itself, by members of an org it shares, by whoever reads an invite or event that names it, and by USER_READ.',
  fields: (t) => ({
    email: t.string({
      nullable: true,
      description:
        'Null unless the viewer is this user, shares an org with them, or holds USER_READ; and where there is none.',
      resolve: (user, _args, context) => ifSeen(context, user.id, user.email),
    }),
    emailVerified: t.boolean({
      nullable: true,
      description:
        'Whether the identity provider vouches for the address, and no other account was first. Null as `email`.',
      resolve: (user, _args, context) => ifSeen(context, user.id, user.emailVerified),
    }),
    name: t.exposeString('name', { nullable: true, description: 'As the identity provider gives it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the account was first seen.' }),
    orgUsers: t.field({
      type: OrgUserConnectionType,
      nullable: true,
      args: t.arg.connectionArgs(),
      description: 'Memberships, newest first. Null unless the viewer is this user or holds USER_READ.',
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
          description: 'Only invites of these statuses, as of now.',
        }),
      },
      description:
        'Invites addressed to this user, newest first: none while the address is not verified. Null unless the viewer is this user or holds USER_READ.',
      resolve: (user, args, context, info) =>
        isSelfOrReader(context, user.id) ? orgInvitesOfUser(context, info, user, args) : null,
    }),
    orgInviteEventCursor: t.string({
      nullable: true,
      description:
        'The newest cursor of `viewerOrgInviteEvents`: pass it as `after` to miss nothing since this read. Null unless the viewer is this user.',
      resolve: (user, _args, { app, actor }) =>
        actor.kind === 'person' && actor.userId === user.id
          ? app.cursors.encodeSeq(inboxList(user.id), user.inboxSeq)
          : null,
    }),
  }),
})

/** A value that only those get who may see the user: at once where that is known, as in a list of members. */
function ifSeen<T>(context: Context, userId: string, value: T): T | null | Promise<T | null> {
  const may = maySeeUser(context, userId)
  return may === true ? value : may.then((seen) => (seen ? value : null))
}

/** A user by id, null where the viewer may not look them up. */
export async function visibleUser(context: Context, userId: string | null) {
  if (userId === null || !(await maySeeUser(context, userId))) return null
  return usersById(context).load(userId)
}

builder.queryFields((t) => ({
  viewer: t.prismaField({
    type: 'User',
    nullable: true,
    description: 'The signed-in user; null for an API token, and for nobody.',
    resolve: (query, _root, _args, { app, actor }) =>
      actor.kind === 'person' ? app.prisma.user.findUnique({ ...query, where: { id: actor.userId } }) : null,
  }),
  user: t.field({
    type: 'User',
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'Global id of the user.' }) },
    description:
      'A user whom the viewer may look up: oneself, a member of a shared org, anybody for USER_READ.',
    resolve: (_root, { id }, context) => visibleUser(context, decodeId('User', id)),
  }),
  userByEmail: t.field({
    type: 'User',
    nullable: true,
    args: {
      email: t.arg.string({ required: true, description: 'A whole address, without regard to case.' }),
    },
    description: 'As `user`, by address; of several accounts that claim it, the one that has it verified.',
    resolve: async (_root, { email }, context) => {
      const parsed = context.actor.kind === 'nobody' ? null : parseEmail(email)
      if (!parsed?.ok) return null
      const userId = await visibleUserByEmail(context, parsed.value)
      return userId === null ? null : usersById(context).load(userId)
    },
  }),
}))

reachableAsNode('User', visibleUser)
