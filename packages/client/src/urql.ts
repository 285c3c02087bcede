import { typesWithoutId } from './generated/caches.js'
import type { ResultSink, ResumingSubscriptions } from './resuming.js'

export { fetchWithToken } from './fetchWithToken.js'

type Data = Record<string, unknown>

/** What urql asks to subscribe to. */
interface Request {
  readonly query?: string | undefined
  readonly variables?: Record<string, unknown> | undefined
}

/**
 * For urql’s `subscriptionExchange`.
 * @param stream a `resumingClient`, or a `resumingEventStream`
 */
export const forwardSubscription =
  (stream: Pick<ResumingSubscriptions, 'subscribe'>) =>
  ({ query = '', variables = {} }: Request) => ({
    subscribe: (sink: ResultSink<Data>) => ({
      unsubscribe: stream.subscribe<Data>({ query, variables }, sink),
    }),
  })

/** For the option `keys` of Graphcache: these types have no id, so they are a part of what they were read from. */
export const keys: Record<string, () => null> = /* @__PURE__ */ Object.fromEntries(
  typesWithoutId.map((name) => [name, () => null]),
)
