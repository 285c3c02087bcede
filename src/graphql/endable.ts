/**
 * A stream that ends the moment it is told to: by its reader's `return()`, which aborts `end`, or by
 * whoever else aborts `end`. An async generator alone can't do that: its `return()` waits for the
 * `next()` that is under way, which may be an event that comes in an hour.
 */
export const endable = <T>(source: AsyncIterable<T>, end: AbortController): AsyncGenerator<T, void, void> => {
  const iterator = source[Symbol.asyncIterator]()
  const done = { done: true, value: undefined } as const
  let answer: ((result: IteratorResult<T, void>) => void) | undefined

  const stop = () => {
    answer?.(done)
    // Not awaited, see above. What fails while it closes has no reader left to tell.
    Promise.resolve(iterator.return?.()).catch(() => {})
  }
  if (end.signal.aborted) stop()
  else end.signal.addEventListener('abort', stop, { once: true })

  const next = () => {
    if (end.signal.aborted) return Promise.resolve(done)
    return new Promise<IteratorResult<T, void>>((resolve, reject) => {
      answer = resolve
      iterator.next().then(
        (result) => {
          resolve(result)
          if (result.done) end.abort()
        },
        (error: unknown) => {
          reject(error)
          end.abort()
        },
      )
    })
  }

  return {
    next,
    return: () => {
      end.abort()
      return Promise.resolve(done)
    },
    throw: (error) => {
      end.abort()
      return Promise.reject(error)
    },
    [Symbol.asyncIterator]() {
      return this
    },
    [Symbol.asyncDispose]: async () => end.abort(),
  }
}
