import { unavailable } from '../errors.js'
import { ActiveSet } from './activeSet.js'

/** Clients get an answer within 5 s. This is less, to leave some time for the network. */
const ANSWER_WITHIN_MS = 4_600
const CHECK_EVERY_MS = 200

/** Stops waiting for a database that does not answer at all. It goes on waiting for a database that is only slow. */
export interface Deadline {
  /**
   * Waits for some work. The work itself is not stopped.
   * @param begunAt from performance.now()
   * @throws UNAVAILABLE if it takes too long while the database does not answer
   */
  keep<T>(work: T | PromiseLike<T>, begunAt?: number): Promise<T>
  stop(): void
}

interface Waiting {
  readonly begunAt: number
  readonly giveUp: (error: Error) => void
}

/** @param isStalled whether the database gives no answer */
export function deadline(isStalled: () => boolean): Deadline {
  const all = new ActiveSet<Waiting>()
  let wasStalled = false
  // One timer for all requests, because a timer for each would cost time.
  const check = () => {
    const before = wasStalled
    wasStalled = isStalled()
    // Acts only if two checks in a row find it stalled: if this process was blocked, an answer may not be read yet.
    if (!before || !wasStalled) return
    const late = performance.now() - ANSWER_WITHIN_MS
    for (const waiting of all) if (waiting.begunAt < late) waiting.giveUp(unavailable())
  }
  const timer = setInterval(check, CHECK_EVERY_MS).unref()
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
