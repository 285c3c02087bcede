import type { FormattedExecutionResult } from 'graphql'
import { type Client, createClient } from 'graphql-ws'
import { onTestFinished } from 'vitest'
import WebSocket from 'ws'

export interface Close {
  readonly code: number
  readonly reason: string
}

export interface Socket {
  readonly client: Client
  /**
   * Runs one operation to its end and returns its last answer. An error that ends it is in
   * `errors`.
   */
  readonly ask: (query: string, variables?: Record<string, unknown>) => Promise<FormattedExecutionResult>
  /**
   * Starts a stream. `results` fills as events arrive, and `ended` resolves with the errors at its
   * end.
   */
  readonly stream: (
    query: string,
    variables?: Record<string, unknown>,
  ) => {
    readonly results: FormattedExecutionResult[]
    readonly ended: Promise<FormattedExecutionResult['errors']>
    readonly stop: () => void
  }
}

const socketUrl = (url: string) => `${url.replace('http', 'ws')}/graphql`

/**
 * A graphql-ws client as an application uses it, except that it never reconnects, so that tests see
 * the close.
 */
export const connect = async (
  url: string,
  connectionParams?: Record<string, unknown>,
  onClosed?: (close: Close) => void,
): Promise<Socket> => {
  const client = createClient({
    url: socketUrl(url),
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    ...(connectionParams && { connectionParams }),
    onNonLazyError: () => {},
    on: { closed: (event) => onClosed?.(event as Close) },
  })
  onTestFinished(async () => client.dispose())
  await new Promise<void>((resolve, reject) => {
    client.on('connected', () => resolve())
    client.on('closed', (event) => reject(event))
  })

  const stream = (query: string, variables?: Record<string, unknown>) => {
    const results: FormattedExecutionResult[] = []
    let stop = () => {}
    const ended = new Promise<FormattedExecutionResult['errors']>((resolve, reject) => {
      stop = client.subscribe(
        { query, ...(variables && { variables }) },
        {
          next: (result) => void results.push(result as FormattedExecutionResult),
          error: (errors) => (Array.isArray(errors) ? resolve(errors) : reject(errors)),
          complete: () => resolve(undefined),
        },
      )
    })
    // A closed socket fails its streams. Tests that care await `ended`.
    ended.catch(() => {})
    return { results, ended, stop }
  }

  return {
    client,
    stream,
    ask: async (query, variables) => {
      const { results, ended } = stream(query, variables)
      const errors = await ended
      return errors === undefined ? (results.at(-1) ?? {}) : { errors }
    },
  }
}

/** A bare socket, for what a correct client would never do. */
export const rawSocket = (
  url: string,
  { protocol = 'graphql-transport-ws', ...options }: WebSocket.ClientOptions & { protocol?: string } = {},
) => {
  const socket = new WebSocket(socketUrl(url), protocol, options)
  const messages: Record<string, unknown>[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  socket.on('error', () => {})
  onTestFinished(() => socket.terminate())
  const closed = new Promise<Close>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  )
  const opened = new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  opened.catch(() => {})
  const send = (message: object) => socket.send(JSON.stringify(message))
  return { socket, messages, opened, closed, send }
}
