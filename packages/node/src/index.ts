export type { WebhookMessage } from '@guildhall/client'
export { type Authenticated, authenticate, type Refused } from './accessToken/authenticate.js'
export { AccessTokenError, type AccessTokenProblem, KeysUnavailableError } from './accessToken/errors.js'
export {
  type AccessTokenOptions,
  type Caller,
  type OrgRole,
  verifyAccessToken,
} from './accessToken/verifyAccessToken.js'
export {
  type MembershipMirror,
  type MirrorOptions,
  membershipMirror,
} from './mirror/membershipMirror.js'
export { MirrorError, type MirrorProblem } from './mirror/mirrorError.js'
export {
  verifyWebhook,
  WebhookError,
  type WebhookHeaders,
  type WebhookOptions,
  type WebhookProblem,
} from './webhook/verifyWebhook.js'
