import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GraphQLError, GraphQLErrorExtensions } from 'graphql'

interface HttpExtension {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Where an error doesn't say its HTTP status itself. */
const statusByCode: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  INTERNAL_SERVER_ERROR: 500,
  UNAVAILABLE: 503,
}

const httpOf = (error: GraphQLError): HttpExtension => (error.extensions.http ?? {}) as HttpExtension

/** What of an error leaves the server: `http` and `unexpected` speak to the transport only. */
export const outward = (error: GraphQLError) => {
  const { http: _, unexpected: __, ...extensions } = error.extensions as GraphQLErrorExtensions
  return {
    message: error.message,
    ...(error.locations && { locations: error.locations }),
    ...(error.path && { path: error.path }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
  }
}

/** Answers a GraphQL request that never became an operation, in GraphQL's shape. */
export const answerError = (req: IncomingMessage, res: ServerResponse, error: GraphQLError): void => {
  if (res.headersSent || res.destroyed) return
  const { status = statusByCode[String(error.extensions.code)] ?? 400, headers = {} } = httpOf(error)
  const type = req.headers.accept?.includes('application/graphql-response+json')
    ? 'application/graphql-response+json'
    : 'application/json'
  const body = JSON.stringify({ errors: [outward(error)] })
  res.writeHead(status, {
    ...headers,
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
  })
  res.end(req.method === 'HEAD' ? undefined : body)
}

export const answerText = (res: ServerResponse, status: number, text: string): void => {
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  res.end(text)
}

export const answerJson = (res: ServerResponse, status: number, value: unknown): void => {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  res.end(JSON.stringify(value))
}
