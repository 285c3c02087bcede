import { randomUUID } from 'node:crypto'
import { GraphQLError, type GraphQLErrorExtensions, Kind } from 'graphql'
import { type ErrorCode, unavailable } from '../errors.js'
import type { Log } from '../lib/log.js'
import { isUnavailable } from './unavailable.js'

const meant: ReadonlySet<unknown> = new Set<ErrorCode | 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED'>(
  [
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'BAD_USER_INPUT',
    'PERSISTED_QUERY_NOT_SUPPORTED',
    'COST_LIMIT',
    'RATE_LIMITED',
    'SLOW_CONSUMER',
    'UNAVAILABLE',
    'GRAPHQL_PARSE_FAILED',
    'GRAPHQL_VALIDATION_FAILED',
  ],
)

const rootOf = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError != null ? rootOf(error.originalError) : error

/** `from` says it, at the place in the answer where `at` happened. */
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
 * GraphQL's own complaint about a request: variables, arguments, the operation's name. It points at
 * the document or happens outside of any field. (What a result can't be serialized for has neither,
 * once inside a field, and is our fault.)
 */
const isRequestError = (error: unknown): error is GraphQLError => {
  if (!(error instanceof GraphQLError)) return false
  if (error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION) return true
  const root = rootOf(error)
  if (!(root instanceof GraphQLError)) return false
  if (error.path === undefined) return true
  return root !== error && root.path === undefined && root.nodes !== undefined
}

export type MaskError = (error: unknown) => GraphQLError

/**
 * Decides what of an error leaves the server (contract §7). Coded errors pass as they are, what the
 * database can't do at the moment is UNAVAILABLE, a request that GraphQL refuses is BAD_USER_INPUT,
 * and everything else becomes INTERNAL_SERVER_ERROR with an id that is in the log.
 * `translate` may turn the domain's own errors into coded ones. `isDatabaseAway` also says so in the log, once.
 */
export const maskError = (
  log: Log,
  translate: (root: unknown) => GraphQLError | undefined = () => undefined,
  isDatabaseAway: (root: unknown) => boolean = isUnavailable,
): MaskError => {
  /** Masked already: an error may come by twice, once where it was thrown and once where it is sent. */
  const masked = new WeakSet<object>()
  return (error) => {
    const root = rootOf(error)
    if (root instanceof GraphQLError && masked.has(root)) return passOn(root, error)
    if (root instanceof GraphQLError && meant.has(root.extensions.code)) return passOn(root, error)
    const translated = translate(root)
    if (translated !== undefined) return passOn(translated, error)
    if (isDatabaseAway(root)) return passOn(unavailable(), error)
    if (isRequestError(error)) {
      if (error.path !== undefined) return passOn(error, error, { code: 'BAD_USER_INPUT' })
      const { status = 400, ...http } = error.extensions.http ?? {}
      // `spec`: under application/json GraphQL's own errors are HTTP 200, as clients of old expect.
      return passOn(error, error, { code: 'BAD_USER_INPUT', http: { ...http, status, spec: status === 400 } })
    }
    const id = randomUUID()
    const path = error instanceof GraphQLError ? error.path?.join('.') : undefined
    log.error({ id, path, err: root }, 'an operation failed')
    const answer = passOn(
      new GraphQLError(`Something went wrong on our side. It is in the log as ${id}.`),
      error,
      { code: 'INTERNAL_SERVER_ERROR', id, unexpected: true },
    )
    masked.add(answer)
    return answer
  }
}
