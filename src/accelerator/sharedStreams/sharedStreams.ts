import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql'
import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import type { OrgEventRow } from '../../domain/core/orgEvent.js'
import type { Context } from '../../graphql/context.js'
import type { Deliver, DeliveredStream, EdgeContext } from '../../graphql/engine.js'
import { executeEachEvent } from '../../graphql/freshContextPerEvent.js'
import type { LimitAnswer } from '../../graphql/limits/answerSize.js'
import type { Audience, EventStream, WaitingReader } from '../../streams/eventStreams.js'
import {
  type AnswerTo,
  type Asker,
  type EventAnswer,
  type EventQuestion,
  eventAnswers,
  groupOf,
} from './eventAnswers.js'
import { operationKey } from './operationKey.js'

/**
 * Lets subscribers that ask the same with the same rights share one execution of each event, and over WebSocket one
 * serialisation too. Each still has a place of its own in the stream: where it is, how fast it reads and when it
 * loses its right is its own affair, so a group needs neither members nor an end.
 *
 * Who may share follows from what an execution looks at, not from a list of fields: an answer for which somebody
 * looked at `context.actor` goes to that viewer alone, and the others execute theirs.
 *
 * @param formatError what of an error leaves the server
 * @param limited keeps each message within MAX_RESPONSE_BYTES
 */
export function sharedStreams(formatError: (error: unknown) => object, limited: LimitAnswer): Plugin {
  const answerTo = eventAnswers(formatError, limited)
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => subscribe(args, answerTo, limited))
    },
  }
}

async function subscribe(
  args: ExecutionArgs,
  answerTo: AnswerTo,
  limited: LimitAnswer,
): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args)
  if (!isAsyncIterable(source)) return source
  // Streams of any other kind share nothing.
  if (!isEventStream(source)) return executeEachEvent(source, args, limited)
  const context = args.contextValue as Context & EdgeContext
  const question = { args, context, key: operationKey(args) }
  const { edge } = context
  if (!edge.deliver) return answered(source, question, answerTo)
  edge.delivered = new Delivered(source, question, answerTo, edge.deliver)
  return edge.delivered
}

const isEventStream = (source: AsyncIterable<unknown>): source is EventStream => 'audience' in source

/** Events of a burst that are executed at the same time. */
const EVENTS_AHEAD = 16

const end = { done: true, value: undefined } as const

/** One result an event, for whatever sends it. */
function answered(
  stream: EventStream,
  question: EventQuestion,
  answerTo: AnswerTo,
): AsyncIterableIterator<ExecutionResult, undefined> {
  /** Undefined where the stream has ended meanwhile. Rights that change while it is under way make it anew. */
  async function answerFor(event: OrgEventRow): Promise<EventAnswer | undefined> {
    for (let audience = stream.audience(); audience; audience = stream.audience()) {
      const asked = audience
      const answer = await new Promise<EventAnswer>((answered, failed) => {
        const asker = { question, coming: () => stream.coming(EVENTS_AHEAD), answered, failed }
        const now = answerTo(event, asker, asked, groupOf(question, asked))
        if (now) answered(now)
      })
      if (stream.audience() === asked) return answer
    }
    return undefined
  }
  return {
    async next() {
      const { done, value } = await stream.next()
      const answer = done ? undefined : await answerFor(value)
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
 * Sends the messages itself and yields nothing: it only ends, when and how the stream does. Thousands of them wait
 * at the same time and are woken by one event. So each is one object, which is told what it waits for by a call:
 * an event by its stream, an answer by the execution that it shares; a promise it has for its end alone.
 */
class Delivered implements DeliveredStream, Asker, WaitingReader {
  private running: Promise<typeof end> | undefined
  private finish: ((stop: typeof end | Promise<typeof end>) => void) | undefined
  /** The event whose answer is waited for. */
  private event: OrgEventRow | undefined
  /** For whom it was asked, and who may share it. */
  private audience: Audience | undefined
  private group = ''

  constructor(
    private readonly stream: EventStream,
    readonly question: EventQuestion,
    private readonly answerTo: AnswerTo,
    private readonly deliver: Deliver,
  ) {}

  next(): Promise<typeof end> {
    if (!this.running) {
      this.running = new Promise((resolve) => {
        this.finish = resolve
      })
      this.goOn()
    }
    return this.running
  }

  async return(): Promise<typeof end> {
    await this.stream.return()
    return end
  }

  async throw(error: unknown): Promise<never> {
    await this.stream.return()
    throw error
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stream.return()
  }

  coming(): OrgEventRow[] {
    return this.stream.coming(EVENTS_AHEAD)
  }

  goOn(): void {
    this.alone(() => {
      while (this.step()) {}
    })
  }

  /** Whatever fails here is this stream's alone: it is called in a row with all the others. */
  private alone(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.failed(error)
    }
  }

  /** @returns whether there may be more to send now; else it is told when to go on, or has ended */
  private step(): boolean {
    this.event ??= this.stream.nextNow()
    const audience = this.stream.audience()
    if (!audience) this.over()
    else if (!this.event) this.stream.tell(this)
    else {
      if (audience !== this.audience) {
        this.audience = audience
        this.group = groupOf(this.question, audience)
      }
      const answer = this.answerTo(this.event, this, audience, this.group)
      if (answer) return this.sent(answer)
    }
    return false
  }

  answered(answer: EventAnswer): void {
    // Rights that changed while it was under way make it anew; of a stream that has ended nothing more is shown.
    this.alone(() => {
      if (this.stream.audience() !== this.audience || this.sent(answer)) this.goOn()
    })
  }

  failed(error: unknown): void {
    this.event = undefined
    this.finish?.(this.stream.return().then(() => Promise.reject(error)))
  }

  /** @returns whether there is room for more; else it goes on by itself when there is */
  private sent(answer: EventAnswer): boolean {
    this.event = undefined
    const full = this.deliver(answer.messageTail())
    full?.then(() => this.goOn())
    return full === undefined
  }

  /** Where the stream has an error to end with, it says so now. */
  private over(): void {
    this.event = undefined
    this.finish?.(this.stream.next().then(() => end))
  }
}
