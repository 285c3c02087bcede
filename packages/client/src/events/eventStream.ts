import { type ApiError, readError } from './apiError.js'
import { bearer, type Token } from './bearer.js'
import { frames } from './frames.js'
import type { Ending, Operation, Sink } from './sink.js'

export interface EventStreamOptions {
  /** For example `https://guildhall.example.com/graphql`. */
  readonly url: string
  readonly token: Token
  /**
   * A connection that is silent for so long is taken for lost, in ms. The server sends something every 12 s.
   * @default 30_000
   */
  readonly maxSilenceMs?: number
}

/** Subscriptions by Server-Sent Events. Each has a request of its own. */
export interface EventStream {
  subscribe<Data>(operation: Operation, sink: Sink<Data>): () => void
  /** Drops all connections, as a lost network does. */
  terminate(): void
}

/**
 * Reads with `fetch`, because an EventSource can't send a token. It never retries by itself. `follow` does, because it
 * knows the position.
 */
export function openEventStream({ url, token, maxSilenceMs = 30_000 }: EventStreamOptions): EventStream {
  const tokens = bearer(token)
  const connections = new Map<AbortController, () => void>()

  async function read<Data>(operation: Operation, sink: Sink<Data>, signal: AbortSignal, heard: () => void) {
    const used = await tokens.next()
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream, application/json',
        ...(used !== null && { authorization: `Bearer ${used}` }),
      },
      body: JSON.stringify({ query: operation.query, variables: operation.variables ?? {} }),
      signal,
    })
    heard()
    const take = async (text: string): Promise<Ending | undefined> => {
      const result: unknown = JSON.parse(text)
      const error = readError(result)
      if (error) return renewed(error, used)
      // The type is not checked: it follows from the caller's document.
      const { data } = result as { data?: Data }
      if (data) sink.next(data)
      return undefined
    }
    if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
      return (await take(await response.text())) ?? COMPLETE
    if (!response.body) return DISCONNECTED
    sink.open()
    for await (const { event, data } of frames(response.body, heard)) {
      if (event === 'complete') return COMPLETE
      const ending = event === 'next' && !signal.aborted ? await take(data) : undefined
      if (ending) return ending
    }
    return DISCONNECTED
  }

  /** If there is a fresh token, the refusal of the old one is no more than a break. */
  async function renewed(error: ApiError, used: string | null): Promise<Ending> {
    const ending: Ending = { kind: 'error', error }
    if (error.code !== 'UNAUTHENTICATED') return ending
    // If getting a token failed, the next attempt may succeed.
    return (await tokens.renew(used).catch(() => true)) ? DISCONNECTED : ending
  }

  return {
    subscribe(operation, sink) {
      const connection = new AbortController()
      let silence: ReturnType<typeof setTimeout> | undefined
      const heard = () => {
        clearTimeout(silence)
        if (!connection.signal.aborted) silence = setTimeout(() => end(DISCONNECTED), maxSilenceMs)
      }
      const close = () => {
        connections.delete(connection)
        clearTimeout(silence)
        connection.abort()
      }
      const end = (ending: Ending) => {
        if (!connections.has(connection)) return
        close()
        sink.end(ending)
      }
      connections.set(connection, () => end(DISCONNECTED))
      const whileOpen: typeof sink = {
        open: () => void (connections.has(connection) && sink.open()),
        next: (data) => void (connections.has(connection) && sink.next(data)),
        end,
      }
      heard()
      // It can't connect, the network broke, or what came is not of Guildhall: a proxy says that it can't reach it.
      read(operation, whileOpen, connection.signal, heard).then(end, () => end(DISCONNECTED))
      return close
    },
    terminate() {
      for (const end of [...connections.values()]) end()
    },
  }
}

const DISCONNECTED: Ending = { kind: 'disconnected' }
const COMPLETE: Ending = { kind: 'complete' }
