import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit'
import { Kind, parse } from 'graphql'

const endpoint = new URL('/graphql', location.href)
const socket = new URL(endpoint)
socket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:'

/**
 * Queries and mutations by POST, subscriptions by WebSocket, both as the bearer of this token. What
 * the headers' editor says goes first.
 */
export const fetcherAs = (token: string | undefined): Fetcher => {
  const authorization = token === undefined ? undefined : `Bearer ${token}`
  return asShown(
    createGraphiQLFetcher({
      url: endpoint.href,
      subscriptionUrl: socket.href,
      ...(authorization !== undefined && { wsConnectionParams: { Authorization: authorization } }),
      fetch: (url, init) => {
        const headers = new Headers(init?.headers)
        if (authorization !== undefined && !headers.has('authorization'))
          headers.set('authorization', authorization)
        return fetch(url, { ...init, headers, credentials: 'omit' })
      },
    }),
  )
}

/**
 * GraphiQL learns the operations of a tab a moment after it shows it. Who runs one at once would ask by the name, and
 * over the wire, of the tab before: what stands in the text goes.
 */
const asShown =
  (fetcher: Fetcher): Fetcher =>
  (params, options) => {
    const documentAST = parsed(params.query)
    if (documentAST === undefined) return fetcher(params, options)
    const operations = documentAST.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    const [only] = operations
    const name = operations.length === 1 && only && 'name' in only ? only.name?.value : params.operationName
    return fetcher({ ...params, operationName: name ?? null }, { ...options, documentAST })
  }

/** Undefined where the text is no document: the server says why. */
const parsed = (text: string) => {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

/** The first org that this person sees, to fill the tabs' variables with. Empty where there is none. */
export const firstOrgId = async (token: string | undefined): Promise<string> => {
  if (token === undefined) return ''
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ orgs(first: 1) { nodes { id } } }' }),
    credentials: 'omit',
  })
  const { data } = (await response.json()) as { data?: { orgs?: { nodes?: { id: string }[] } } }
  return data?.orgs?.nodes?.[0]?.id ?? ''
}
