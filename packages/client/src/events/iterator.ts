interface Feed<T> {
  next(value: T): void
  error(error: unknown): void
  complete(): void
}

/** A source of values. It has `pause` and `resume` if it can resume without losing values. */
export interface Source {
  stop(): void
  pause?(): void
  resume?(): void
}

/** With this many unread values, the source is paused until all of them are read. */
const MAX_BUFFERED = 1_000

/** Turns a source that pushes values into an iterator for `for await`. Leaving the loop stops the source. */
export function iterator<T>(open: (sink: Feed<T>) => Source): AsyncIterableIterator<T> {
  const values: T[] = []
  let end: { error?: unknown } | undefined
  let isPaused = false
  let wake = () => {}
  const source = open({
    next(value) {
      values.push(value)
      if (values.length >= MAX_BUFFERED && !isPaused) {
        isPaused = true
        source.pause?.()
      }
      wake()
    },
    error(error) {
      end ??= { error }
      wake()
    },
    complete() {
      end ??= {}
      wake()
    },
  })

  async function* pull(): AsyncGenerator<T, undefined> {
    try {
      for (;;) {
        const [value] = values.splice(0, 1)
        if (isPaused && values.length === 0) {
          isPaused = false
          source.resume?.()
        }
        if (value !== undefined) yield value
        else if (end && 'error' in end) throw end.error
        else if (end) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      source.stop()
    }
  }

  const generator = pull()
  return {
    next: () => generator.next(),
    async return() {
      // Wakes a waiting `next` first, because a generator handles `return` only at a `yield`.
      end ??= {}
      values.length = 0
      wake()
      return generator.return(undefined)
    },
    throw: (error) => generator.throw(error),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
