import type { OrgUser } from '../../domain/core/membership.js'
import {
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
  RoleNotGrantableError,
} from '../../domain/core/refusal.js'
import { acceptOrgInvite } from '../../domain/invites/acceptOrgInvite.js'
import type { AnswerCommand } from '../../domain/invites/answerInvite.js'
import { declineOrgInvite } from '../../domain/invites/declineOrgInvite.js'
import { deleteOrgInvite } from '../../domain/invites/deleteOrgInvite.js'
import {
  type OrgInvite,
  OrgInviteForAnotherUserError,
  OrgInviteNotPendingError,
} from '../../domain/invites/orgInvite.js'
import { revokeOrgInvite } from '../../domain/invites/revokeOrgInvite.js'
import { EmailNotVerifiedError } from '../../domain/users/emailNotVerified.js'
import { builder } from '../builder.js'
import { decodeId } from '../globalId.js'
import { OrgInviteType } from '../types/orgInvite.js'
import { OrgUserType } from '../types/orgUser.js'
import { resultOf } from '../types/refusals.js'

const invitePayload = (name: string, description: string) =>
  builder.objectRef<{ orgInvite: OrgInvite }>(name).implement({
    description,
    fields: (t) => ({
      orgInvite: t.field({
        type: OrgInviteType,
        description: 'The invite as it is now.',
        resolve: ({ orgInvite }) => orgInvite,
      }),
    }),
  })

const RevokeOrgInviteInput = builder.inputType('RevokeOrgInviteInput', {
  description: 'Which invite to take back.',
  fields: (t) => ({ orgInviteId: t.id({ required: true, description: 'Global id of the invite.' }) }),
})

builder.mutationField('revokeOrgInvite', (t) =>
  t.field({
    type: resultOf(
      'RevokeOrgInviteResult',
      invitePayload('RevokeOrgInvitePayload', 'The invite is taken back.'),
      [NotFoundError, PermissionDeniedError, RoleNotGrantableError, OrgInviteNotPendingError],
    ),
    description: 'Takes a pending invite back (INVITE_REVOKE); its link is dead.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: RevokeOrgInviteInput, required: true, description: 'Which invite.' }) },
    resolve: async (_root, { input }, { app, actor }) => ({
      orgInvite: await app.transact((tx) =>
        revokeOrgInvite(tx, actor, decodeId('OrgInvite', input.orgInviteId)),
      ),
    }),
  }),
)

const DeleteOrgInviteInput = builder.inputType('DeleteOrgInviteInput', {
  description: 'Which invite to erase.',
  fields: (t) => ({ orgInviteId: t.id({ required: true, description: 'Global id of the invite.' }) }),
})

const DeleteOrgInvitePayload = builder
  .objectRef<{ orgInviteId: string }>('DeleteOrgInvitePayload')
  .implement({
    description: 'The invite is erased; what happened to it stays in the history.',
    fields: (t) => ({
      orgInviteId: t.exposeID('orgInviteId', { description: 'Global id that the invite had.' }),
    }),
  })

builder.mutationField('deleteOrgInvite', (t) =>
  t.field({
    type: resultOf('DeleteOrgInviteResult', DeleteOrgInvitePayload, [
      NotFoundError,
      PermissionDeniedError,
      InvalidInputError,
    ]),
    description: 'Erases an invite that is no longer pending (INVITE_DELETE).',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: DeleteOrgInviteInput, required: true, description: 'Which invite.' }) },
    resolve: async (_root, { input }, { app, actor }) => {
      await app.transact((tx) => deleteOrgInvite(tx, actor, decodeId('OrgInvite', input.orgInviteId)))
      return { orgInviteId: input.orgInviteId }
    },
  }),
)

const OrgInviteRef = builder.inputType('OrgInviteRef', {
  isOneOf: true,
  description:
    'By id for the signed-in invitee with a verified address; by token for the bearer of the e-mailed link.',
  fields: (t) => ({
    orgInviteId: t.id({ description: 'Global id of the invite.' }),
    token: t.string({ description: 'The last part of the link.' }),
  }),
})

const AcceptOrgInviteInput = builder.inputType('AcceptOrgInviteInput', {
  description: 'userId: instance tokens with INVITE_RESPOND answer for that user.',
  fields: (t) => ({
    invite: t.field({ type: OrgInviteRef, required: true, description: 'Which invite.' }),
    userId: t.id({ description: 'Global id of the user to answer for.' }),
  }),
})

const AcceptOrgInvitePayload = builder
  .objectRef<{ orgInvite: OrgInvite; orgUser: OrgUser }>('AcceptOrgInvitePayload')
  .implement({
    description: 'The invite is accepted.',
    fields: (t) => ({
      orgInvite: t.field({
        type: OrgInviteType,
        description: 'The invite as it is now.',
        resolve: ({ orgInvite }) => orgInvite,
      }),
      orgUser: t.field({
        type: OrgUserType,
        description: 'The membership that came of it, or that gained its roles.',
        resolve: ({ orgUser }) => orgUser,
      }),
    }),
  })

builder.mutationField('acceptOrgInvite', (t) =>
  t.field({
    type: resultOf('AcceptOrgInviteResult', AcceptOrgInvitePayload, [
      NotFoundError,
      PermissionDeniedError,
      OrgInviteNotPendingError,
      OrgInviteForAnotherUserError,
      EmailNotVerifiedError,
      LimitReachedError,
      OrgNotActiveError,
    ]),
    description:
      'Takes up an invite addressed to the viewer, who becomes a member with its roles; one who is a member by now gains them.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: AcceptOrgInviteInput, required: true, description: 'Which invite.' }) },
    resolve: (_root, { input }, { app, actor }) =>
      app.transact((tx) => acceptOrgInvite(tx, actor, answerOf(input))),
  }),
)

const DeclineOrgInviteInput = builder.inputType('DeclineOrgInviteInput', {
  description: 'userId: instance tokens with INVITE_RESPOND answer for that user.',
  fields: (t) => ({
    invite: t.field({ type: OrgInviteRef, required: true, description: 'Which invite.' }),
    userId: t.id({ description: 'Global id of the user to answer for.' }),
  }),
})

builder.mutationField('declineOrgInvite', (t) =>
  t.field({
    type: resultOf(
      'DeclineOrgInviteResult',
      invitePayload('DeclineOrgInvitePayload', 'The invite is declined.'),
      [
        NotFoundError,
        PermissionDeniedError,
        OrgInviteNotPendingError,
        OrgInviteForAnotherUserError,
        EmailNotVerifiedError,
      ],
    ),
    description: 'Turns down an invite addressed to the viewer. The org may invite them again.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: DeclineOrgInviteInput, required: true, description: 'Which invite.' }) },
    resolve: async (_root, { input }, { app, actor }) => ({
      orgInvite: await app.transact((tx) => declineOrgInvite(tx, actor, answerOf(input))),
    }),
  }),
)

function answerOf(input: {
  invite: { orgInviteId?: string | null; token?: string | null }
  userId?: string | null | undefined
}): AnswerCommand {
  const { orgInviteId, token } = input.invite
  return {
    invite: token != null ? { token } : { orgInviteId: decodeId('OrgInvite', orgInviteId ?? '') },
    userId: input.userId == null ? undefined : decodeId('User', input.userId),
  }
}
