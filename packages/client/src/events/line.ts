import { createClient, type Event, type EventListener } from 'graphql-ws'
import { ApiError, readError } from './apiError.js'
import type { Ending, Sink } from './sink.js'

/**
 * The Bearer token of who subscribes; null is nobody. As a function it is asked at each connecting, and again with
 * the token that the server no longer takes: answer that with a fresh one, or with null where there is none.
 */
export type Token = string | null | ((refused?: string) => string | null | Promise<string | null>)

export interface LineOptions {
  /** As `wss://api.example.com/graphql`. */
  readonly url: string
  readonly token: Token
  /** Where the runtime has no WebSocket of its own, as Node 20: that of the package `ws`. */
  readonly webSocketImpl?: unknown
}

/** One WebSocket for any number of subscriptions: opened by the first, closed some time after the last. */
export interface Line {
  subscribe<Data>(
    operation: { readonly query: string; readonly variables?: Record<string, unknown> | null | undefined },
    sink: Sink<Data>,
  ): () => void
  /** Breaks the connection off without a word, as a tunnel does. */
  terminate(): void
  on<E extends Event>(event: E, listener: EventListener<E>): () => void
  close(): void | Promise<void>
}

const PING_MS = 15_000
const PONG_WITHIN_MS = 5_000

/**
 * Going on after a break is the followers' business, because only they know from where: the line itself repeats
 * nothing.
 */
export function openLine({ url, token, webSocketImpl }: LineOptions): Line {
  const opening = new Set<() => void>()
  let connected = false
  let pong: ReturnType<typeof setTimeout> | undefined
  let used: string | null = null
  let fresh: string | null = null
  let renewing: Promise<boolean> | undefined

  const client = createClient({
    url,
    ...(webSocketImpl !== undefined && { webSocketImpl }),
    connectionParams: async () => {
      used = fresh ?? (typeof token === 'function' ? await token() : token)
      fresh = null
      return used === null ? {} : { authorization: `Bearer ${used}` }
    },
    retryAttempts: 0,
    lazyCloseTimeout: 2_000,
    keepAlive: PING_MS,
    // Endings are told to the sinks.
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

  /** Whether the next connection will bring another token than the one that was refused. */
  async function renew(): Promise<boolean> {
    if (typeof token !== 'function' || used === null) return false
    const refused = used
    fresh = await token(refused)
    if (fresh === refused) fresh = null
    if (fresh !== null) client.terminate()
    return fresh !== null
  }

  async function mended(ending: Ending): Promise<Ending> {
    if (ending.kind !== 'refused' || ending.error.code !== 'UNAUTHENTICATED') return ending
    renewing ??= renew().finally(() => {
      renewing = undefined
    })
    // Where a token can't be had just now, it may be had at the next try.
    return (await renewing.catch(() => true)) ? { kind: 'broken' } : ending
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
        const last = await mended(ending)
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
            if (error) void finish({ kind: 'refused', error })
            // The document says what the server sends for it.
            else if (result.data) sink.next(result.data as Parameters<typeof sink.next>[0])
          },
          error: (cause) => void finish(endingOf(cause)),
          complete: () => void finish({ kind: 'over' }),
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

/** 4401 and 4403: the server doesn't take the token. Any other close is a broken line. */
function endingOf(cause: unknown): Ending {
  const error = readError(cause)
  if (error) return { kind: 'refused', error }
  const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined
  if (code !== 4401 && code !== 4403) return { kind: 'broken' }
  return { kind: 'refused', error: new ApiError('UNAUTHENTICATED', 'This sign-in is not accepted.') }
}
