import type { ApiError } from './apiError.js'

/** How a subscription ended: `broken` is the connection's doing, `refused` the server's word, `over` its last one. */
export type Ending =
  | { readonly kind: 'broken' }
  | { readonly kind: 'refused'; readonly error: ApiError }
  | { readonly kind: 'over' }

export interface Sink<Data> {
  /** The connection stands. The server may still refuse. */
  open(): void
  next(data: Data): void
  /** Called once, and nothing after it. */
  end(ending: Ending): void
}
