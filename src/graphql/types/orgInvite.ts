import { outranks } from '../../domain/core/permission.js'
import { deliveryProblemInWords } from '../../domain/invites/deliveryProblem.js'
import { MAX_MESSAGE_LENGTH } from '../../domain/invites/inviteMessage.js'
import { orgInviteLife, statusAt } from '../../domain/invites/orgInvite.js'
import { builder } from '../builder.js'
import { decodeId } from '../globalId.js'
import { connectionOf } from '../lists/connection.js'
import { isViewersInvite, visibleInvite } from '../loaders/orgInvite.js'
import { usersById, usersByVerifiedEmail } from '../loaders/user.js'
import { reachableAsNode } from '../node.js'
import { readTime } from '../readTime.js'
import { authorityIn, maySeeUser } from '../viewer.js'
import { OrgRoleNameType } from './permission.js'

export const OrgInviteStatusType = builder.enumType('OrgInviteStatus', {
  description:
    'Where an invite is in its life. Only PENDING leads anywhere; an ended invite never changes again.',
  values: {
    PENDING: { description: 'Waits for an answer.' },
    ACCEPTED: { description: 'Its person became a member.' },
    DECLINED: { description: 'Its person said no.' },
    REVOKED: { description: 'Taken back, by hand or because whoever sent it may no longer.' },
    EXPIRED: { description: 'Nobody answered in time: so from `expiresAt` on, to the millisecond.' },
  },
} as const)

const OrgInviteDeliveryType = builder.enumType('OrgInviteDelivery', {
  description: 'What became of the last e-mail for an invite.',
  values: {
    NOT_SENT: { description: 'None was asked for.' },
    QUEUED: { description: 'It is on its way, or will be tried again.' },
    SENT: { description: 'A mail server took it.' },
    FAILED: { description: 'No mail server took it, and no more tries are made.' },
  },
} as const)

