import {
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
  RateLimitedError,
  type Refusal,
  RoleNotGrantableError,
} from '../../domain/core/refusal.js'
import { createOrgInvite, type InviteeInput, type InviteMade } from '../../domain/invites/createOrgInvite.js'
import { createOrgInvites } from '../../domain/invites/createOrgInvites.js'
import {
  AlreadyOrgUserError,
  EmailNotConfiguredError,
  OrgInviteAlreadyPendingError,
  OrgInviteNotPendingError,
} from '../../domain/invites/orgInvite.js'
import { resendOrgInvite } from '../../domain/invites/resendOrgInvite.js'
import { builder } from '../builder.js'
import { decodeId } from '../globalId.js'
import { OrgInviteType } from '../types/orgInvite.js'
import { OrgRoleNameType } from '../types/permission.js'
import { resultOf } from '../types/refusals.js'

const InviteeInputType = builder.inputType('InviteeInput', {
  isOneOf: true,
  description: 'Whom to invite: exactly one of the two.',
  fields: (t) => ({
    email: t.string({ description: 'By address, whether there is an account or not.' }),
    userId: t.id({ description: 'By account: goes to its address, and nobody else can take it up.' }),
  }),
})

const messageDescription = 'A note for the e-mail, 1,000 characters at most.'
const sendEmailDescription =
  'Left out: sends where mail is configured. True: refuses where it is not. False: sends none.'
const expiresAtDescription = 'In the future; 7 days from now where left out, 90 at most.'

const inviteMade = (name: string, description: string) =>
  builder.objectRef<InviteMade>(name).implement({
    description,
    fields: (t) => ({
      orgInvite: t.field({
        type: OrgInviteType,
        description: 'The invite.',
        resolve: ({ orgInvite }) => orgInvite,
      }),
      acceptUrl: t.exposeString('acceptUrl', {
        nullable: true,
        description:
          'The link that the e-mail would carry: only for an instance token with INVITE_LINK that sends no e-mail.',
      }),
    }),
  })

const CreateOrgInviteInput = builder.inputType('CreateOrgInviteInput', {
  description: 'An invite to make.',
  fields: (t) => ({
    orgId: t.id({ required: true, description: 'Global id of the org.' }),
    invitee: t.field({ type: InviteeInputType, required: true, description: 'Whom to invite.' }),
    roles: t.field({
      type: [OrgRoleNameType],
      defaultValue: ['USER'],
      description: 'The roles to grant, one at least.',
    }),
    expiresAt: t.field({ type: 'DateTime', description: expiresAtDescription }),
    message: t.string({ description: messageDescription }),
    sendEmail: t.boolean({ description: sendEmailDescription }),
  }),
})

const CreateOrgInviteResult = resultOf(
  'CreateOrgInviteResult',
  inviteMade('CreateOrgInvitePayload', 'The invite is made, and its mail on the way if one was asked for.'),
  [
    NotFoundError,
    PermissionDeniedError,
    RoleNotGrantableError,
    InvalidInputError,
    AlreadyOrgUserError,
    OrgInviteAlreadyPendingError,
    EmailNotConfiguredError,
    LimitReachedError,
    RateLimitedError,
    OrgNotActiveError,
  ],
)

builder.mutationField('createOrgInvite', (t) =>
  t.field({
    type: CreateOrgInviteResult,
    description: 'Invites somebody into an org (INVITE_CREATE), with roles up to the viewer’s own rank.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: CreateOrgInviteInput, required: true, description: 'The invite.' }) },
    resolve: (_root, { input }, { app, actor }) =>
      app.transact((tx) =>
        createOrgInvite(tx, actor, {
          ...input,
          orgId: decodeId('Org', input.orgId),
          invitee: inviteeOf(input.invitee),
        }),
      ),
  }),
)

