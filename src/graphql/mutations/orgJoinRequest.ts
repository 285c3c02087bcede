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
import { AlreadyOrgUserError } from '../../domain/invites/orgInvite.js'
import { approveOrgJoinRequest } from '../../domain/joinRequests/approveOrgJoinRequest.js'
import { declineOrgJoinRequest } from '../../domain/joinRequests/declineOrgJoinRequest.js'
import {
  OrgJoinRequestAlreadyPendingError,
  OrgJoinRequestNotPendingError,
} from '../../domain/joinRequests/orgJoinRequest.js'
import { requestToJoinOrg } from '../../domain/joinRequests/requestToJoinOrg.js'
import { withdrawOrgJoinRequest } from '../../domain/joinRequests/withdrawOrgJoinRequest.js'
import { optionalIds, requiredId } from '../idField.js'
import { mutation } from '../mutation.js'
import { OrgJoinRequestType } from '../types/orgJoinRequest.js'
import { OrgUserType } from '../types/orgUser.js'
import { OrgRoleNameType } from '../types/permission.js'

mutation('requestToJoinOrg', {
  description:
    'Asks to join an org by the domain of the viewer’s verified e-mail address (`User.joinableOrgs`). If the domain’s mode is AUTO, the request is approved at once, with the role USER. A user can have one pending request in an org, and can make 10 requests a day in all orgs together. After a decline the user can ask this org again 24 hours later, whatever the mode is. Only for people: an API token gets NotFoundError.',
  input: (t) => ({
    orgId: requiredId(t, 'Org', 'Global id of the org.'),
    message: t.string({ description: 'A text for the org’s admins: at most 500 characters.' }),
  }),
  refusals: [
    NotFoundError,
    InvalidInputError,
    AlreadyOrgUserError,
    OrgUserSuspendedError,
    OrgJoinRequestAlreadyPendingError,
    LimitReachedError,
    OrgNotActiveError,
    RateLimitedError,
  ],
  operation: (tx, actor, input) => requestToJoinOrg(tx, actor, input),
  payload: (t) => ({
    orgJoinRequest: t.expose('orgJoinRequest', { type: OrgJoinRequestType, description: 'The request.' }),
    orgUser: t.expose('orgUser', {
      type: OrgUserType,
      nullable: true,
      description: 'The new membership, if the request was approved at once. Otherwise null.',
    }),
  }),
})

mutation('approveOrgJoinRequest', {
  description:
    'Approves a pending join request (INVITE_CREATE): the user becomes a member, with roles up to the viewer’s own rank. If the user is a member by now, the answer is AlreadyOrgUserError, and the request is WITHDRAWN. Nobody can approve their own request (NotFoundError).',
  input: (t) => ({
    orgJoinRequestId: requiredId(t, 'OrgJoinRequest', 'Global id of the request.'),
    roles: t.field({
      type: [OrgRoleNameType],
      defaultValue: ['USER'],
      description: 'The roles to grant, at least one.',
    }),
    appRoleIds: optionalIds(t, 'AppRole', 'Global ids of the app roles to grant.'),
  }),
  refusals: [
    NotFoundError,
    PermissionDeniedError,
    InvalidInputError,
    RoleNotGrantableError,
    AppRoleNotGrantableError,
    OrgJoinRequestNotPendingError,
    AlreadyOrgUserError,
    LimitReachedError,
    OrgNotActiveError,
  ],
  run: (input, { app, actor }) => approveOrgJoinRequest(app.transact, actor, input),
  payload: (t) => ({
    orgJoinRequest: t.expose('orgJoinRequest', {
      type: OrgJoinRequestType,
      description: 'The request as it is now.',
    }),
    orgUser: t.expose('orgUser', { type: OrgUserType, description: 'The new membership.' }),
  }),
})

mutation('declineOrgJoinRequest', {
  description:
    'Declines a pending join request (INVITE_CREATE). The user can ask again 24 hours later. Nobody can decline their own request (NotFoundError).',
  input: (t) => ({ orgJoinRequestId: requiredId(t, 'OrgJoinRequest', 'Global id of the request.') }),
  refusals: [NotFoundError, PermissionDeniedError, OrgJoinRequestNotPendingError],
  operation: async (tx, actor, { orgJoinRequestId }) => ({
    orgJoinRequest: await declineOrgJoinRequest(tx, actor, orgJoinRequestId),
  }),
  payload: (t) => ({
    orgJoinRequest: t.expose('orgJoinRequest', {
      type: OrgJoinRequestType,
      description: 'The request as it is now.',
    }),
  }),
})

mutation('withdrawOrgJoinRequest', {
  description: 'Withdraws the viewer’s own pending join request.',
  input: (t) => ({ orgJoinRequestId: requiredId(t, 'OrgJoinRequest', 'Global id of the request.') }),
  refusals: [NotFoundError, OrgJoinRequestNotPendingError],
  operation: async (tx, actor, { orgJoinRequestId }) => ({
    orgJoinRequest: await withdrawOrgJoinRequest(tx, actor, orgJoinRequestId),
  }),
  payload: (t) => ({
    orgJoinRequest: t.expose('orgJoinRequest', {
      type: OrgJoinRequestType,
      description: 'The request as it is now.',
    }),
  }),
})
