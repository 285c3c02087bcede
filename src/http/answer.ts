import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GraphQLError, GraphQLErrorExtensions } from 'graphql'
import { sendWhole } from './discard.js'

interface HttpExtension {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** The HTTP status of errors that name none themselves. */
const statusByCode: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  UNAVAILABLE: 503,
}

const httpOf = (error: GraphQLError): HttpExtension => (error.extensions.http ?? {}) as HttpExtension

/** The error as clients see it. The extensions `http` and `unexpected` are for this server only. */
export const publicError = (error: GraphQLError) => {
  const { http: _, unexpected: __, ...extensions } = error.extensions as GraphQLErrorExtensions
  return {
    message: error.message,
    ...(error.locations && { locations: error.locations }),
    ...(error.path && { path: error.path }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
  }
}

/** Answers a request that could not become an operation, with an error in GraphQL's form. */
export const answerError = (req: IncomingMessage, res: ServerResponse, error: GraphQLError): void => {
  if (res.headersSent || res.destroyed) return
  const { status = statusByCode[String(error.extensions.code)] ?? 400, headers = {} } = httpOf(error)
  // The newer media type does not allow an error with a success status.
  const newer = status >= 400 && req.headers.accept?.includes('application/graphql-response+json')
  const type = newer ? 'application/graphql-response+json' : 'application/json'
  sendWhole(
    res,
    status,
    { ...headers, 'content-type': `${type}; charset=utf-8` },
    JSON.stringify({ errors: [publicError(error)] }),
  )
}

const plainAnswer = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

export const answerText = (res: ServerResponse, status: number, text: string): void =>
  sendWhole(res, status, { 'content-type': 'text/plain; charset=utf-8', ...plainAnswer }, text)

export const answerJson = (res: ServerResponse, status: number, value: unknown): void =>
  sendWhole(
    res,
    status,
    { 'content-type': 'application/json; charset=utf-8', ...plainAnswer },
    JSON.stringify(value),
  )
