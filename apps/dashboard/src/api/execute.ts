import type { TypedDocumentString } from '../../../../operations/generated/graphql.js'
import { ApiError, readError } from './apiError.js'
import { learnServerTime } from './clock.js'
import { bearerFor, noteAccepted } from './credential.js'

/**
 * Runs one query or mutation for a session, or without one as an anonymous visitor. If the sign-in has run out, it is
 * renewed and the operation sent again: an operation with a refused token has not run. A refusal of a mutation is data,
 * and is returned.
 * @param token `token` of the session
 * @throws {ApiError} if the response has errors or no data
 */
export async function execute<Data, Variables>(
  document: TypedDocumentString<Data, Variables> | string,
  variables: Variables,
  token: string | null,
  signal?: AbortSignal,
): Promise<Data> {
  const query = document.toString()
  if (token === null) return send(query, variables, null, signal)
  const asking = { isMutation: query.trimStart().startsWith('mutation'), signal }
  let bearer = await bearerFor(token, null, asking)
  for (let attempt = 1; ; attempt++) {
    try {
      const data = await send<Data>(query, variables, bearer, signal)
      noteAccepted(bearer)
      return data
    } catch (error) {
      if (!isUnauthenticated(error) || attempt === MAX_ATTEMPTS) throw error
      bearer = await bearerFor(token, bearer, asking)
    }
  }
}

/** Whether the server accepts a token. Throws ApiError if it can't be asked. */
export async function isAccepted(token: string): Promise<boolean> {
  try {
    await send('{ __typename }', {}, token)
    return true
  } catch (error) {
    if (isUnauthenticated(error)) return false
    throw error
  }
}

const MAX_ATTEMPTS = 3

const isUnauthenticated = (error: unknown) => error instanceof ApiError && error.code === 'UNAUTHENTICATED'

async function send<Data>(
  query: string,
  variables: unknown,
  bearer: string | null,
  signal?: AbortSignal,
): Promise<Data> {
  const response = await fetchAnswer({
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json;q=0.9',
      'content-type': 'application/json',
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
    },
    body: JSON.stringify({ query, variables }),
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

async function fetchAnswer(init: RequestInit): Promise<Response> {
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
