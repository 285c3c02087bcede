import { Repeater } from '@repeaterjs/repeater'
import { CodedError } from '../errors.js'

/** Changes what a stream yields, and the error with which it ends. */
interface Mapping<T> {
  each(value: T): T
  failure(error: unknown): unknown
}

/**
 * Wraps a stream so that it ends as soon as `controller` is aborted. `return()` and the end of the stream also abort
 * `controller`. An async generator can't do this: its `return()` waits for the pending `next()`, and the next event
 * may be an hour away.
 *
 * If `controller` is aborted with a CodedError, the stream ends with it. So a client that reads over SSE can tell a server
 * that stops from a stream that is over.
 */
export function abortable<T>(
  source: AsyncIterable<T>,
  controller: AbortController,
  { each, failure }: Mapping<T> = { each: (value) => value, failure: (error) => error },
): Repeater<T> {
  const { signal } = controller
  const iterator = source[Symbol.asyncIterator]()
  // If closing fails, the reader is already gone, so the error is ignored.
  const close = () => void Promise.resolve(iterator.return?.()).catch(() => {})
  if (signal.aborted) close()
  else signal.addEventListener('abort', close, { once: true })

  // Runs at the first `next()`. It returns at once, because the repeater's `return()` waits for it.
  const repeater = new Repeater<T>((push, stop) => {
    const end = () => (signal.reason instanceof CodedError ? stop(failure(signal.reason)) : stop())
    if (signal.aborted) return end()
    signal.addEventListener('abort', end, { once: true })
    stop.then(() => controller.abort())
    passOn(iterator, (value) => push(each(value))).then(
      () => stop(),
      (error) => stop(failure(error)),
    )
  })
  // A repeater that is ended before its first `next()` never runs, and so can't close the source itself.
  const end = repeater.return.bind(repeater)
  repeater.return = (value) => {
    controller.abort()
    return end(value)
  }
  return repeater
}

/** Reads the next event only when the reader asks for it: `push` waits until then. */
async function passOn<T>(iterator: AsyncIterator<T>, push: (value: T) => Promise<unknown>): Promise<void> {
  for (;;) {
    const { done, value } = await iterator.next()
    if (done) return
    await push(value)
  }
}
