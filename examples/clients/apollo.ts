import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { cacheOptions, fetchWithToken } from '@guildhall/client/apollo'
import { OperationTypeNode } from 'graphql'
import { type Connection, openSocket } from './endpoints.js'

/**
 * Apollo Client. Subscriptions must not use HttpLink: it asks for multipart responses, which Guildhall refuses with
 * 406. They use a GraphQLWsLink with a resuming client.
 * @param socket a `resumingClient`, or `forGraphQLWsLink` of a `resumingEventStream`
 */
export function apolloClient(connection: Connection, socket = openSocket(connection)) {
  const client = new ApolloClient({
    cache: new InMemoryCache(cacheOptions),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: `${connection.url}/graphql`, fetch: fetchWithToken(connection.token) }),
    ),
  })
  return { client, socket }
}
