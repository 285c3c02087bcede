/** How long something may take in all, whatever it waits for. */
export interface TimeLimit {
  readonly isOver: boolean
  /** Says what ends the waiting of the moment. Called when the time is over, or at once where it is over already. */
  breakOffBy(end: (error: Error) => void): void
  /** Nothing is broken off any more. */
  end(): void
}

const nothing = () => {}

/** @param ms from now */
export function timeLimit(ms: number): TimeLimit {
  let breakOff: (error: Error) => void = nothing
  let over: Error | undefined
  const timeIsOver = () => {
    over = Object.assign(new Error(`not done within ${ms} ms`), { code: 'ETIMEDOUT' })
    breakOff(over)
  }
  // A process that stood still finds answers that are there already: they are read first.
  const timer = setTimeout(() => setImmediate(timeIsOver), ms)
  return {
    get isOver() {
      return over !== undefined
    },
    breakOffBy(end) {
      breakOff = end
      if (over) end(over)
    },
    end() {
      clearTimeout(timer)
      breakOff = nothing
    },
  }
}
