import { fetchWithToken, forwardSubscription } from '@guildhall/client/urql'
import { Client, cacheExchange, type Exchange, fetchExchange, subscriptionExchange } from '@urql/core'
import { type Connection, openSocket } from './endpoints.js'

/**
 * urql: queries and mutations by POST, subscriptions by a resuming client.
 * @param cache urql's document cache, or for example Graphcache
 */
export function urqlClient(connection: Connection, cache: Exchange = cacheExchange) {
  const socket = openSocket(connection)
  const client = new Client({
    url: `${connection.url}/graphql`,
    // The server refuses mutations by GET, and a query by GET would appear in logs.
    preferGetMethod: false,
    fetch: fetchWithToken(connection.token),
    exchanges: [
      cache,
      fetchExchange,
      subscriptionExchange({ forwardSubscription: forwardSubscription(socket) }),
    ],
  })
  return { client, socket }
}
