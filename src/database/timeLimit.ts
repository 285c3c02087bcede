/** A limit of the total time of something that waits several times. */
export interface TimeLimit {
  readonly isOver: boolean
  /** Sets what to call when the time is over: it ends what is being waited for. Called at once if it is over already. */
  breakOffBy(end: (error: Error) => void): void
  /** Ends the limit: nothing is called any more. */
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
  // After a pause of the process, answers may have arrived already. These are read first.
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
