import type { Sink } from '@guildhall/client/events'
import { openSocket } from '@guildhall/client/events'
import { type ReadonlySignal, signal } from '@preact/signals'
import type { TypedDocumentString } from '../../../../operations/generated/graphql.js'
import { bearerFor } from './credential.js'

/** One WebSocket for all of a page's subscriptions. */
export interface SubscriptionClient {
  readonly isDisconnected: ReadonlySignal<boolean>
  subscribe<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    sink: Sink<Data>,
  ): () => void
  /** Drops the connection without a close frame, as a lost network does. It stays closed until `reconnect`. */
  disconnect(): void
  reconnect(): void
  close(): void
}

/** @param token `token` of the session. When it is renewed, the socket opens anew and goes on where it was. */
export function openSubscriptionClient(token: string): SubscriptionClient {
  const isDisconnected = signal(false)
  const socket = openSocket({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    token: (refused) => bearerFor(token, refused ?? null, { isMutation: false }).catch(() => null),
  })
  return {
    isDisconnected,
    subscribe: (document, variables, sink) =>
      socket.subscribe({ query: document.toString(), variables }, sink),
    disconnect() {
      isDisconnected.value = true
      socket.terminate()
    },
    reconnect() {
      isDisconnected.value = false
    },
    close: () => void socket.close(),
  }
}
