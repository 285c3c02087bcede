interface Feed<T> {
  next(value: T): void
  error(error: unknown): void
  complete(): void
}

/** Where values come from. `wait` and `goOn` are there where it can go on later without having missed any. */
export interface Source {
  stop(): void
  wait?(): void
  goOn?(): void
}

/** So many values may have come that nobody has taken yet; then the source waits until all of them are taken. */
const AHEAD = 1_000

/** What is pushed into a sink, to be pulled by `for await`. Leaving the loop stops the source. */
export function iterator<T>(open: (sink: Feed<T>) => Source): AsyncIterableIterator<T> {
  const values: T[] = []
  let end: { error?: unknown } | undefined
  let isWaiting = false
  let wake = () => {}
  const source = open({
    next(value) {
      values.push(value)
      if (values.length >= AHEAD && !isWaiting) {
        isWaiting = true
        source.wait?.()
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
        if (isWaiting && values.length === 0) {
          isWaiting = false
          source.goOn?.()
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
      // Whoever waits is let go first: a generator takes a return only where it yields.
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
