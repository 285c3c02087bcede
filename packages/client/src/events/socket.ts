import { createClient, type Event, type EventListener } from 'graphql-ws'
import { ApiError, readError } from './apiError.js'
import { bearer, type Token } from './bearer.js'
import type { Ending, Operation, Sink } from './sink.js'

export interface SocketOptions {
  /** For example `wss://api.example.com/graphql`. */
  readonly url: string
  readonly token: Token
  /** A WebSocket class, for a runtime without one, such as Node 20: use the class of the package `ws`. */
  readonly webSocketImpl?: unknown
}

/** One WebSocket for any number of subscriptions. It opens with the first and closes 2 s after the last. */
export interface Socket {
  subscribe<Data>(operation: Operation, sink: Sink<Data>): () => void
  /** Drops the connection without a close frame, as a lost network does. */
  terminate(): void
  on<E extends Event>(event: E, listener: EventListener<E>): () => void
  close(): void | Promise<void>
}

const PING_MS = 15_000
const PONG_WITHIN_MS = 5_000

/** Does not open a connection yet. The socket never retries by itself. `follow` does, because it knows the position. */
export function openSocket({ url, token, webSocketImpl }: SocketOptions): Socket {
  const opening = new Set<() => void>()
  let connected = false
  let pong: ReturnType<typeof setTimeout> | undefined
  let used: string | null = null
  const tokens = bearer(token)

  const client = createClient({
    url,
    ...(webSocketImpl !== undefined && { webSocketImpl }),
    connectionParams: async () => {
      used = await tokens.next()
      return used === null ? {} : { authorization: `Bearer ${used}` }
    },
    retryAttempts: 0,
    lazyCloseTimeout: 2_000,
    keepAlive: PING_MS,
    // Ignored here, because the sinks get every error.
    onNonLazyError: () => undefined,
    on: {
      connected: () => {
        connected = true
        for (const open of [...opening]) open()
      },
      closed: () => {
        connected = false
        clearTimeout(pong)
      },
      ping: (received) => {
        if (!received) pong = setTimeout(() => client.terminate(), PONG_WITHIN_MS)
      },
      pong: (received) => {
        if (received) clearTimeout(pong)
      },
    },
  })

  async function withFreshToken(ending: Ending): Promise<Ending> {
    if (ending.kind !== 'error' || ending.error.code !== 'UNAUTHENTICATED') return ending
    // If getting a token failed, the next attempt may succeed.
    const renewed = await tokens.renew(used).catch(() => undefined)
    if (renewed) client.terminate()
    return renewed === false ? ending : { kind: 'disconnected' }
  }

  return {
    subscribe(operation, sink) {
      let done = false
      const open = () => {
        opening.delete(open)
        if (!done) sink.open()
      }
      const finish = async (ending: Ending) => {
        opening.delete(open)
        const last = await withFreshToken(ending)
        if (done) return
        done = true
        sink.end(last)
      }
      opening.add(open)
      const unsubscribe = client.subscribe<unknown>(
        { query: operation.query, variables: operation.variables ?? null },
        {
          next(result) {
            if (done) return
            const error = readError(result)
            if (error) void finish({ kind: 'error', error })
            // The type is not checked: it follows from the caller's document.
            else if (result.data) sink.next(result.data as Parameters<typeof sink.next>[0])
          },
          error: (cause) => void finish(endingOf(cause)),
          complete: () => void finish({ kind: 'complete' }),
        },
      )
      if (connected) queueMicrotask(open)
      return () => {
        done = true
        opening.delete(open)
        unsubscribe()
      }
    },
    terminate: () => client.terminate(),
    on: (event, listener) => client.on(event, listener),
    close: () => client.dispose(),
  }
}

/** Close codes 4401 and 4403: the server refused the token. Any other close is a disconnect. */
function endingOf(cause: unknown): Ending {
  const error = readError(cause)
  if (error) return { kind: 'error', error }
  const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined
  if (code !== 4401 && code !== 4403) return { kind: 'disconnected' }
  return { kind: 'error', error: new ApiError('UNAUTHENTICATED', 'This sign-in is not accepted.') }
}
