import type { ApiError } from './apiError.js'

/** How a subscription ended: `disconnected` by the network, `error` from the server, or `complete`. */
export type Ending =
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'error'; readonly error: ApiError }
  | { readonly kind: 'complete' }

/** What to subscribe to. */
export interface Operation {
  readonly query: string
  readonly variables?: Record<string, unknown> | null | undefined
}

export interface Sink<Data> {
  /** The connection is open. The server may still refuse the subscription. */
  open(): void
  next(data: Data): void
  /** Called once. No other call follows. */
  end(ending: Ending): void
}
