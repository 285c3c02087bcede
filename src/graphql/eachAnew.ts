import { type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import type { LimitAnswer } from './limits/answerSize.js'

/**
 * Resolves each event of a subscription in a context of its own. Loaders and whatever else hangs on a context
 * remember for as long as it lives; in that of a subscription an event would be told with what was loaded for
 * one an hour before: "the invite as it is now" would be as it was, and so would be who may see it. For streams that
 * are no `EventStream`: those of the product are, and `fanOut` executes them.
 */
export const eachEventAnew = (
  source: AsyncIterable<unknown>,
  args: ExecutionArgs,
  limited: LimitAnswer = (result) => result,
): AsyncGenerator<ExecutionResult, void, void> =>
  mapEach(source, async (event) =>
    limited(await execute({ ...args, rootValue: event, contextValue: { ...(args.contextValue as object) } })),
  )

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
