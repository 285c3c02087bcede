import { type ReadonlySignal, signal } from '@preact/signals'
import { createClient } from 'graphql-ws'
import type { TypedDocumentString } from '../../../operations/generated/graphql.js'
import { ApiError, readError } from './apiError.js'
import type { Ending, Sink } from './sink.js'

/** One WebSocket for all of a page's subscriptions. */
export interface Link {
  readonly isCut: ReadonlySignal<boolean>
  subscribe<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    sink: Sink<Data>,
  ): () => void
  /** Breaks the connection off without a word, as a tunnel does, and keeps it so until `mend`. */
  cut(): void
  mend(): void
  close(): void
}

const PING_MS = 15_000
const PONG_WITHIN_MS = 5_000

/**
 * Going on after a break is the followers' business, because only they know from where: the client itself
 * repeats nothing.
 */
export function openLink(token: string): Link {
  const isCut = signal(false)
  const opened = new Set<() => void>()
  let connected = false
  let pong: ReturnType<typeof setTimeout> | undefined

  const client = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    lazyCloseTimeout: 2_000,
    keepAlive: PING_MS,
    // Endings are told to the sinks.
    onNonLazyError: () => undefined,
    on: {
      connected: () => {
        connected = true
        for (const open of [...opened]) open()
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

  return {
    isCut,
    subscribe(document, variables, sink) {
      let done = false
      const finish = (ending: Ending) => {
        opened.delete(open)
        if (done) return
        done = true
        sink.end(ending)
      }
      const open = () => {
        opened.delete(open)
        if (!done) sink.open()
      }
      opened.add(open)
      const unsubscribe = client.subscribe<unknown>(
        { query: document.toString(), variables },
        {
          next(result) {
            if (done) return
            const error = readError(result)
            if (error) finish({ kind: 'refused', error })
            // The document's type says what the server sends for it.
            else if (result.data) sink.next(result.data as Parameters<typeof sink.next>[0])
          },
          error: (cause) => finish(endingOf(cause)),
          complete: () => finish({ kind: 'over' }),
        },
      )
      if (connected) queueMicrotask(open)
      return () => {
        done = true
        opened.delete(open)
        unsubscribe()
      }
    },
    cut() {
      isCut.value = true
      client.terminate()
    },
    mend() {
      isCut.value = false
    },
    close() {
      void client.dispose()
    },
  }
}

/** 4401 and 4403 are the server's refusals of who calls; any other close is a broken line. */
function endingOf(cause: unknown): Ending {
  const error = readError(cause)
  if (error) return { kind: 'refused', error }
  const code: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined
  if (code !== 4401 && code !== 4403) return { kind: 'broken' }
  return { kind: 'refused', error: new ApiError('UNAUTHENTICATED', 'This sign-in is not accepted.') }
}
