/** Runs at most `atOnce` of the tasks it is given at the same time, first come first served. */
export function inTurn(atOnce: number): <T>(task: () => Promise<T>) => Promise<T> {
  const queue: Array<() => void> = []
  let running = 0
  return async (task) => {
    if (running >= atOnce) await new Promise<void>((resolve) => queue.push(resolve))
    else running += 1
    try {
      return await task()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }
}
