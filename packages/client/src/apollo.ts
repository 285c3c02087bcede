import type { Client } from 'graphql-ws'
import { possibleTypes, typesWithoutId } from './generated/caches.js'
import type { ResumingSubscriptions } from './resuming.js'

export { fetchWithToken } from './fetchWithToken.js'

/**
 * For `InMemoryCache`: without `possibleTypes` it ignores fragments on `Error` and `OrgEvent`. Objects without an id are
 * merged, so that two queries may read different fields of them.
 */
export const cacheOptions: {
  possibleTypes: Record<string, string[]>
  typePolicies: Record<string, { merge: true }>
} = /* @__PURE__ */ (() => ({
  possibleTypes,
  typePolicies: Object.fromEntries(typesWithoutId.map((name) => [name, { merge: true }])),
}))()

/**
 * For Apollo’s `GraphQLWsLink`, which needs no more of a client than `subscribe`. A `resumingClient` fits as it is.
 * @param stream a `resumingEventStream`
 */
export const forGraphQLWsLink = (stream: ResumingSubscriptions): Client => ({
  ...stream,
  on: () => () => {},
  terminate() {},
  dispose() {},
})