export const OrgInviteType = builder.prismaNode('OrgInvite', {
  id: { field: 'id', description: 'Global id.' },
  description:
    'An invitation into an org. Read by whoever may INVITE_READ there, and by the person whose verified address it bears.',
  fields: (t) => ({
    org: t.field({
      type: 'Org',
      nullable: true,
      select: (_args, _context, nestedSelection) => ({ org: nestedSelection(true) }),
      description: 'Null unless the viewer may ORG_READ there: an invitee sees `orgName`, not the org.',
      resolve: async (invite, _args, context) =>
        (await authorityIn(context, invite.orgId)).permissions.has('ORG_READ') ? (invite.org as never) : null,
    }),
    orgName: t.string({
      select: { org: { select: { name: true } } },
      description: 'The name of the org, for everybody who may read the invite.',
      resolve: ({ org }) => org.name,
    }),
    email: t.string({
      nullable: true,
      description:
        'The address as it is matched: lower case. Null where it went by user id and the viewer may not see that user’s address.',
      resolve: async ({ email, invitedUserId }, _args, context) =>
        invitedUserId === null || (await maySeeUser(context, invitedUserId)) ? email : null,
    }),
    invitedUser: t.field({
      type: 'User',
      nullable: true,
      description:
        'The account it is addressed to, once there is one: by id, or whoever has the address verified.',
      resolve: ({ email, invitedUserId }, _args, context) =>
        invitedUserId === null
          ? usersByVerifiedEmail(context).load(email)
          : usersById(context).load(invitedUserId),
    }),
    invitedBy: t.relation('invitedBy', {
      nullable: true,
      description: 'Who sent it. Null once that account is gone, and where an API token sent it.',
    }),
    roles: t.field({
      type: [OrgRoleNameType],
      description: 'The roles that accepting it grants, lowest first.',
      resolve: ({ roles }) => roles,
    }),
    status: t.field({
      type: OrgInviteStatusType,
      description: 'As of now by the database’s clock.',
      resolve: (invite, _args, context, info) => statusAt(invite, readTime(context, info)),
    }),
    message: t.exposeString('message', {
      extensions: { maxLength: MAX_MESSAGE_LENGTH },
      nullable: true,
      description: 'The note that went with the e-mail.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'From when on it can’t be answered any more.',
    }),
    resolvedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it left PENDING. Of an expired one that is `expiresAt`.',
      resolve: (invite, _args, context, info) =>
        statusAt(invite, readTime(context, info)) === 'EXPIRED' ? invite.expiresAt : invite.resolvedAt,
    }),
    delivery: t.field({
      type: OrgInviteDeliveryType,
      description: 'What became of its last e-mail.',
      resolve: ({ delivery }) => delivery,
    }),
    deliveryProblem: t.string({
      nullable: true,
      description: 'Why the last e-mail failed, in words for the org’s admins; null where none failed.',
      resolve: ({ deliveryProblem }) => deliveryProblemInWords(deliveryProblem),
    }),
    lastSentAt: t.expose('lastSentAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a mail server last took an e-mail for it.',
    }),
    sendCount: t.exposeInt('sendCount', {
      description: 'How many e-mails for it were taken by a mail server.',
    }),
    renews: t.relation('renews', {
      nullable: true,
      description: 'The expired invite that this one renews, if any. Null once that one is deleted.',
    }),
    viewerCanAccept: t.boolean({
      select: { org: { select: { status: true } } },
      description: 'Whether the viewer could accept it now, by id: a full org aside.',
      resolve: async (invite, _args, context, info) =>
        statusAt(invite, readTime(context, info)) === 'PENDING' &&
        invite.org.status === 'ACTIVE' &&
        isViewersInvite(context, invite),
    }),
    viewerCanDecline: t.boolean({
      description: 'Whether the viewer could decline it now, by id.',
      resolve: async (invite, _args, context, info) =>
        statusAt(invite, readTime(context, info)) === 'PENDING' && isViewersInvite(context, invite),
    }),
    viewerCanRevoke: t.boolean({
      description: 'Whether the viewer could revoke it now.',
      resolve: async (invite, _args, context, info) => {
        const authority = await authorityIn(context, invite.orgId)
        return (
          statusAt(invite, readTime(context, info)) === 'PENDING' &&
          authority.permissions.has('INVITE_REVOKE') &&
          invite.roles.every((role) => outranks(authority, role))
        )
      },
    }),
    viewerCanResend: t.boolean({
      select: { org: { select: { status: true } } },
      description: 'Whether the viewer could resend it now, or renew it: limits aside.',
      resolve: async (invite, _args, context, info) => {
        const authority = await authorityIn(context, invite.orgId)
        return (
          orgInviteLife[statusAt(invite, readTime(context, info))].resend !== 'REFUSED' &&
          invite.org.status === 'ACTIVE' &&
          authority.permissions.has('INVITE_RESEND') &&
          invite.roles.every((role) => outranks(authority, role))
        )
      },
    }),
  }),
})

export const OrgInviteConnectionType = connectionOf('OrgInvite', OrgInviteType, 'invites')

export const OrgInviteFilter = builder.inputType('OrgInviteFilter', {
  description: 'Which invites; what is left out doesn’t count.',
  fields: (t) => ({
    statuses: t.field({ type: [OrgInviteStatusType], description: 'Of one of these statuses, as of now.' }),
    invitedById: t.id({ description: 'Sent by this user.' }),
    email: t.string({ description: 'Whole address, without regard to case.' }),
    search: t.string({ description: 'Part of an address, without regard to case; % and _ are literal.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'Made after this moment.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Made before this moment.' }),
  }),
})

builder.queryField('orgInvite', (t) =>
  t.field({
    type: 'OrgInvite',
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'Global id of the invite.' }) },
    description: 'An invite, null where there is none or the viewer may not read it.',
    resolve: (_root, { id }, context) => visibleInvite(context, decodeId('OrgInvite', id)),
  }),
)

reachableAsNode('OrgInvite', visibleInvite)
