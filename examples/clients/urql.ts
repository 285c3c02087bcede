import { Client, cacheExchange, type ExecutionResult, fetchExchange, subscriptionExchange } from '@urql/core'
import { authorization, type Connection, openSocket } from './endpoints.js'

/** urql: queries and mutations by POST, subscriptions by a resuming client. */
export function urqlClient(connection: Connection) {
  const socket = openSocket(connection)
  const client = new Client({
    url: `${connection.url}/graphql`,
    // The server refuses mutations by GET, and a query by GET would appear in logs.
    preferGetMethod: false,
    fetch: async (input, init) =>
      fetch(input, { ...init, headers: { ...init?.headers, ...(await authorization(connection)) } }),
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query, variables: { ...variables } },
              { ...sink, next: (result) => sink.next(result as ExecutionResult) },
            ),
          }),
        }),
      }),
    ],
  })
  return { client, socket }
}
