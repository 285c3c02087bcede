import { AppRoleNotGrantableError } from '../../domain/core/appRole.js'
import { OrgUserSuspendedError } from '../../domain/core/membership.js'
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
  createOrgInviteLink,
  repeatCreateOrgInviteLink,
} from '../../domain/inviteLinks/createOrgInviteLink.js'
import { joinOrgByRatedLink } from '../../domain/inviteLinks/joinOrgByLink.js'
import { OrgInviteLinkEndedError } from '../../domain/inviteLinks/orgInviteLink.js'
import { revokeOrgInviteLink } from '../../domain/inviteLinks/revokeOrgInviteLink.js'
import { AlreadyOrgUserError, OrgInviteForAnotherUserError } from '../../domain/invites/orgInvite.js'
import { EmailNotVerifiedError } from '../../domain/users/emailNotVerified.js'
import { optionalIds, requiredId } from '../idField.js'
import { mutation } from '../mutation.js'
import { OrgInviteLinkType } from '../types/orgInviteLink.js'
import { OrgUserType } from '../types/orgUser.js'
import { OrgRoleNameType } from '../types/permission.js'

mutation('createOrgInviteLink', {
  description:
    'Creates a link by which many people can join an org (INVITE_CREATE), with roles up to the viewer’s own rank and never OWNER. An org has at most 20 active links.',
  input: (t) => ({
    orgId: requiredId(t, 'Org', 'Global id of the org.'),
    roles: t.field({
      type: [OrgRoleNameType],
      defaultValue: ['USER'],
      description: 'The roles to grant, at least one, without OWNER.',
    }),
    appRoleIds: optionalIds(t, 'AppRole', 'Global ids of the app roles to grant.'),
    emailDomains: t.stringList({
      defaultValue: [],
      description:
        'Whoever joins needs a verified address in one of these domains, at most 50. Subdomains don’t count. Empty: any address.',
    }),
    maxUses: t.int({ description: 'How many can join: 1 to 10,000. If left out or null: any number.' }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the link expires: within 90 days from now. If left out: 7 days from now.',
    }),
  }),
  refusals: [
    NotFoundError,
    PermissionDeniedError,
    InvalidInputError,
    RoleNotGrantableError,
    AppRoleNotGrantableError,
    LimitReachedError,
    OrgNotActiveError,
  ],
  operation: (tx, actor, input) => createOrgInviteLink(tx, actor, input),
  repeat: repeatCreateOrgInviteLink,
  payload: (t) => ({
    orgInviteLink: t.expose('orgInviteLink', { type: OrgInviteLinkType, description: 'The link.' }),
    url: t.exposeString('url', {
      nullable: true,
      description:
        'The address to give to people. It is told only here: null if an idempotency key is used again.',
    }),
  }),
})

mutation('revokeOrgInviteLink', {
  description:
    'Revokes an active invite link (INVITE_REVOKE), with roles up to the viewer’s own rank. Those who have joined by it stay members.',
  input: (t) => ({ orgInviteLinkId: requiredId(t, 'OrgInviteLink', 'Global id of the link.') }),
  refusals: [NotFoundError, PermissionDeniedError, RoleNotGrantableError, OrgInviteLinkEndedError],
  operation: async (tx, actor, { orgInviteLinkId }) => ({
    orgInviteLink: await revokeOrgInviteLink(tx, actor, orgInviteLinkId),
  }),
  payload: (t) => ({
    orgInviteLink: t.expose('orgInviteLink', {
      type: OrgInviteLinkType,
      description: 'The link as it is now.',
    }),
  }),
})

mutation('joinOrgByLink', {
  description:
    'Makes the viewer a member of an org by an invite link. The viewer needs a verified e-mail address. If the link names domains, the address must be in one of them. Only for people: an API token gets NotFoundError. After many unknown tokens the answer is RateLimitedError.',
  input: (t) => ({ token: t.string({ required: true, description: 'The last part of the link.' }) }),
  refusals: [
    NotFoundError,
    EmailNotVerifiedError,
    OrgInviteForAnotherUserError,
    AlreadyOrgUserError,
    OrgUserSuspendedError,
    OrgInviteLinkEndedError,
    LimitReachedError,
    OrgNotActiveError,
    RateLimitedError,
  ],
  run: async ({ token }, { app, actor }) => ({
    orgUser: await joinOrgByRatedLink(app.transact, app.linkGuesses, actor, token),
  }),
  payload: (t) => ({
    orgUser: t.expose('orgUser', { type: OrgUserType, description: 'The new membership.' }),
  }),
})
