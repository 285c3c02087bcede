import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit'
import { Kind, parse } from 'graphql'

const endpoint = new URL('/graphql', location.href)
const socket = new URL(endpoint)
socket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:'

/**
 * Queries and mutations by POST, subscriptions by WebSocket, both with this token. An authorization header in the
 * header editor takes precedence.
 */
export const fetcherAs = (token: string | undefined): Fetcher => {
  const authorization = token === undefined ? undefined : `Bearer ${token}`
  return withParsedOperation(
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
 * GraphiQL parses a tab's text shortly after it shows the tab. A user who runs it at once would send the operation name
 * of the previous tab. So take the operation name from the text.
 */
const withParsedOperation =
  (fetcher: Fetcher): Fetcher =>
  (params, options) => {
    const documentAST = parsed(params.query)
    if (documentAST === undefined) return fetcher(params, options)
    const operations = documentAST.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    const [only] = operations
    const name = operations.length === 1 && only && 'name' in only ? only.name?.value : params.operationName
    return fetcher({ ...params, operationName: name ?? null }, { ...options, documentAST })
  }

/** Undefined if the text can't be parsed. The server reports the error. */
const parsed = (text: string) => {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

/** The id of the person's first org, for the variables of the tabs. Empty if there is none. */
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
