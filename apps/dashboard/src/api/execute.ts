import type { TypedDocumentString } from '../../../../operations/generated/graphql.js'
import { ApiError, readError } from './apiError.js'
import { learnServerTime } from './clock.js'

/**
 * Runs one query or mutation with `token`; without a token, as an anonymous visitor. A refusal of a mutation is data,
 * and is returned.
 * @throws {ApiError} if the response has errors or no data
 */
export async function execute<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  token: string | null,
  signal?: AbortSignal,
): Promise<Data> {
  const response = await send({
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify({ query: document.toString(), variables }),
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    cache: 'no-store',
    ...(signal ? { signal } : {}),
  })
  learnServerTime(response.headers.get('date'))
  const body = await readJson(response)
  const error = readError(body)
  if (error) throw error
  if (response.status === 401) throw new ApiError('UNAUTHENTICATED', 'This sign-in is not accepted.')
  if (!response.ok || !isObject(body) || !isObject(body.data)) {
    throw new ApiError(
      'UNREADABLE',
      `The server answered in a way that this page can't read (${response.status}).`,
    )
  }
  // The type of the document describes the data: codegen made it from the server's schema.
  return body.data as Data
}

async function send(init: RequestInit): Promise<Response> {
  try {
    return await fetch('/graphql', init)
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    throw new ApiError('UNREACHABLE', "The server can't be reached.")
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
