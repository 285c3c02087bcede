import { USUAL_APP_ROLES } from '../../domain/core/appRole.js'
import { deliveryProblemInWords } from '../../domain/invites/deliveryProblem.js'
import {
  whyNotAccept,
  whyNotDecline,
  whyNotResend,
  whyNotRevoke,
} from '../../domain/invites/inviteActions.js'
import { MAX_MESSAGE_LENGTH } from '../../domain/invites/inviteMessage.js'
import { statusAt } from '../../domain/invites/orgInvite.js'
import { MAX_TAG_LENGTH } from '../../lib/languageTag.js'
import { builder } from '../builder.js'
import { decodeId } from '../globalId.js'
import { connectionOf } from '../lists/connection.js'
import { appRolesOf } from '../loaders/appRole.js'
import { acceptorOf, isViewersInvite, visibleInvite } from '../loaders/orgInvite.js'
import { living, usersById, usersByVerifiedEmail } from '../loaders/user.js'
import { reachableAsNode } from '../node.js'
import { readTime } from '../readTime.js'
import { authorityIn, maySeeUser, viewerIsSuspended } from '../viewer.js'
import { AppRoleType } from './appRole.js'
import { OrderDirectionType } from './orderDirection.js'
import { OrgRoleNameType } from './permission.js'

export const OrgInviteStatusType = builder.enumType('OrgInviteStatus', {
  description: 'Status of an invite. Only a PENDING invite can change its status.',
  values: {
    PENDING: { description: 'Waiting for an answer.' },
    ACCEPTED: { description: 'The invitee accepted and is now a member.' },
    DECLINED: { description: 'The invitee declined.' },
    REVOKED: { description: 'Revoked by hand, or because the sender lost the right to send it.' },
    EXPIRED: { description: 'Not answered before `expiresAt`.' },
  },
} as const)

const OrgInviteDeliveryType = builder.enumType('OrgInviteDelivery', {
  description: 'State of the last e-mail for an invite.',
  values: {
    NOT_SENT: { description: 'No e-mail was asked for.' },
    QUEUED: { description: 'It will be sent, or sent again after a failure.' },
    SENT: { description: 'A mail server accepted it.' },
    FAILED: { description: 'It couldn’t be sent. The server doesn’t try again.' },
  },
} as const)