const CreateOrgInvitesInput = builder.inputType('CreateOrgInvitesInput', {
  description: 'Invites to make, alike but for whom they are for.',
  fields: (t) => ({
    orgId: t.id({ required: true, description: 'Global id of the org.' }),
    invitees: t.field({ type: [InviteeInputType], required: true, description: 'Whom to invite, 1 to 100.' }),
    roles: t.field({
      type: [OrgRoleNameType],
      defaultValue: ['USER'],
      description: 'The roles to grant, one at least.',
    }),
    expiresAt: t.field({ type: 'DateTime', description: expiresAtDescription }),
    message: t.string({ description: messageDescription }),
    sendEmail: t.boolean({ description: sendEmailDescription }),
  }),
})

const CreateOrgInvitesPayload = builder
  .objectRef<{ results: Array<InviteMade | Refusal> }>('CreateOrgInvitesPayload')
  .implement({
    description: 'What became of each.',
    fields: (t) => ({
      results: t.field({
        type: [CreateOrgInviteResult],
        description: 'One for each invitee, in the order given.',
        resolve: ({ results }) => results as never,
      }),
    }),
  })

builder.mutationField('createOrgInvites', (t) =>
  t.field({
    type: resultOf('CreateOrgInvitesResult', CreateOrgInvitesPayload, [
      NotFoundError,
      PermissionDeniedError,
      RoleNotGrantableError,
      InvalidInputError,
      EmailNotConfiguredError,
      OrgNotActiveError,
    ]),
    description:
      'Up to 100 at once; each stands or falls alone, answered in the order given. What concerns all of them refuses the whole. Where an error answers for all, some may be invited: ask again, and resend for a new link what is then pending already.',
    authScopes: { signedIn: true },
    args: { input: t.arg({ type: CreateOrgInvitesInput, required: true, description: 'The invites.' }) },
    resolve: async (_root, { input }, { app, actor }) => ({
      results: await createOrgInvites(app.transact, actor, {
        ...input,
        orgId: decodeId('Org', input.orgId),
        invitees: input.invitees.map(inviteeOf),
      }),
    }),
  }),
)

const ResendOrgInviteInput = builder.inputType('ResendOrgInviteInput', {
  description:
    'Where roles is left out they stay. Renews the link and the time to answer; the old link is dead.',
  fields: (t) => ({
    orgInviteId: t.id({
      required: true,
      description: 'Global id of the invite: pending, or expired to be renewed.',
    }),
    roles: t.field({ type: [OrgRoleNameType], description: 'Its new roles.' }),
    expiresAt: t.field({ type: 'DateTime', description: expiresAtDescription }),
    message: t.string({ description: `Its new note: ${messageDescription}` }),
    sendEmail: t.boolean({ description: sendEmailDescription }),
  }),
})

builder.mutationField('resendOrgInvite', (t) =>
  t.field({
    type: resultOf(
      'ResendOrgInviteResult',
      inviteMade(
        'ResendOrgInvitePayload',
        'The invite has a new link; an expired one, a new invite that renews it.',
      ),
      [
        NotFoundError,
        PermissionDeniedError,
        RoleNotGrantableError,
        InvalidInputError,
        AlreadyOrgUserError,
        OrgInviteAlreadyPendingError,
        OrgInviteNotPendingError,
        EmailNotConfiguredError,
        LimitReachedError,
        RateLimitedError,
        OrgNotActiveError,
      ],
    ),
    description:
      'Sends an invite again (INVITE_RESEND), with other roles where asked; renews an expired one.',
    authScopes: { signedIn: true },
    args: {
      input: t.arg({ type: ResendOrgInviteInput, required: true, description: 'Which invite, and how.' }),
    },
    resolve: (_root, { input }, { app, actor }) =>
      app.transact((tx) =>
        resendOrgInvite(tx, actor, { ...input, orgInviteId: decodeId('OrgInvite', input.orgInviteId) }),
      ),
  }),
)

function inviteeOf(input: { email?: string | null; userId?: string | null }): InviteeInput {
  return input.email != null ? { email: input.email } : { userId: decodeId('User', input.userId ?? '') }
}
