import { SoleOwnerError } from '../../domain/accounts/deleteUser.js'
import { AppRoleInUseError } from '../../domain/appRoles/deleteAppRole.js'
import { AppRoleNotGrantableError } from '../../domain/core/appRole.js'
import { IdempotencyKeyReusedError } from '../../domain/core/idempotency.js'
import type { InputIssue } from '../../domain/core/inputIssue.js'
import { OrgUserSuspendedError } from '../../domain/core/membership.js'
import { MAX_RESOURCE_KINDS, OrgHasResourcesError, OrgNameTakenError } from '../../domain/core/org.js'
import {
  InvalidInputError,
  LimitReachedError,
  NotFoundError,
  OrgNotActiveError,
  PermissionDeniedError,
  RateLimitedError,
  RoleNotGrantableError,
} from '../../domain/core/refusal.js'
import {
  EmailDomainNotAllowedError,
  EmailDomainNotVerifiedError,
  EmailDomainTakenError,
} from '../../domain/emailDomains/emailDomain.js'
import { OrgInviteLinkEndedError } from '../../domain/inviteLinks/orgInviteLink.js'
import {
  AlreadyOrgUserError,
  EmailNotConfiguredError,
  OrgInviteAlreadyPendingError,
  OrgInviteForAnotherUserError,
  OrgInviteNotExpiredError,
  OrgInviteNotPendingError,
} from '../../domain/invites/orgInvite.js'
import {
  OrgJoinRequestAlreadyPendingError,
  OrgJoinRequestNotPendingError,
} from '../../domain/joinRequests/orgJoinRequest.js'
import { LastOwnerError } from '../../domain/members/orgUser.js'
import { OrgExternalIdTakenError, OrgSlugTakenError } from '../../domain/orgs/takenBy.js'
import { EmailNotVerifiedError } from '../../domain/users/emailNotVerified.js'
import { WebhookDisabledError } from '../../domain/webhooks/webhook.js'
import { builder } from '../builder.js'
import { visibleInvite } from '../loaders/orgInvite.js'
import { orgUsersById } from '../loaders/orgUser.js'
import { refusal } from '../refusal.js'
import { authorityIn } from '../viewer.js'
import { AppRoleType } from './appRole.js'
import { DnsChallengeType } from './emailDomain.js'
import { OrgType } from './org.js'
import { OrgResourceType } from './orgCounts.js'
import { OrgInviteStatusType } from './orgInvite.js'
import { OrgInviteLinkStatusType } from './orgInviteLink.js'
import { OrgJoinRequestStatusType, OrgJoinRequestType } from './orgJoinRequest.js'
import { OrgRoleNameType, OrgStatusType, PermissionType } from './permission.js'

/** The most fields of an input that can be wrong. Used for the cost of a query. */
const MAX_ISSUES = 10
/** The most orgs that one person usually owns alone. Used for the cost of a query. */
const MAX_OWNED_ORGS = 100

const InputIssueType = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One thing that is wrong with an input.',
  fields: (t) => ({
    path: t.exposeString('path', {
      description: 'Where it is, with dots, from the root of the input: `invitee.email`.',
    }),
    message: t.exposeString('message', { description: 'What is wrong, and what would be right.' }),
  }),
})

refusal(NotFoundError, 'The thing doesn’t exist, or the viewer may not see it. Both look the same.')

refusal(PermissionDeniedError, 'The viewer may see the thing, but may not do this with it.', (t) => ({
  permission: t.expose('permission', { type: PermissionType, description: 'The missing permission.' }),
}))

refusal(
  RoleNotGrantableError,
  'The mutation grants, takes away or affects a role above the viewer’s rank. Nothing was changed.',
  (t) => ({ role: t.expose('role', { type: OrgRoleNameType, description: 'The role that is too high.' }) }),
)

refusal(
  AppRoleNotGrantableError,
  'The mutation grants, takes away or sends an app role that needs a higher rank than the viewer’s. Nothing was changed.',
  (t) => ({
    appRole: t.expose('appRole', { type: AppRoleType, description: 'The app role that needs the rank.' }),
  }),
)

refusal(AppRoleInUseError, 'The app role can’t be deleted while somebody has it.', (t) => ({
  orgUsers: t.exposeInt('orgUsers', { description: 'How many members of all orgs have it.' }),
  pendingInvites: t.exposeInt('pendingInvites', { description: 'How many pending invites grant it.' }),
  inviteLinks: t.exposeInt('inviteLinks', {
    description: 'How many active invite links grant it.',
  }),
}))

refusal(
  InvalidInputError,
  'A value in the input has the right type but is not allowed. Nothing was changed.',
  (t) => ({
    issues: t.expose('issues', {
      extensions: { maxItems: MAX_ISSUES },
      type: [InputIssueType],
      description: 'Everything that is wrong, not only the first thing.',
    }),
  }),
)

refusal(
  OrgNotActiveError,
  'The org’s status is not ACTIVE: nothing can be added or changed, but things can be removed.',
  (t) => ({
    orgStatus: t.expose('orgStatus', {
      type: OrgStatusType,
      description: 'The org’s status at the time of the mutation.',
    }),
  }),
)

