import { fetchFunction, subscription } from '@guildhall/client/relay'
import { Environment, Network, Observable, RecordSource, Store } from 'relay-runtime'
import { type Connection, openSocket } from '../endpoints.js'

/** Relay: queries and mutations by POST, subscriptions by a resuming client. */
export function relayEnvironment(connection: Connection) {
  const socket = openSocket(connection)
  const environment = new Environment({
    network: Network.create(
      fetchFunction({ url: `${connection.url}/graphql`, token: connection.token }),
      (request, variables) => Observable.create(subscription(socket, request, variables)),
    ),
    store: new Store(new RecordSource()),
  })
  return { environment, socket }
}
