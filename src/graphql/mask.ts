import { randomUUID } from 'node:crypto'
import { type ExecutionResult, GraphQLError, type GraphQLErrorExtensions, Kind } from 'graphql'
import { type ErrorCode, unavailable } from '../errors.js'
import type { Log } from '../lib/log.js'
import { currentOperation } from '../lib/observedOperation.js'
import { isUnavailable } from './unavailable.js'

type PublicCode = ErrorCode | 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED'

/** Errors with these codes are sent to the client unchanged. */
const publicCodes: ReadonlySet<unknown> = new Set<PublicCode>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'COST_LIMIT',
  'RATE_LIMITED',
  'SLOW_CONSUMER',
  'EVENTS_GONE',
  'UNAVAILABLE',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
])

const rootOf = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError != null ? rootOf(error.originalError) : error

/** A copy of `from` with the path and the locations of `at`, where the error occurred. */
const passOn = (from: GraphQLError, at: unknown, extensions: GraphQLErrorExtensions = from.extensions) => {
  const place = at instanceof GraphQLError ? at : from
  return new GraphQLError(from.message, {
    nodes: place.nodes ?? from.nodes ?? null,
    source: place.source ?? from.source ?? null,
    positions: place.positions ?? from.positions ?? null,
    path: place.path ?? from.path ?? null,
    extensions,
  })
}

/**
 * Whether GraphQL itself refused the request because of its variables, its arguments or the operation's name. Such an
 * error points at the document, or occurs outside of any field. An error while serializing a result does neither, and
 * is a fault of the server.
 */
const isRequestError = (error: unknown): error is GraphQLError => {
  if (!(error instanceof GraphQLError)) return false
  if (error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION) return true
  const root = rootOf(error)
  if (!(root instanceof GraphQLError)) return false
  if (error.path === undefined) return true
  return root !== error && root.path === undefined && root.nodes !== undefined
}

/** @param requestId of the request that failed, for the log */
export type MaskError = (error: unknown, requestId?: string) => GraphQLError

/** Masks an error of the operation that is running, and records its code for who observes operations. */
export function maskObserved(mask: MaskError, error: unknown, requestId?: string): GraphQLError {
  const masked = mask(error, requestId)
  currentOperation()?.failed(masked.extensions.code)
  return masked
}

/**
 * Masks the errors of an answer with the id of its request. For answers that Yoga sends, its own plugin masks them again,
 * which changes nothing: it does not know the request.
 */
export const maskAnswer = (mask: MaskError, answer: ExecutionResult, requestId: string): ExecutionResult =>
  answer.errors
    ? { ...answer, errors: answer.errors.map((error) => maskObserved(mask, error, requestId)) }
    : answer

/**
 * Decides how a client sees an error (contract §7). An error with a public code stays as it is. If the database is
 * unreachable, it becomes UNAVAILABLE. If GraphQL refused the request, it becomes BAD_USER_INPUT. Any other error is
 * logged and becomes INTERNAL_SERVER_ERROR with an id that is also in the log.
 * @param translate turns an error of the domain into a coded one; undefined for other errors
 * @param isDatabaseAway whether an error means that the database is unreachable; it also logs the outage once
 */
export const maskError = (
  log: Log,
  translate: (root: unknown) => GraphQLError | undefined = () => undefined,
  isDatabaseAway: (root: unknown) => boolean = isUnavailable,
): MaskError => {
  /** Errors that are already masked. An error may be masked several times: where it is thrown, and before it is sent. */
  const masked = new WeakSet<object>()
  return (error, requestId) => {
    const root = rootOf(error)
    if (root instanceof GraphQLError && masked.has(root)) {
      const again = passOn(root, error)
      masked.add(again)
      return again
    }
    if (root instanceof GraphQLError && publicCodes.has(root.extensions.code)) return passOn(root, error)
    const translated = translate(root)
    if (translated !== undefined) return passOn(translated, error)
    if (isDatabaseAway(root)) return passOn(unavailable(), error)
    if (isRequestError(error)) {
      if (error.path !== undefined) return passOn(error, error, { code: 'BAD_USER_INPUT' })
      const { status = 400, ...http } = error.extensions.http ?? {}
      // `spec`: under application/json GraphQL's own errors have HTTP status 200, as older clients expect.
      return passOn(error, error, { code: 'BAD_USER_INPUT', http: { ...http, status, spec: status === 400 } })
    }
    const id = randomUUID()
    const path = error instanceof GraphQLError ? error.path?.join('.') : undefined
    log.error({ requestId, id, path, err: root }, 'an operation failed')
    const answer = passOn(
      new GraphQLError(`Something went wrong on our side. It is in the log as ${id}.`),
      error,
      { code: 'INTERNAL_SERVER_ERROR', id, unexpected: true },
    )
    masked.add(answer)
    return answer
  }
}
