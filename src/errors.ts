import { GraphQLError, type GraphQLErrorExtensions } from 'graphql'

/**
 * What only a programmer can act on (contract §7). Everything else that is thrown is masked as
 * INTERNAL_SERVER_ERROR, unless it is a refusal that a mutation's union names.
 */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'COST_LIMIT'
  | 'RATE_LIMITED'
  | 'SLOW_CONSUMER'
  | 'EVENTS_GONE'
  | 'UNAVAILABLE'

/** A GraphQLError whose message is meant for the client and passes the mask as it is. */
export class CodedError extends GraphQLError {
  declare readonly extensions: GraphQLErrorExtensions & { readonly code: ErrorCode }
  constructor(code: ErrorCode, message: string, extensions: GraphQLErrorExtensions = {}) {
    super(message, { extensions: { ...extensions, code } })
  }
}

/** The field needs somebody, and nobody is signed in. */
export const unauthenticated = (message = 'Sign in to do this.') => new CodedError('UNAUTHENTICATED', message)

/**
 * The credential itself is bad: malformed, expired, revoked, wrongly signed. It becomes HTTP 401; on WebSocket the
 * streams end with it, and the socket is closed with 4403 (contract §2).
 */
export const badCredential = (message = 'The credential is not valid.') =>
  new CodedError('UNAUTHENTICATED', message, {
    http: { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
  })

/** The credential was good, and has run out since. */
export const credentialEnded = () => badCredential('The credential has ended.')

/** Whether an error was made by `badCredential`: with a fresh credential the same may be asked again. */
export const isBadCredential = ({ extensions }: GraphQLError): boolean =>
  extensions.code === 'UNAUTHENTICATED' && extensions.http?.status === 401

export const forbidden = (message = 'You may not do this.') => new CodedError('FORBIDDEN', message)

export const badUserInput = (message: string) => new CodedError('BAD_USER_INPUT', message)

/**
 * Asked for by its hash alone. Clients know these words, and send the document itself from then on. Some of them look
 * for the words only in an answer of status 200.
 */
export const persistedQueryNotSupported = () =>
  new CodedError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', { http: { status: 200 } })

export const costLimit = (message: string, extensions?: GraphQLErrorExtensions) =>
  new CodedError('COST_LIMIT', message, extensions)

/** `retryAfterMs`: when the next try may succeed. */
export const rateLimited = (retryAfterMs: number) => {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1_000))
  return new CodedError('RATE_LIMITED', `Too many requests: try again in ${seconds} s.`, {
    retryAfter: seconds,
    http: { status: 429, headers: { 'retry-after': String(seconds) } },
  })
}

/** This reader didn't keep up; a subscription is resumed by its cursor. */
export const slowConsumer = () =>
  new CodedError('SLOW_CONSUMER', 'This connection was read too slowly. Resume from your last cursor.')

/** The cursor is older than the events that are kept. */
export const eventsGone = () =>
  new CodedError(
    'EVENTS_GONE',
    'Events after this cursor are deleted by now. Read all data again, and subscribe with a new cursor.',
  )

/** Something that the server needs, the database above all, can't be reached at the moment. */
export const unavailable = (message = 'The service is not available at the moment. Try again soon.') =>
  new CodedError('UNAVAILABLE', message, { http: { status: 503, headers: { 'retry-after': '1' } } })
