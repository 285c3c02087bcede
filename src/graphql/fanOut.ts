import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { EventStream } from '../orgEvent/eventStreams.js'
import type { OrgEventRow } from '../orgEvent/orgEvent.js'
import type { Context } from './context.js'
import { eachEventAnew } from './eachAnew.js'
import type { Deliver, DeliveredStream, EdgeContext } from './engine.js'
import { type AnswerTo, type EventAnswer, type EventQuestion, eventAnswers } from './fanOutAnswers.js'
import { operationKey } from './fanOutOperation.js'

/**
 * Lets subscribers that ask the same with the same rights share one execution of each event, and over WebSocket one
 * serialisation too. Each still has a place of its own in the stream: where it is, how fast it reads and when it
 * loses its right is its own affair, so a group needs neither members nor an end.
 *
 * Who may share follows from what an execution looks at, not from a list of fields: an answer for which somebody
 * looked at `context.actor` goes to that viewer alone, and the others execute theirs.
 *
 * @param formatError what of an error leaves the server
 */
export function fanOut(formatError: (error: unknown) => object): Plugin {
  const answerTo = eventAnswers(formatError)
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => subscribe(args, answerTo))
    },
  }
}

async function subscribe(
  args: ExecutionArgs,
  answerTo: AnswerTo,
): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args)
  if (!isAsyncIterable(source)) return source
  // Streams of any other kind share nothing.
  if (!isEventStream(source)) return eachEventAnew(source, args)
  const context = args.contextValue as Context & EdgeContext
  const reader = { stream: source, question: { args, context, key: operationKey(args) }, answerTo }
  const { edge } = context
  if (!edge.deliver) return answered(reader)
  edge.delivered = new Delivered(reader, edge.deliver)
  return edge.delivered
}

interface Reader {
  readonly stream: EventStream
  readonly question: EventQuestion
  readonly answerTo: AnswerTo
}

const isEventStream = (source: AsyncIterable<unknown>): source is EventStream => 'audience' in source

/** Events of a burst that are executed at the same time. */
const EVENTS_AHEAD = 16

const end = { done: true, value: undefined } as const

/**
 * The answer to an event, undefined where the stream has ended meanwhile: at once where another was first. Rights
 * that change while it is under way make it anew.
 */
function answerFor(
  reader: Reader,
  event: OrgEventRow,
): EventAnswer | undefined | Promise<EventAnswer | undefined> {
  const { stream, question, answerTo } = reader
  const audience = stream.audience()
  if (!audience) return undefined
  const answer = answerTo(event, question, audience, () => stream.coming(EVENTS_AHEAD))
  if (!(answer instanceof Promise)) return answer
  return answer.then((made) => (stream.audience() === audience ? made : answerFor(reader, event)))
}

/** One result an event, for whatever sends it. */
function answered(reader: Reader): AsyncIterableIterator<ExecutionResult, undefined> {
  const { stream } = reader
  return {
    async next() {
      const { done, value } = await stream.next()
      const answer = done ? undefined : await answerFor(reader, value)
      if (answer) return { done: false, value: answer.result }
      // Where it has an error to end with, it says so now.
      return done ? end : stream.next().then(() => end)
    },
    return: () => stream.return().then(() => end),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/**
 * Sends the messages itself and yields nothing: it only ends, when and how the stream does. A class, for thousands
 * of them wait at the same time.
 */
class Delivered implements DeliveredStream {
  private running: Promise<typeof end> | undefined

  constructor(
    private readonly reader: Reader,
    private readonly deliver: Deliver,
  ) {}

  next(): Promise<typeof end> {
    this.running ??= this.run()
    return this.running
  }

  async return(): Promise<typeof end> {
    await this.reader.stream.return()
    return end
  }

  async throw(error: unknown): Promise<never> {
    await this.reader.stream.return()
    throw error
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.reader.stream.return()
  }

  private async run(): Promise<typeof end> {
    const { reader, deliver } = this
    const { stream } = reader
    for (;;) {
      let event = stream.nextNow()
      if (!event) {
        const step = await stream.next()
        if (step.done) return end
        event = step.value
      }
      const found = answerFor(reader, event)
      const answer = found instanceof Promise ? await found : found
      const full = answer && deliver(answer.messageTail())
      if (full) await full
    }
  }
}
