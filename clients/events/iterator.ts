interface Feed<T> {
  next(value: T): void
  error(error: unknown): void
  complete(): void
}

/** What is pushed into a sink, to be pulled by `for await`. Leaving the loop unsubscribes. */
export function iterator<T>(subscribe: (sink: Feed<T>) => () => void): AsyncIterableIterator<T> {
  const values: T[] = []
  let end: { error?: unknown } | undefined
  let wake = () => {}
  const unsubscribe = subscribe({
    next(value) {
      values.push(value)
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
        if (value !== undefined) yield value
        else if (end && 'error' in end) throw end.error
        else if (end) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      unsubscribe()
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
