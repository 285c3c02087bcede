import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { READ_ONLY } from './readOnly.js'
import { giveUp } from './socketOf.js'
import { timeLimit } from './timeLimit.js'

/** Load balancers ask every few seconds and wait hardly longer, ms. */
const ANSWER_WITHIN_MS = 1_500
const ASK_EVERY_MS = 1_000
/** While it is not known whether writes are taken, ms. */
const ASK_IN_DOUBT_EVERY_MS = 500

/** What the database said when it was asked last. */
type State = 'writable' | 'read-only' | 'silent'

/** Asks the database each second whether it is there and takes writes, on a connection of its own. */
export interface DatabaseWatch {
  /** Whether it takes writes now. However many ask, one question is under way. */
  takesWrites(): Promise<boolean>
  /** Whether it gave no answer to the last question. */
  readonly isSilent: boolean
  /** There is a sign that a connection leads to a server that takes no writes. */
  doubt(): void
  stop(): Promise<void>
}

export interface WatchOptions {
  connection: pg.ClientConfig
  /** A new connection leads to a server that takes writes, and some that are open may not. */
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

  /** @throws where there is no answer in time */
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
    // Only a new connection tells where others would lead to by now.
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
