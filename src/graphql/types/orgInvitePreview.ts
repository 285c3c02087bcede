import { MAX_MESSAGE_LENGTH } from '../../domain/invites/inviteMessage.js'
import { type OrgInvitePreview, orgInvitePreview } from '../../domain/invites/orgInvitePreview.js'
import { builder } from '../builder.js'
import { OrgInviteStatusType } from './orgInvite.js'
import { OrgRoleNameType } from './permission.js'

const OrgInvitePreviewType = builder.objectRef<OrgInvitePreview>('OrgInvitePreview').implement({
  description: 'What the bearer of an invite link sees, signed in or not: enough to decide, and no more.',
  fields: (t) => ({
    orgName: t.exposeString('orgName', { description: 'Name of the org.' }),
    maskedEmail: t.exposeString('maskedEmail', { description: 'The address, masked: `a•••@example.com`.' }),
    invitedByName: t.exposeString('invitedByName', {
      nullable: true,
      description: 'Who sent it, by name, if known.',
    }),
    roles: t.field({
      type: [OrgRoleNameType],
      description: 'The roles that accepting it grants, lowest first.',
      resolve: ({ roles }) => roles,
    }),
    status: t.field({
      type: OrgInviteStatusType,
      description: 'As of now by the database’s clock.',
      resolve: ({ status }) => status,
    }),
    message: t.exposeString('message', {
      extensions: { maxLength: MAX_MESSAGE_LENGTH },
      nullable: true,
      description: 'The note that went with the e-mail.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'From when on it can’t be answered any more.',
    }),
  }),
})

builder.queryField('orgInvitePreview', (t) =>
  t.field({
    type: OrgInvitePreviewType,
    nullable: true,
    args: { token: t.arg.string({ required: true, description: 'The last part of the link.' }) },
    description:
      'What an invite’s link is about. Needs no sign-in. Null for an unknown token, and for one that a resend replaced.',
    resolve: (_root, { token }, { app }) => orgInvitePreview(app.database, token),
  }),
)
