import type { DocumentNode } from 'graphql'
import { ApiError, readError } from './events/apiError.js'
import type { Token } from './events/bearer.js'
import type { TypedDocument } from './operations/document.js'
import { textOf } from './operations/textOf.js'
import { isRefusal, type PayloadOf } from './refusal.js'

export interface ApiOptions {
  /** For example `https://guildhall.example.com/graphql`. */
  readonly url: string
  readonly token: Token
  /**
   * How long to wait for the answer of one request, in ms. Then it fails with the code UNREACHABLE.
   * @default 30_000
   */
  readonly timeoutMs?: number
}

/** A mutation said no. `message` says why, in words for the user. Tell refusals apart by `type`. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** The `__typename`, such as PermissionDeniedError. */
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

export interface Api {
  /**
   * Runs one query or mutation: a document of `@guildhall/client/operations`, or a text.
   * @throws ApiError if the response has errors, or if there is none
   */
  query<Data, Variables>(document: TypedDocument<Data, Variables>, ...rest: Given<Variables>): Promise<Data>
  query<Data>(text: string, variables?: Record<string, unknown>): Promise<Data>
  /**
   * Runs a mutation with one field, which selects `__typename` and, on Error, `message`. Returns the payload.
   * @throws Refusal with the message of the union's error
   * @throws ApiError
   */
  mutate<Data extends object, Variables>(
    document: TypedDocument<Data, Variables>,
    ...rest: Given<Variables>
  ): Promise<PayloadOf<Data[keyof Data]>>
  mutate<Payload>(text: string, variables?: Record<string, unknown>): Promise<Payload>
}

/** The variables may be left out if the document requires none. */
type Given<Variables> =
  Record<never, never> extends Variables ? [variables?: Variables] : [variables: Variables]

/** Queries and mutations over HTTP. If the server refuses a token, it asks once for a fresh one and tries again. */
export function guildhallApi({ url, token, timeoutMs = 30_000 }: ApiOptions): Api {
  const endpoint = { url, timeoutMs }
  const tokenOf = (refused?: string) => (typeof token === 'function' ? token(refused) : token)

  async function query<Data>(document: string | DocumentNode, variables: object = {}): Promise<Data> {
    const text = textOf(document)
    const used = await tokenOf()
    try {
      return await post(endpoint, used, text, variables)
    } catch (error) {
      const isRefused = error instanceof ApiError && error.code === 'UNAUTHENTICATED'
      if (!isRefused || used === null || typeof token !== 'function') throw error
      const fresh = await token(used)
      if (fresh === null || fresh === used) throw error
      return post(endpoint, fresh, text, variables)
    }
  }

  return {
    query,
    async mutate<Payload>(document: string | DocumentNode, variables?: object) {
      const [result] = Object.values(
        await query<Record<string, { __typename: string; message?: string }>>(document, variables),
      )
      if (!result) throw new ApiError('UNREADABLE', 'The mutation selects no field.')
      if (isRefusal(result)) throw new Refusal(result.__typename, result.message ?? result.__typename)
      return result as Payload
    },
  }
}

async function post<Data>(
  { url, timeoutMs }: { url: string; timeoutMs: number },
  token: string | null,
  query: string,
  variables: object,
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw new ApiError('UNREACHABLE', `Guildhall can’t be reached at ${url}: ${String(error)}`)
  })
  const body = (await response.json().catch(() => null)) as { data?: Data } | null
  const error = readError(body)
  if (error) throw error
  if (!body?.data) throw new ApiError('UNREADABLE', `The server answered with HTTP ${response.status}.`)
  return body.data
}
