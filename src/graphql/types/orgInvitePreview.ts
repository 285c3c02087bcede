import { MAX_MESSAGE_LENGTH } from '../../domain/invites/inviteMessage.js'
import { type OrgInvitePreview, orgInvitePreview } from '../../domain/invites/orgInvitePreview.js'
import { builder } from '../builder.js'
import { OrgInviteStatusType } from './orgInvite.js'
import { OrgRoleNameType } from './permission.js'

const OrgInvitePreviewType = builder.objectRef<OrgInvitePreview>('OrgInvitePreview').implement({
  description: 'What anyone with the link of an invite can see, signed in or not.',
  fields: (t) => ({
    orgName: t.exposeString('orgName', { description: 'Name of the org.' }),
    maskedEmail: t.exposeString('maskedEmail', {
      description:
        'The invited address, masked: `a•••@example.com`. Only `•••` if the invite was made by user id and the API told this link to a person, who may not see the address.',
    }),
    invitedByName: t.exposeString('invitedByName', {
      nullable: true,
      description: 'Name of the user who sent the invite, if known.',
    }),
    roles: t.field({
      type: [OrgRoleNameType],
      description: 'The roles that accepting it grants, lowest first.',
      resolve: ({ roles }) => roles,
    }),
    status: t.field({
      type: OrgInviteStatusType,
      description: 'Status now, by the clock of the database.',
      resolve: ({ status }) => status,
    }),
    message: t.exposeString('message', {
      extensions: { maxLength: MAX_MESSAGE_LENGTH },
      nullable: true,
      description: 'The note in the e-mail.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When the invite expires: from then on it can’t be answered.',
    }),
    renewalRequestedAt: t.expose('renewalRequestedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When somebody with the link last asked for a new one. Null if nobody did.',
    }),
  }),
})

builder.queryField('orgInvitePreview', (t) =>
  t.field({
    type: OrgInvitePreviewType,
    nullable: true,
    args: { token: t.arg.string({ required: true, description: 'The last part of the link.' }) },
    description:
      'The invite that a link leads to. It needs no sign-in. Null if the token is unknown or was replaced by a resend.',
    resolve: (_root, { token }, { app }) => orgInvitePreview(app.database, token),
  }),
)
