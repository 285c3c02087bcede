export { type Api, type ApiOptions, guildhallApi, Refusal } from './api.js'
export { ApiError } from './events/apiError.js'
export type { Token } from './events/bearer.js'
export type { SocketOptions as ResumingClientOptions } from './events/socket.js'
export { textOf } from './operations/textOf.js'
export { isRefusal, type PayloadOf, type RefusalOf } from './refusal.js'
export { resumingClient } from './resumingClient.js'
export type {
  OrgInviteMessage,
  OrgJoinRequestMessage,
  OrgMessage,
  OrgUserMessage,
  PingMessage,
  WebhookMessage,
} from './webhookMessages.js'
