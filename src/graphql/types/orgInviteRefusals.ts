import {
  AlreadyOrgUserError,
  EmailNotConfiguredError,
  OrgInviteAlreadyPendingError,
  OrgInviteForAnotherUserError,
  OrgInviteNotPendingError,
} from '../../domain/invites/orgInvite.js'
import { EmailNotVerifiedError } from '../../domain/users/emailNotVerified.js'
import { builder } from '../builder.js'
import { visibleInvite } from '../loaders/orgInvite.js'
import { orgUsersById } from '../loaders/orgUser.js'
import { authorityIn } from '../viewer.js'
import { OrgInviteStatusType } from './orgInvite.js'
import { ErrorInterface } from './refusals.js'

builder.objectType(AlreadyOrgUserError, {
  name: 'AlreadyOrgUserError',
  interfaces: [ErrorInterface],
  description: 'The invitee is a member of the org.',
  fields: (t) => ({
    existingOrgUser: t.field({
      type: 'OrgUser',
      nullable: true,
      description: 'Their membership. Null unless the viewer may MEMBER_READ.',
      resolve: async ({ existingOrgUserId }, _args, context) => {
        const orgUser = await orgUsersById(context).load(existingOrgUserId)
        if (!orgUser) return null
        return (await authorityIn(context, orgUser.orgId)).permissions.has('MEMBER_READ') ? orgUser : null
      },
    }),
  }),
})

builder.objectType(OrgInviteAlreadyPendingError, {
  name: 'OrgInviteAlreadyPendingError',
  interfaces: [ErrorInterface],
  description: 'One invite an address is pending in an org at a time: resend or revoke that one.',
  fields: (t) => ({
    pendingInvite: t.field({
      type: 'OrgInvite',
      nullable: true,
      description: 'The one that is pending. Null unless the viewer may read it.',
      resolve: ({ pendingInviteId }, _args, context) => visibleInvite(context, pendingInviteId),
    }),
  }),
})

builder.objectType(OrgInviteNotPendingError, {
  name: 'OrgInviteNotPendingError',
  interfaces: [ErrorInterface],
  description: 'The invite has ended: of several answers that raced, this one came too late.',
  fields: (t) => ({
    inviteStatus: t.field({
      type: OrgInviteStatusType,
      description: 'The status that won.',
      resolve: ({ inviteStatus }) => inviteStatus,
    }),
  }),
})

builder.objectType(OrgInviteForAnotherUserError, {
  name: 'OrgInviteForAnotherUserError',
  interfaces: [ErrorInterface],
  description: 'The invite bears another address than the viewer’s: only its own person can answer it.',
})

builder.objectType(EmailNotVerifiedError, {
  name: 'EmailNotVerifiedError',
  interfaces: [ErrorInterface],
  description: 'This needs an address that the identity provider vouches for.',
})

builder.objectType(EmailNotConfiguredError, {
  name: 'EmailNotConfiguredError',
  interfaces: [ErrorInterface],
  description: 'E-mail was demanded, and this server has no mail server to send it by.',
})
