import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { EventStream } from '../streams/eventStreams.js'
import type { LimitAnswer } from './limits/answerSize.js'

/**
 * Executes each event of a subscription with a new context. Loaders cache their rows in the context. With the context
 * of the subscription, an event would be resolved with rows that were loaded an hour ago: a changed invite, or changed
 * rights of the viewer, would look unchanged.
 */
export const freshContextPerEvent = (limited: LimitAnswer): Plugin => ({
  onSubscribe({ setSubscribeFn }) {
    setSubscribeFn(async (args: ExecutionArgs) => {
      const source = await createSourceEventStream(args)
      return isAsyncIterable(source) ? executeEachEvent(source, args, limited) : source
    })
  },
})

/** An `EventStream` also has the rights of its reader. Any other source has only events. */
type Source = AsyncIterable<unknown> & Partial<Pick<EventStream, 'audience'>>

export const executeEachEvent = (
  source: Source,
  args: ExecutionArgs,
  limited: LimitAnswer = (result) => result,
): AsyncGenerator<ExecutionResult, void, void> =>
  mapEach(source, async (event) => {
    const audience = source.audience?.()
    const contextValue = { ...(args.contextValue as object), ...(audience && { audience }) }
    return limited(await execute({ ...args, rootValue: event, contextValue }))
  })

/** Not an async generator: its `return()` would wait for the event that is being executed. */
const mapEach = (
  source: AsyncIterable<unknown>,
  map: (event: unknown) => ExecutionResult | PromiseLike<ExecutionResult>,
): AsyncGenerator<ExecutionResult, void, void> => {
  const iterator = source[Symbol.asyncIterator]()
  const done = { done: true, value: undefined } as const
  const end = async () => {
    await iterator.return?.()
    return done
  }
  return {
    async next() {
      const event = await iterator.next()
      return event.done ? done : { done: false, value: await map(event.value) }
    },
    return: end,
    async throw(error) {
      await iterator.return?.()
      throw error
    },
    [Symbol.asyncIterator]() {
      return this
    },
    async [Symbol.asyncDispose]() {
      await end()
    },
  }
}
