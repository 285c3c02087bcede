import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { READ_ONLY } from './readOnly.js'
import { giveUp } from './socketOf.js'
import { timeLimit } from './timeLimit.js'

/** Load balancers ask every few seconds and don't wait much longer for the answer, ms. */
const ANSWER_WITHIN_MS = 1_500
/**
 * Opening a connection takes four round trips and the start of a process. Over a slow network it may take longer than
 * an answer may, and is still worth waiting for: otherwise no connection would ever be opened there.
 */
const OPEN_WITHIN_MS = 3_000
const ASK_EVERY_MS = 1_000
/** The interval while the database is silent, or it is uncertain whether it accepts writes, ms. */
const ASK_SOON_AFTER_MS = 500

/** The result of the last question. */
type State = 'writable' | 'read-only' | 'silent'

/** A question to the database. */
interface Question {
  answer: Promise<State>
  /** The same, but `silent` once the answer is late. */
  answerInTime: Promise<State>
}

/** Asks the database every second whether it is there and accepts writes, on its own connection. */
export interface DatabaseWatch {
  /** Whether it accepts writes now. Several callers at once share one question. */
  takesWrites(): Promise<boolean>
  /** Whether the last question got no answer in time. */
  readonly isSilent: boolean
  /** Reports a sign that a connection leads to a read-only server. */
  doubt(): void
  stop(): Promise<void>
}

export interface WatchOptions {
  connection: pg.ClientConfig
  /** Called when new connections lead to a server that accepts writes. Open connections may not. */
  onWritableAgain: () => void
  /** Called when the database gives no answer in time, and when it answers again. */
  onSilence: () => void
  onHeardAgain: () => void
}

export function watchDatabase({
  connection,
  onWritableAgain,
  onSilence,
  onHeardAgain,
}: WatchOptions): DatabaseWatch {
  const stopping = new AbortController()
  let client: pg.Client | undefined
  let asking: Question | undefined
  let state: State = 'writable'
  let inDoubt = false
  let askedAt = 0
  let hurry: () => void = () => {}

  const close = () => {
    const closing = client
    client = undefined
    closing?.end().catch(() => {})
  }

  const become = (next: State) => {
    const before = state
    state = next
    if (next === 'silent' && before !== 'silent') onSilence()
    if (next !== 'silent' && before === 'silent') onHeardAgain()
  }

  /** @throws if that takes too long */
  const inTime = async <T>(asked: pg.Client, ms: number, work: () => Promise<T>): Promise<T> => {
    const limit = timeLimit(ms)
    const giveUpOn = (error: Error) => giveUp(asked, error)
    const onStop = () => giveUpOn(new Error('the server is stopping'))
    limit.breakOffBy(giveUpOn)
    stopping.signal.addEventListener('abort', onStop)
    try {
      return await work()
    } finally {
      limit.end()
      stopping.signal.removeEventListener('abort', onStop)
    }
  }

  const open = async (): Promise<pg.Client> => {
    const opening = new pg.Client({ ...connection, application_name: 'guildhall watch' })
    opening.on('error', () => {})
    opening.once('end', () => {
      if (client === opening) client = undefined
    })
    await inTime(opening, OPEN_WITHIN_MS, () => opening.connect())
    client = opening
    return opening
  }

  /** @throws if there is no answer in time */
  const answer = async (): Promise<State> => {
    const asked = client ?? (await open())
    const { rows } = await inTime(asked, ANSWER_WITHIN_MS, () =>
      asked.query<{ readOnly: boolean }>(`select ${READ_ONLY} as "readOnly"`),
    )
    return rows[0]?.readOnly ? 'read-only' : 'writable'
  }

  const ask = async (): Promise<State> => {
    askedAt = performance.now()
    // Only a new connection shows which server new connections lead to.
    if (inDoubt) close()
    try {
      become(await answer())
    } catch {
      become('silent')
      close()
    }
    if (state === 'read-only') inDoubt = true
    if (state === 'writable' && inDoubt) {
      inDoubt = false
      onWritableAgain()
    }
    return state
  }

  const askOnce = (): Question => {
    if (asking) return asking
    const answer = ask()
    const answerInTime = new Promise<State>((resolve) => {
      const late = timeLimit(ANSWER_WITHIN_MS)
      late.breakOffBy(() => {
        become('silent')
        resolve('silent')
      })
      void answer.then((state) => {
        late.end()
        asking = undefined
        resolve(state)
      })
    })
    asking = { answer, answerInTime }
    return asking
  }

  const run = async () => {
    while (!stopping.signal.aborted) {
      await askOnce().answer
      const hurried = new Promise<void>((resolve) => {
        hurry = resolve
      })
      const pause = inDoubt || state === 'silent' ? ASK_SOON_AFTER_MS : ASK_EVERY_MS
      const waited = delay(pause, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
      await Promise.race([waited, hurried])
    }
  }
  const running = run()

  return {
    async takesWrites() {
      return (await askOnce().answerInTime) === 'writable'
    },
    get isSilent() {
      return state === 'silent'
    },
    doubt() {
      if (inDoubt) return
      inDoubt = true
      if (performance.now() - askedAt > ASK_SOON_AFTER_MS) hurry()
    },
    async stop() {
      stopping.abort()
      close()
      await running
      close()
    },
  }
}
