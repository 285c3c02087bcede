import type { InputFieldBuilder } from '@pothos/core'
import { AppRoleNotGrantableError } from '../../domain/core/appRole.js'
import { IdempotencyKeyReusedError } from '../../domain/core/idempotency.js'
import {
  InvalidInputError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
  RoleNotGrantableError,
} from '../../domain/core/refusal.js'
import {
  createOrgInvite,
  type InviteMade,
  repeatCreateOrgInvite,
} from '../../domain/invites/createOrgInvite.js'
import { createOrgInvites, inviteRefusals } from '../../domain/invites/createOrgInvites.js'
import { deleteOrgInvite } from '../../domain/invites/deleteOrgInvite.js'
import {
  EmailNotConfiguredError,
  type OrgInvite,
  OrgInviteNotPendingError,
} from '../../domain/invites/orgInvite.js'
import { repeatResendOrgInvite, resendOrgInvite } from '../../domain/invites/resendOrgInvite.js'
import { revokeOrgInvite } from '../../domain/invites/revokeOrgInvite.js'
import { builder, type FieldsOf, type SchemaTypes } from '../builder.js'
import { exposeId, optionalId, optionalIds, requiredId } from '../idField.js'
import { idempotencyKeyField, mutation } from '../mutation.js'
import { OrgInviteType } from '../types/orgInvite.js'
import { OrgRoleNameType } from '../types/permission.js'

type InputFields = InputFieldBuilder<SchemaTypes, 'InputObject'>

const InviteeInputType = builder.inputType('InviteeInput', {
  isOneOf: true,
  description: 'The person to invite: exactly one of the two fields.',
  fields: (t) => ({
    email: t.string({ description: 'By e-mail address, with or without an account.' }),
    userId: optionalId(
      t,
      'User',
      'By account. The invite goes to its e-mail address, and no other account can accept it.',
    ),
  }),
})

const localeOf = (unset: string) =>
  `Language of its e-mails, a BCP 47 tag such as \`de\` or \`pt-BR\`. ${unset}`

/** The input fields that `createOrgInvite` and `createOrgInvites` share. */
const terms = (t: InputFields) => ({
  orgId: requiredId(t, 'Org', 'Global id of the org.'),
  roles: t.field({
    type: [OrgRoleNameType],
    defaultValue: ['USER'],
    description: 'The roles to grant, at least one.',
  }),
  appRoleIds: optionalIds(t, 'AppRole', 'Global ids of the app roles to grant.'),
  locale: t.string({ description: localeOf('Left out: the server’s.') }),
  ...delivery(t),
})

const delivery = (t: InputFields) => ({
  expiresAt: t.field({
    type: 'DateTime',
    description:
      'When the invite expires: within 90 days from now. If left out: as the server is set up, usually 7 days from now.',
  }),
  message: t.string({ description: 'A note in the e-mail, at most 1,000 characters.' }),
  sendEmail: t.boolean({
    description:
      'Left out: sends an e-mail if the server can send mail. True: refuses if it can’t. False: sends none.',
  }),
})

const invite = (t: FieldsOf<InviteMade>) => ({
  orgInvite: t.expose('orgInvite', { type: OrgInviteType, description: 'The invite.' }),
  acceptUrl: t.exposeString('acceptUrl', {
    nullable: true,
    description:
      'The link that the e-mail would contain, if none is sent: for a person, and for an instance token with INVITE_LINK. Null for other tokens, and if an idempotency key is used again. The link of a person proves nothing: whoever answers by it must have the address verified.',
  }),
})

const CreateOrgInviteResult = mutation('createOrgInvite', {
  description: 'Invites a person into an org (INVITE_CREATE), with roles up to the viewer’s own rank.',
  input: (t) => ({
    ...terms(t),
    invitee: t.field({ type: InviteeInputType, required: true, description: 'The person to invite.' }),
  }),
  refusals: inviteRefusals,
  operation: (tx, actor, input) => createOrgInvite(tx, actor, input),
  repeat: repeatCreateOrgInvite,
  payload: invite,
})

mutation('createOrgInvites', {
  description:
    'Invites up to 100 people. Each invite succeeds or is refused by itself; a refusal that concerns all of them refuses the whole call. After any other error some invites may exist: call again, and resend those that are then already pending to get a new link. With an idempotency key, a repeated call does the rest.',
  input: (t) => ({
    ...terms(t),
    invitees: t.field({
      type: [InviteeInputType],
      required: true,
      description: 'The people to invite, 1 to 100.',
    }),
    ...idempotencyKeyField(t),
  }),
  refusals: [
    NotFoundError,
    PermissionDeniedError,
    RoleNotGrantableError,
    AppRoleNotGrantableError,
    InvalidInputError,
    EmailNotConfiguredError,
    OrgNotActiveError,
    IdempotencyKeyReusedError,
  ],
  run: async ({ idempotencyKey, ...input }, { app, actor }) => ({
    results: await createOrgInvites(app.transact, actor, input, idempotencyKey),
  }),
  payload: (t) => ({
    results: t.expose('results', {
      type: [CreateOrgInviteResult],
      description: 'One result for each invitee, in the order given.',
    }),
  }),
})

mutation('resendOrgInvite', {
  description:
    'Sends an invite again (INVITE_RESEND), with other roles if given. Its old link stops working. An expired invite is renewed by a new one.',
  input: (t) => ({
    orgInviteId: requiredId(t, 'OrgInvite', 'Global id of the invite, which is PENDING or EXPIRED.'),
    roles: t.field({ type: [OrgRoleNameType], description: 'The new roles. If left out, they stay.' }),
    appRoleIds: optionalIds(t, 'AppRole', 'Global ids of the new app roles. If left out, they stay.'),
    locale: t.string({ description: localeOf('Left out: it stays.') }),
    ...delivery(t),
  }),
  refusals: [...inviteRefusals, OrgInviteNotPendingError],
  operation: (tx, actor, input) => resendOrgInvite(tx, actor, input),
  repeat: repeatResendOrgInvite,
  payload: invite,
})

mutation('revokeOrgInvite', {
  description: 'Revokes a pending invite (INVITE_REVOKE). Its link stops working.',
  input: (t) => ({ orgInviteId: requiredId(t, 'OrgInvite', 'Global id of the invite.') }),
  refusals: [NotFoundError, PermissionDeniedError, RoleNotGrantableError, OrgInviteNotPendingError],
  operation: (tx, actor, { orgInviteId }) => revokeOrgInvite(tx, actor, orgInviteId),
  payload: (t: FieldsOf<OrgInvite>) => ({
    orgInvite: t.field({
      type: OrgInviteType,
      description: 'The invite as it is now.',
      resolve: (invite) => invite,
    }),
  }),
})

mutation('deleteOrgInvite', {
  description: 'Deletes an invite that is not pending any more (INVITE_DELETE). Its events stay.',
  input: (t) => ({ orgInviteId: requiredId(t, 'OrgInvite', 'Global id of the invite.') }),
  refusals: [NotFoundError, PermissionDeniedError, InvalidInputError],
  operation: async (tx, actor, { orgInviteId }) => {
    await deleteOrgInvite(tx, actor, orgInviteId)
    return { orgInviteId }
  },
  payload: (t) => ({
    orgInviteId: exposeId(t, 'OrgInvite', 'orgInviteId', 'Global id of the deleted invite.'),
  }),
})
