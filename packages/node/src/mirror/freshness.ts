/** A moment by two clocks. */
export interface Moment {
  readonly steady: number
  readonly wall: number
}

export const moment = (): Moment => ({ steady: performance.now(), wall: Date.now() })

/** The wall clock may be set back, and the steady clock stands still while the machine sleeps. So the longer one counts. */
export const msSince = ({ steady, wall }: Moment): number =>
  Math.max(performance.now() - steady, Date.now() - wall)

/** How much a slow stream may lag behind the questions, and how many events may arrive during one question. */
const MAX_WAITING = 100
const MAX_ARRIVED = 10_000

/**
 * Proves how old the state of a stream's reader is. It asks the server where the stream is now. Once the reader has
 * passed this place, it knows everything that was committed before the question. Cursors are opaque, so places are only
 * compared for equality.
 */
export interface Freshness {
  /** The reader's state includes everything up to this cursor. */
  passed(cursor: string): void
  /**
   * @param asked when the server was asked, or a moment before
   * @param head the server's answer: the newest cursor
   */
  check(asked: Moment, head: Promise<string>): Promise<void>
  /** Whether the reader's state includes everything that was committed before. */
  knows(before: Moment): boolean
  /** Infinity if nothing is proved yet. */
  behindMs(): number
  /** How long the reader has not reached a place that the server has told. 0 if there is none. */
  waitingMs(): number
  /**
   * Something was read that may be newer than the reader's place in the stream. From now on only questions prove something
   * that are asked after it: when their place is passed, all events have been applied that the read state had already.
   */
  reset(): void
}

/** @param onProof called whenever `behindMs` has become smaller */
export function freshness(onProof: () => void): Freshness {
  let proved: Moment | undefined
  let since = moment()
  let position: string | undefined
  let waiting: { cursor: string; asked: Moment }[] = []
  let asking = 0
  /** The cursors that were passed while an answer was on its way: it may name one of them. */
  const arrived = new Set<string>()

  function prove(asked: Moment): void {
    if (asked.steady < since.steady || (proved && proved.steady >= asked.steady)) return
    proved = asked
    onProof()
  }

  return {
    passed(cursor) {
      position = cursor
      if (asking > 0) {
        if (arrived.size >= MAX_ARRIVED) arrived.clear()
        arrived.add(cursor)
      }
      const reached = waiting.findLastIndex((one) => one.cursor === cursor)
      const [at] = waiting.slice(reached)
      if (reached === -1 || !at) return
      waiting = waiting.slice(reached + 1)
      prove(at.asked)
    },

    async check(asked, head) {
      asking++
      try {
        const cursor = await head
        if (cursor === position || arrived.has(cursor)) prove(asked)
        else waiting = [...waiting, { cursor, asked }].slice(-MAX_WAITING)
      } finally {
        asking--
        if (asking === 0) arrived.clear()
      }
    },

    knows: (before) => proved !== undefined && proved.steady >= before.steady,
    behindMs: () => (proved ? msSince(proved) : Number.POSITIVE_INFINITY),
    waitingMs: () => (waiting[0] ? msSince(waiting[0].asked) : 0),
    reset() {
      proved = undefined
      since = moment()
      position = undefined
      waiting = []
      arrived.clear()
    },
  }
}
