import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { EventStream } from '../streams/eventStreams.js'
import type { LimitAnswer } from './limits/answerSize.js'

/**
 * Executes each event of a subscription in a context of its own. Loaders, and everything else that hangs on a
 * context, remember for as long as the context lives. In the subscription's context an event would be answered with
 * what was loaded for an event an hour before: a changed invite would look unchanged, and so would the viewer's rights.
 */
export const executeEachEventAnew = (limited: LimitAnswer): Plugin => ({
  onSubscribe({ setSubscribeFn }) {
    setSubscribeFn(async (args: ExecutionArgs) => {
      const source = await createSourceEventStream(args)
      return isAsyncIterable(source) ? eachEventAnew(source, args, limited) : source
    })
  },
})

/** A stream of the event table knows the rights of its reader. Any other source has only events. */
type Source = AsyncIterable<unknown> & Partial<Pick<EventStream, 'audience'>>

export const eachEventAnew = (
  source: Source,
  args: ExecutionArgs,
  limited: LimitAnswer = (result) => result,
): AsyncGenerator<ExecutionResult, void, void> =>
  mapEach(source, async (event) => {
    const audience = source.audience?.()
    const contextValue = { ...(args.contextValue as object), ...(audience && { audience }) }
    return limited(await execute({ ...args, rootValue: event, contextValue }))
  })

/** Not a generator: its `return()` would wait for the event that is under way. */
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