export const OrgInviteType = builder.prismaNode('OrgInvite', {
  id: { field: 'id', description: 'Global id.' },
  description:
    'An invitation into an org. The invitee can read it, with the verified address, and viewers with INVITE_READ.',
  fields: (t) => ({
    org: t.field({
      type: 'Org',
      nullable: true,
      select: (_args, _context, nestedSelection) => ({ org: nestedSelection(true) }),
      description: 'The org. Null unless the viewer has ORG_READ: an invitee sees `orgName` instead.',
      resolve: async (invite, _args, context) =>
        (await authorityIn(context, invite.orgId)).permissions.has('ORG_READ') ? (invite.org as never) : null,
    }),
    orgName: t.string({
      select: { org: { select: { name: true } } },
      description: 'Name of the org, for everyone who may read the invite.',
      resolve: ({ org }) => org.name,
    }),
    email: t.string({
      nullable: true,
      description:
        'The invited e-mail address in lower case. Null if the invite was made by user id and the viewer may not see that user’s address, and if the invitee’s account was deleted.',
      resolve: async ({ email, invitedUserId }, _args, context) =>
        invitedUserId === null || (await maySeeUser(context, invitedUserId)) ? email : null,
    }),
    invitedUser: t.field({
      type: 'User',
      nullable: true,
      description:
        'The invited user: the user it was made for, or the one who has verified the address. Null if there is none yet.',
      resolve: ({ email, invitedUserId }, _args, context) => {
        if (invitedUserId !== null) return usersById(context).load(invitedUserId)
        return email === null ? null : usersByVerifiedEmail(context).load(email)
      },
    }),
    invitedBy: t.field({
      type: 'User',
      nullable: true,
      select: (_args, _context, nestedSelection) => ({ invitedBy: nestedSelection(true) }),
      resolve: ({ invitedBy }) => living(invitedBy),
      description: 'The user who sent it. Null if an API token did, or if the account is gone.',
    }),
    acceptedBy: t.field({
      type: 'User',
      nullable: true,
      description:
        'The user who accepted it, even if they have left the org since. Null unless it is ACCEPTED, and if the account is gone.',
      resolve: (invite, _args, context) => acceptorOf(context, invite),
    }),
    roles: t.field({
      type: [OrgRoleNameType],
      description: 'The roles that accepting it grants, lowest first.',
      resolve: ({ roles }) => roles,
    }),
    appRoles: t.field({
      type: [AppRoleType],
      extensions: { usualItems: USUAL_APP_ROLES },
      description:
        'The app roles that accepting it grants, by key. Of an ended invite those that are not deleted.',
      resolve: (invite, _args, context) => appRolesOf(context, invite),
    }),
    status: t.field({
      type: OrgInviteStatusType,
      description: 'Status now, by the clock of the database.',
      resolve: (invite, _args, context, info) => statusAt(invite, readTime(context, info)),
    }),
    message: t.exposeString('message', {
      extensions: { maxLength: MAX_MESSAGE_LENGTH },
      nullable: true,
      description: 'The note in the e-mail.',
    }),
    locale: t.exposeString('locale', {
      extensions: { maxLength: MAX_TAG_LENGTH },
      description:
        'The language of its e-mails, a BCP 47 tag in its canonical form. They are written in the nearest language that the server has.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When the invite expires: from then on it can’t be answered.',
    }),
    resolvedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it stopped being PENDING. For an expired invite this is `expiresAt`.',
      resolve: (invite, _args, context, info) =>
        statusAt(invite, readTime(context, info)) === 'EXPIRED' ? invite.expiresAt : invite.resolvedAt,
    }),
    delivery: t.field({
      type: OrgInviteDeliveryType,
      description: 'State of its last e-mail.',
      resolve: ({ delivery }) => delivery,
    }),
    deliveryProblem: t.string({
      nullable: true,
      description: 'Why the last e-mail failed, as a text for the org’s admins. Null if it did not fail.',
      resolve: ({ deliveryProblem }) => deliveryProblemInWords(deliveryProblem),
    }),
    lastSentAt: t.expose('lastSentAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a mail server last accepted an e-mail for it.',
    }),
    sendCount: t.exposeInt('sendCount', {
      description: 'How many e-mails for it a mail server has accepted.',
    }),
    renews: t.relation('renews', {
      nullable: true,
      description: 'The expired invite that this one renews. Null if there is none or it is deleted.',
    }),
    renewalRequestedAt: t.expose('renewalRequestedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When somebody with the expired link last asked for a new one (`requestOrgInviteRenewal`). Null if nobody did.',
    }),
    viewerCanAccept: t.boolean({
      select: { org: { select: { status: true } } },
      description:
        'Whether the viewer can accept it now by its id. It can still be refused if the org is full.',
      resolve: async (invite, _args, context, info) =>
        whyNotAccept(invite.org, invite, null, readTime(context, info)) === null &&
        (await isViewersInvite(context, invite)) &&
        !(await viewerIsSuspended(context, invite.orgId)),
    }),
    viewerCanDecline: t.boolean({
      description: 'Whether the viewer can decline it now by its id.',
      resolve: async (invite, _args, context, info) =>
        whyNotDecline(invite, readTime(context, info)) === null && isViewersInvite(context, invite),
    }),
    viewerCanRevoke: t.boolean({
      description: 'Whether the viewer can revoke it now.',
      resolve: async (invite, _args, context, info) => {
        const authority = await authorityIn(context, invite.orgId)
        return whyNotRevoke(authority, invite, readTime(context, info)) === null
      },
    }),
    viewerCanResend: t.boolean({
      select: { org: { select: { status: true } } },
      description:
        'Whether the viewer can resend or renew it now. It can still be refused because of a limit.',
      resolve: async (invite, _args, context, info) => {
        const authority = await authorityIn(context, invite.orgId)
        const appRoles = await appRolesOf(context, invite)
        return whyNotResend(invite.org, authority, invite, readTime(context, info), appRoles) === null
      },
    }),
  }),
})

export const OrgInviteConnectionType = connectionOf('OrgInvite', OrgInviteType, 'invites')

export const OrgInviteFilter = builder.inputType('OrgInviteFilter', {
  description: 'Filters invites. A filter that is left out is not applied.',
  fields: (t) => ({
    statuses: t.field({
      type: [OrgInviteStatusType],
      description: 'Invites that have one of these statuses now.',
    }),
    invitedById: t.id({ description: 'Invites that this user sent.' }),
    email: t.string({ description: 'The whole e-mail address, ignoring case.' }),
    search: t.string({
      description:
        'Words in any order, each a part of the e-mail address, ignoring case and accents. % and _ are literal.',
    }),
    createdAfter: t.field({ type: 'DateTime', description: 'Invites that were created after this time.' }),
    createdBefore: t.field({ type: 'DateTime', description: 'Invites that were created before this time.' }),
  }),
})

const OrgInviteOrderFieldType = builder.enumType('OrgInviteOrderField', {
  description: 'What invites can be ordered by.',
  values: {
    CREATED_AT: { description: 'When the invite was created.' },
    EXPIRES_AT: { description: 'When the invite expires or expired.' },
    STATUS: {
      description:
        'PENDING, EXPIRED, ACCEPTED, DECLINED, REVOKED; invites with the same status newest first.',
    },
  },
} as const)

export const OrgInviteOrder = builder.inputType('OrgInviteOrder', {
  description: 'The order of invites. A cursor is valid for one order only.',
  fields: (t) => ({
    field: t.field({ type: OrgInviteOrderFieldType, required: true, description: 'What to order by.' }),
    direction: t.field({
      type: OrderDirectionType,
      required: true,
      defaultValue: 'ASC',
      description: 'DESC reverses the order.',
    }),
  }),
})

builder.queryField('orgInvite', (t) =>
  t.field({
    type: 'OrgInvite',
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'Global id of the invite.' }) },
    description: 'An invite by id. Null if it doesn’t exist or the viewer may not read it.',
    resolve: (_root, { id }, context) => visibleInvite(context, decodeId('OrgInvite', id)),
  }),
)

reachableAsNode('OrgInvite', visibleInvite)
