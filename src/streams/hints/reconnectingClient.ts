import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { onWriteRefused, READ_ONLY } from '../../database/readOnly.js'

const FIRST_BACK_OFF_MS = 100
const MAX_BACK_OFF_MS = 5_000
const CONNECT_TIMEOUT_MS = 5_000
/** The time between checks of the connection. If the host is gone, this is noticed after this time and a timeout. */
const PING_EVERY_MS = 15_000
const QUERY_TIMEOUT_MS = 5_000

export interface ReconnectingClientOptions {
  connectionString: string
  applicationName: string
  /** Prepares each new connection before it counts as open. */
  prepare: (client: pg.Client) => Promise<unknown>
  /** Called when the connection is open. `again`: it was lost before. */
  onOpen: (again: boolean) => void
  onLost: (error: unknown) => void
}

export interface ReconnectingClient {
  /** The connection, while there is one. */
  readonly client: pg.Client | undefined
  close(): Promise<void>
}

/** A connection that is opened again whenever it ends, with back-off and jitter between the attempts. */
export function reconnectingClient(options: ReconnectingClientOptions): ReconnectingClient {
  const closing = new AbortController()
  let client: pg.Client | undefined

  const run = async () => {
    let backOff = FIRST_BACK_OFF_MS
    let again = false
    while (!closing.signal.aborted) {
      const opening = new pg.Client({
        connectionString: options.connectionString,
        application_name: options.applicationName,
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        query_timeout: QUERY_TIMEOUT_MS,
        keepAlive: true,
      })
      const lost = new Promise<unknown>((resolve) => {
        opening.once('error', resolve)
        opening.once('end', () => resolve(new Error('the connection was closed')))
        // A standby neither sends nor receives notifications.
        onWriteRefused(opening, () => resolve(new Error('the connected server does not accept writes')))
      })
      // Ignores further errors of the same connection.
      opening.on('error', () => {})
      try {
        await opening.connect()
        await options.prepare(opening)
        client = opening
        backOff = FIRST_BACK_OFF_MS
        if (!closing.signal.aborted) options.onOpen(again)
        const reason = await Promise.race([lost, failureOf(opening, closing.signal)])
        if (!closing.signal.aborted) options.onLost(reason)
      } catch (error) {
        if (!closing.signal.aborted) options.onLost(error)
      }
      client = undefined
      again = true
      await opening.end().catch(() => {})
      await delay(backOff * (0.5 + Math.random()), undefined, { signal: closing.signal }).catch(() => {})
      backOff = Math.min(backOff * 2, MAX_BACK_OFF_MS)
    }
  }
  const running = run()

  return {
    get client() {
      return client
    },
    async close() {
      closing.abort()
      await running
    },
  }
}

/**
 * Checks the connection at intervals until it fails.
 * @returns the reason of the failure, or undefined if `ended` was aborted
 */
async function failureOf(client: pg.Client, ended: AbortSignal): Promise<unknown> {
  while (!ended.aborted) {
    await delay(PING_EVERY_MS, undefined, { signal: ended, ref: false }).catch(() => {})
    if (ended.aborted) return undefined
    try {
      const { rows } = await client.query<{ readOnly: boolean }>(`select ${READ_ONLY} as "readOnly"`)
      if (rows[0]?.readOnly) return new Error('the connected server does not accept writes')
    } catch (error) {
      return error
    }
  }
  return undefined
}