refusal(
  LimitReachedError,
  'A limit is reached, for example the number of members that the org may have.',
  (t) => ({
    limit: t.exposeInt('limit', { description: 'The limit.' }),
  }),
)

refusal(RateLimitedError, 'The limit for this is reached, for the day or for the minute.', (t) => ({
  retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
    description: 'In how many seconds it can be tried again.',
  }),
}))

refusal(
  IdempotencyKeyReusedError,
  'Within the last 24 hours the viewer used this idempotency key for another input. Nothing was changed.',
)

refusal(OrgNameTakenError, 'Another org has this name already, ignoring case.')

refusal(OrgSlugTakenError, 'Another org has this slug already.')

refusal(OrgExternalIdTakenError, 'Another org has this external id already.')

refusal(
  OrgHasResourcesError,
  'The host application says that the org still owns resources, so it can’t be deleted.',
  (t) => ({
    resources: t.expose('resources', {
      type: [OrgResourceType],
      extensions: { maxItems: MAX_RESOURCE_KINDS },
      description: 'The resources that the org still owns.',
    }),
  }),
)

refusal(
  SoleOwnerError,
  'The user is the only owner of an org who is ACTIVE: hand over the ownership or delete the org first.',
  (t) => ({
    orgs: t.expose('orgs', {
      type: [OrgType],
      extensions: { maxItems: MAX_OWNED_ORGS },
      description: 'All orgs that would be left without an owner.',
    }),
  }),
)

refusal(LastOwnerError, 'The org would be left without an owner who is ACTIVE.')

refusal(OrgUserSuspendedError, 'The member is suspended and has to be reinstated first.')

refusal(AlreadyOrgUserError, 'The user is already a member of the org.', (t) => ({
  existingOrgUser: t.field({
    type: 'OrgUser',
    nullable: true,
    description: 'Their membership. Null unless the viewer has MEMBER_READ.',
    resolve: async ({ existingOrgUserId }, _args, context) => {
      const orgUser = await orgUsersById(context).load(existingOrgUserId)
      if (!orgUser) return null
      return (await authorityIn(context, orgUser.orgId)).permissions.has('MEMBER_READ') ? orgUser : null
    },
  }),
}))

refusal(
  OrgInviteAlreadyPendingError,
  'The org has a pending invite for this address already, and only one is allowed: resend or revoke it.',
  (t) => ({
    pendingInvite: t.field({
      type: 'OrgInvite',
      nullable: true,
      description: 'The pending invite. Null unless the viewer may read it.',
      resolve: ({ pendingInviteId }, _args, context) => visibleInvite(context, pendingInviteId),
    }),
  }),
)

refusal(
  OrgInviteNotPendingError,
  'The invite is not pending any more, perhaps because another mutation was faster.',
  (t) => ({
    inviteStatus: t.expose('inviteStatus', {
      type: OrgInviteStatusType,
      description: 'The status that the invite has now.',
    }),
  }),
)

refusal(
  OrgInviteForAnotherUserError,
  'The invite is addressed to another e-mail address or user than the viewer, or the invite link is for other domains. Only the invitee can answer it.',
)

refusal(OrgInviteNotExpiredError, 'The invite is not EXPIRED, so there is no need of a new link.', (t) => ({
  inviteStatus: t.expose('inviteStatus', { type: OrgInviteStatusType, description: 'Its status now.' }),
}))

refusal(OrgInviteLinkEndedError, 'The invite link is not active any more. Nobody can join by it.', (t) => ({
  linkStatus: t.expose('linkStatus', {
    type: OrgInviteLinkStatusType,
    description: 'The status that the link has now.',
  }),
}))

refusal(
  OrgJoinRequestAlreadyPendingError,
  'The viewer has asked to join the org already, and only one request can be pending.',
  (t) => ({
    pendingRequest: t.expose('pendingRequest', {
      type: OrgJoinRequestType,
      description: 'The pending request.',
    }),
  }),
)

refusal(
  OrgJoinRequestNotPendingError,
  'The join request is not pending any more, perhaps because another mutation was faster.',
  (t) => ({
    requestStatus: t.expose('requestStatus', {
      type: OrgJoinRequestStatusType,
      description: 'The status that the request has now.',
    }),
  }),
)

refusal(WebhookDisabledError, 'The webhook is switched off, so nothing is sent to it.')

refusal(EmailNotVerifiedError, 'This needs an e-mail address that the identity provider has verified.')

refusal(EmailNotConfiguredError, 'The input asks for an e-mail, but this server can’t send any.')

refusal(EmailDomainTakenError, 'Another org has this domain, VERIFIED.')

refusal(
  EmailDomainNotAllowedError,
  'The domain belongs to a public mail provider: anyone can have an address in it.',
)

refusal(
  EmailDomainNotVerifiedError,
  'The DNS doesn’t have the challenge’s record, or doesn’t show it yet.',
  (t) => ({
    challenge: t.expose('challenge', {
      type: DnsChallengeType,
      description: 'The record that the server looked for.',
    }),
  }),
)
