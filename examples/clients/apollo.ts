import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { SetContextLink } from '@apollo/client/link/context'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { OperationTypeNode } from 'graphql'
import { authorization, type Connection, openSocket } from './endpoints.js'

/**
 * Apollo Client. Subscriptions must not use HttpLink: it asks for multipart responses, which Guildhall refuses with
 * 406. They use a GraphQLWsLink with a resuming client.
 *
 * @param possibleTypes the types of each interface and union. Without it Apollo ignores fragments on `Error` and
 *   `OrgEvent`. Code generators can write it (fragment-matcher of graphql-codegen).
 */
export function apolloClient(connection: Connection, possibleTypes: Record<string, string[]>) {
  const socket = openSocket(connection)
  const signedIn = new SetContextLink(async ({ headers }) => ({
    headers: { ...headers, ...(await authorization(connection)) },
  }))
  const client = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      signedIn.concat(new HttpLink({ uri: `${connection.url}/graphql` })),
    ),
  })
  return { client, socket }
}
