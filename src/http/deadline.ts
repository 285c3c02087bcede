import { unavailable } from '../errors.js'
import { UnderWay } from './underWay.js'

/** A client waits for 5 s: this leaves a little for the way there and back. */
const ANSWER_WITHIN_MS = 4_600
const LOOK_EVERY_MS = 200

/** Answers who waits for a database that gives no answer. Who waits for one that is at work goes on waiting. */
export interface Deadline {
  /**
   * What comes of some work. It goes on, whatever its client is told.
   * @param begunAt by performance.now()
   * @throws UNAVAILABLE where it takes too long, and the database is silent
   */
  keep<T>(work: T | PromiseLike<T>, begunAt?: number): Promise<T>
  stop(): void
}

interface Waiting {
  readonly begunAt: number
  readonly giveUp: (error: Error) => void
}

/** @param isStalled whether the database is silent */
export function deadline(isStalled: () => boolean): Deadline {
  const all = new UnderWay<Waiting>()
  let wasStalled = false
  // One look at all now and then costs a request nothing.
  const look = () => {
    const before = wasStalled
    wasStalled = isStalled()
    // Seen twice, for after this process stood still an answer may be there that isn't read yet.
    if (!before || !wasStalled) return
    const late = performance.now() - ANSWER_WITHIN_MS
    for (const waiting of all) if (waiting.begunAt < late) waiting.giveUp(unavailable())
  }
  const timer = setInterval(look, LOOK_EVERY_MS).unref()
  return {
    keep: (work, begunAt = performance.now()) =>
      new Promise((resolve, reject) => {
        const done = all.add({ begunAt, giveUp: reject })
        Promise.resolve(work).then(
          (value) => {
            done()
            resolve(value)
          },
          (error) => {
            done()
            reject(error)
          },
        )
      }),
    stop: () => clearInterval(timer),
  }
}
