import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { READ_ONLY } from './readOnly.js'
import { giveUp } from './socketOf.js'
import { timeLimit } from './timeLimit.js'

/** Load balancers ask every few seconds and don't wait much longer for the answer, ms. */
const ANSWER_WITHIN_MS = 1_500
const ASK_EVERY_MS = 1_000
/** The interval while it is uncertain whether the database accepts writes, ms. */
const ASK_IN_DOUBT_EVERY_MS = 500

/** The result of the last question. */
type State = 'writable' | 'read-only' | 'silent'

/** Asks the database every second whether it is there and accepts writes, on its own connection. */
export interface DatabaseWatch {
  /** Whether it accepts writes now. Several callers at once share one question. */
  takesWrites(): Promise<boolean>
  /** Whether the last question got no answer. */
  readonly isSilent: boolean
  /** Reports a sign that a connection leads to a read-only server. */
  doubt(): void
  stop(): Promise<void>
}

export interface WatchOptions {
  connection: pg.ClientConfig
  /** Called when new connections lead to a server that accepts writes. Open connections may not. */
  onWritableAgain: () => void
}

export function watchDatabase({ connection, onWritableAgain }: WatchOptions): DatabaseWatch {
  const stopping = new AbortController()
  let client: pg.Client | undefined
  let asking: Promise<State> | undefined
  let state: State = 'writable'
  let inDoubt = false
  let askedAt = 0
  let hurry: () => void = () => {}

  const close = () => {
    const closing = client
    client = undefined
    closing?.end().catch(() => {})
  }

  /** @throws if there is no answer in time */
  const answer = async (): Promise<State> => {
    const limit = timeLimit(ANSWER_WITHIN_MS)
    try {
      if (!client) {
        const opening = new pg.Client({ ...connection, application_name: 'guildhall watch' })
        opening.on('error', () => {})
        opening.once('end', () => {
          if (client === opening) client = undefined
        })
        limit.breakOffBy((error) => giveUp(opening, error))
        await opening.connect()
        client = opening
      }
      const asked = client
      limit.breakOffBy((error) => giveUp(asked, error))
      const { rows } = await asked.query<{ readOnly: boolean }>(`select ${READ_ONLY} as "readOnly"`)
      return rows[0]?.readOnly ? 'read-only' : 'writable'
    } finally {
      limit.end()
    }
  }

  const ask = async (): Promise<State> => {
    askedAt = performance.now()
    // Only a new connection shows which server new connections lead to.
    if (inDoubt) close()
    try {
      state = await answer()
    } catch {
      state = 'silent'
      close()
    }
    if (state === 'read-only') inDoubt = true
    if (state === 'writable' && inDoubt) {
      inDoubt = false
      onWritableAgain()
    }
    return state
  }

  const askOnce = (): Promise<State> => {
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }

  const run = async () => {
    while (!stopping.signal.aborted) {
      await askOnce()
      const hurried = new Promise<void>((resolve) => {
        hurry = resolve
      })
      const waited = delay(inDoubt ? ASK_IN_DOUBT_EVERY_MS : ASK_EVERY_MS, undefined, {
        signal: stopping.signal,
        ref: false,
      }).catch(() => {})
      await Promise.race([waited, hurried])
    }
  }
  const running = run()

  return {
    async takesWrites() {
      return (await askOnce()) === 'writable'
    },
    get isSilent() {
      return state === 'silent'
    },
    doubt() {
      if (inDoubt) return
      inDoubt = true
      if (performance.now() - askedAt > ASK_IN_DOUBT_EVERY_MS) hurry()
    },
    async stop() {
      stopping.abort()
      close()
      await running
      close()
    },
  }
}
