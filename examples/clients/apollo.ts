import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { SetContextLink } from '@apollo/client/link/context'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { OperationTypeNode } from 'graphql'
import { authorization, type Connection, openSocket } from './endpoints.js'

/**
 * Apollo Client. Subscriptions must not go to its HttpLink: that one asks for multipart answers, which Guildhall
 * refuses with 406. They go to a GraphQLWsLink over a socket that resumes.
 *
 * @param possibleTypes which types each interface and union has: without it Apollo reads no fragment on `Error` or
 *   `OrgEvent`. Code generators write it (graphql-codegen's fragment-matcher).
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
