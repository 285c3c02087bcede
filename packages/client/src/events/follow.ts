import { ApiError } from './apiError.js'
import { advance, arrival, type Numbered, type Position } from './position.js'
import type { Ending, Sink } from './sink.js'

export type Connection =
  | { readonly state: 'connecting' }
  /** `replayed`: the number of missed events that were received after the last reconnect. */
  | { readonly state: 'live'; readonly replayed: number }
  | { readonly state: 'replaying'; readonly done: number; readonly of: number }
  /** `since`: ms since the epoch. */
  | { readonly state: 'reconnecting'; readonly attempt: number; readonly since: number }
  | { readonly state: 'disconnected'; readonly since: number }
  /** `code`: the code of the error that ended it, or COMPLETE if the server completed it. */
  | { readonly state: 'ended'; readonly code: string }

export interface FollowOptions<E extends Numbered> {
  readonly from: Position
  /** True if the numbers go up by exactly one. Then a jump means that an event is missing. */
  readonly dense: boolean
  subscribe(after: string | null, sink: Sink<E>): () => void
  /** The number of the newest event on the server. Null if it can't be known. Throws ApiError. */
  head(): Promise<number | null>
  onEvent(event: E, how: 'live' | 'replayed'): void
  onConnection(connection: Connection): void
  /**
   * Called if the position can't be used any more. Load all data again.
   * @param error the server's error about the cursor, for example EVENTS_GONE if it is older than the events that are
   *   kept; undefined if an event was still missing after two resumes
   */
  onLost(error?: ApiError): void
}

export interface Follower {
  /** Unsubscribes and keeps the position. */
  disconnect(): void
  /** Subscribes again from the position. */
  reconnect(): void
  stop(): void
}

const FIRST_WAIT_MS = 400
const LONGEST_WAIT_MS = 10_000
/** If a connection lasted this long, the next wait is the shortest one again. */
const STEADY_MS = 5_000
/** After these errors it does not retry. After any other error it does. */
const FINAL = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'COST_LIMIT',
])

/** After these errors the position is of no use. */
const LOST = new Set(['BAD_USER_INPUT', 'EVENTS_GONE'])

/** Follows a stream across disconnects: every event is delivered exactly once and in order. */
export function follow<E extends Numbered>(options: FollowOptions<E>): Follower {
  let position = options.from
  let unsubscribe: (() => void) | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let attempt = 0
  let openedAt = Number.POSITIVE_INFINITY
  let brokenSince: number | undefined
  let gaps = 0
  // Each start and each stop increments it. Callbacks with an earlier value are ignored.
  let turn = 0

  function subscribe(upTo: number | null): void {
    const mine = ++turn
    const from = position.seq ?? 0
    const target = upTo !== null && upTo > from ? upTo : null
    const caughtUp = () => target === null || (position.seq ?? 0) >= target
    let replayed = 0
    unsubscribe = options.subscribe(position.cursor, {
      open() {
        if (mine !== turn) return
        openedAt = Date.now()
        brokenSince = undefined
        options.onConnection(
          caughtUp()
            ? { state: 'live', replayed }
            : { state: 'replaying', done: replayed, of: (target ?? from) - from },
        )
      },
      next(event) {
        if (mine !== turn) return
        const kind = arrival(position, event, options.dense)
        if (kind === 'duplicate') return
        if (kind === 'gap') return recover()
        gaps = 0
        const late = !caughtUp()
        position = advance(event)
        options.onEvent(event, late ? 'replayed' : 'live')
        if (!late || target === null) return
        replayed++
        options.onConnection(
          caughtUp()
            ? { state: 'live', replayed }
            : { state: 'replaying', done: replayed, of: target - from },
        )
      },
      end(ending) {
        if (mine === turn) ended(ending)
      },
    })
  }

  function recover(): void {
    gaps++
    release()
    if (gaps > 2) options.onLost()
    else resume(0)
  }

  function ended(ending: Ending): void {
    unsubscribe = undefined
    if (Date.now() - openedAt >= STEADY_MS) attempt = 0
    openedAt = Number.POSITIVE_INFINITY
    if (ending.kind === 'complete') {
      turn++
      options.onConnection({ state: 'ended', code: 'COMPLETE' })
    } else if (ending.kind === 'disconnected') resume(wait())
    else if (FINAL.has(ending.error.code)) {
      turn++
      options.onConnection({ state: 'ended', code: ending.error.code })
    } else if (LOST.has(ending.error.code)) {
      release()
      options.onLost(ending.error)
    } else resume(ending.error.code === 'SLOW_CONSUMER' ? 0 : wait())
  }

  function wait(): number {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt++)
    return longest * (0.5 + Math.random() / 2)
  }

  function resume(afterMs: number): void {
    const mine = ++turn
    brokenSince ??= Date.now()
    options.onConnection({ state: 'reconnecting', attempt, since: brokenSince })
    clearTimeout(timer)
    timer = setTimeout(async () => {
      try {
        const head = await options.head()
        if (mine === turn) subscribe(head)
      } catch (error) {
        if (mine !== turn) return
        if (error instanceof ApiError && FINAL.has(error.code)) ended({ kind: 'error', error })
        else resume(wait())
      }
    }, afterMs)
  }

  function release(): void {
    turn++
    clearTimeout(timer)
    unsubscribe?.()
    unsubscribe = undefined
  }

  options.onConnection({ state: 'connecting' })
  subscribe(null)

  return {
    disconnect() {
      release()
      options.onConnection({ state: 'disconnected', since: Date.now() })
    },
    reconnect() {
      release()
      attempt = 0
      resume(0)
    },
    stop: release,
  }
}
