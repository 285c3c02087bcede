import {
  Environment,
  type GraphQLResponse,
  Network,
  Observable,
  RecordSource,
  type RequestParameters,
  Store,
  type Variables,
} from 'relay-runtime'
import { authorization, type Connection, openSocket } from '../endpoints.js'

/** Relay: queries and mutations by POST, subscriptions by a resuming client. */
export function relayEnvironment(connection: Connection) {
  const socket = openSocket(connection)

  async function ask({ text }: RequestParameters, variables: Variables): Promise<GraphQLResponse> {
    const response = await fetch(`${connection.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await authorization(connection)) },
      body: JSON.stringify({ query: text, variables }),
    })
    return (await response.json()) as GraphQLResponse
  }

  function watch({ text }: RequestParameters, variables: Variables): Observable<GraphQLResponse> {
    return Observable.create((sink) =>
      socket.subscribe(
        { query: text ?? '', variables },
        {
          next: (result) => sink.next(result as GraphQLResponse),
          error: (error) => sink.error(Object.assign(new Error('The subscription ended'), { cause: error })),
          complete: () => sink.complete(),
        },
      ),
    )
  }

  const environment = new Environment({
    network: Network.create(ask, watch),
    store: new Store(new RecordSource()),
  })
  return { environment, socket }
}
