import type { InputFieldBuilder } from '@pothos/core'
import { OrgUserSuspendedError } from '../../domain/core/membership.js'
import {
  LimitReachedError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
  RateLimitedError,
} from '../../domain/core/refusal.js'
import { acceptOrgInvite } from '../../domain/invites/acceptOrgInvite.js'
import { declineOrgInvite } from '../../domain/invites/declineOrgInvite.js'
import {
  OrgInviteForAnotherUserError,
  OrgInviteNotExpiredError,
  OrgInviteNotPendingError,
} from '../../domain/invites/orgInvite.js'
import { requestRatedRenewal } from '../../domain/invites/requestOrgInviteRenewal.js'
import { EmailNotVerifiedError } from '../../domain/users/emailNotVerified.js'
import { builder, type SchemaTypes } from '../builder.js'
import { optionalId } from '../idField.js'
import { mutation } from '../mutation.js'
import { OrgInviteType } from '../types/orgInvite.js'
import { OrgUserType } from '../types/orgUser.js'

const OrgInviteRef = builder.inputType('OrgInviteRef', {
  isOneOf: true,
  description:
    'An invite, by exactly one of the two: its id for a signed-in invitee with a verified e-mail address, or the token of its link.',
  fields: (t) => ({
    orgInviteId: optionalId(t, 'OrgInvite', 'Global id of the invite.'),
    token: t.string({ description: 'The last part of the link.' }),
  }),
})

const answer = (t: InputFieldBuilder<SchemaTypes, 'InputObject'>) => ({
  invite: t.field({ type: OrgInviteRef, required: true, description: 'The invite to answer.' }),
  userId: optionalId(
    t,
    'User',
    'Global id of the user to answer for: instance tokens with INVITE_RESPOND only.',
  ),
})

const answerRefusals = [
  NotFoundError,
  PermissionDeniedError,
  OrgInviteNotPendingError,
  OrgInviteForAnotherUserError,
  EmailNotVerifiedError,
]

mutation('acceptOrgInvite', {
  description:
    'Accepts an invite that is addressed to the viewer. They become a member with its roles; a member gains the roles. A suspended member can’t.',
  input: answer,
  refusals: [...answerRefusals, LimitReachedError, OrgNotActiveError, OrgUserSuspendedError],
  operation: (tx, actor, input) => acceptOrgInvite(tx, actor, input),
  payload: (t) => ({
    orgInvite: t.expose('orgInvite', { type: OrgInviteType, description: 'The invite as it is now.' }),
    orgUser: t.expose('orgUser', {
      type: OrgUserType,
      description: 'The membership that the invite created, or added roles to.',
    }),
  }),
})

mutation('declineOrgInvite', {
  description: 'Declines an invite that is addressed to the viewer. The org may invite them again.',
  input: answer,
  refusals: answerRefusals,
  operation: (tx, actor, input) => declineOrgInvite(tx, actor, input),
  payload: (t) => ({
    orgInvite: t.field({
      type: OrgInviteType,
      description: 'The invite as it is now.',
      resolve: (invite) => invite,
    }),
  }),
})

mutation('requestOrgInviteRenewal', {
  description:
    'Asks for a new link of an EXPIRED invite, by the token of the old one. It needs no sign-in. It writes an event, and mails the person who sent the invite or, if they may not resend it, another member who may. Once a day for each invite; then the answer is RateLimitedError. It tells nothing that `orgInvitePreview` does not: the answer is the same whoever gets the mail, and if nobody does.',
  isOpen: true,
  input: (t) => ({ token: t.string({ required: true, description: 'The last part of the link.' }) }),
  refusals: [NotFoundError, OrgInviteNotExpiredError, RateLimitedError],
  run: async ({ token }, { app, callerKey }) => ({
    requestedAt: await requestRatedRenewal(app.transact, app.renewalRequests, callerKey ?? '', token),
  }),
  payload: (t) => ({
    requestedAt: t.expose('requestedAt', { type: 'DateTime', description: 'When it was asked for: now.' }),
  }),
})
