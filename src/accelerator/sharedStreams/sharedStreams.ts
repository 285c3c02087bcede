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
  type EventAnswer,
  eventAnswers,
  type FormatError,
  groupOf,
  type Subscriber,
  type SubscriptionRequest,
} from './eventAnswers.js'
import { operationKey } from './operationKey.js'

/**
 * Subscribers with the same request and the same rights share one execution of each event, and over WebSocket also one
 * serialization. Each subscriber still reads the stream by itself: it has its own position and speed, and it can lose
 * its permission alone. So a group needs neither a list of members nor an end.
 *
 * Whether an answer can be shared depends on what the execution reads, not on a list of fields. If it reads
 * `context.actor`, the answer goes only to that viewer, and the other subscribers execute the event themselves.
 *
 * @param formatError turns an error into what the client sees
 * @param limited replaces a result that is larger than MAX_RESPONSE_BYTES
 */
export function sharedStreams(formatError: FormatError, limited: LimitAnswer): Plugin {
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
  // Other kinds of streams are not shared.
  if (!isEventStream(source)) return executeEachEvent(source, args, limited)
  const context = args.contextValue as Context & EdgeContext
  const request = { args, context, key: operationKey(args) }
  const { edge } = context
  if (!edge.deliver) return answered(source, request, answerTo)
  edge.delivered = new Delivered(source, request, answerTo, edge.deliver)
  return edge.delivered
}

const isEventStream = (source: AsyncIterable<unknown>): source is EventStream => 'audience' in source

/** The most events of a burst that are executed concurrently. */
const EVENTS_AHEAD = 16

const end = { done: true, value: undefined } as const

/** Yields one result for each event. The transport serializes and sends it. */
function answered(
  stream: EventStream,
  request: SubscriptionRequest,
  answerTo: AnswerTo,
): AsyncIterableIterator<ExecutionResult, undefined> {
  /** Executes the event again if the rights change meanwhile. Undefined if the stream has ended meanwhile. */
  async function answerFor(event: OrgEventRow): Promise<EventAnswer | undefined> {
    for (let audience = stream.audience(); audience; audience = stream.audience()) {
      const asked = audience
      const answer = await new Promise<EventAnswer>((answered, failed) => {
        const subscriber = { request, peek: () => stream.peek(EVENTS_AHEAD), answered, failed }
        const now = answerTo(event, subscriber, asked, groupOf(request, asked))
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
      // If the stream ends with an error, this throws it.
      return done ? end : stream.next().then(() => end)
    },
    return: () => stream.return().then(() => end),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/**
 * Sends the messages itself and yields nothing. It ends when the stream ends, and in the same way. One event wakes
 * thousands of these at the same time, so each is one object and uses a promise only for its end: the stream calls it
 * for a new event, and the shared execution calls it for an answer.
 */
class Delivered implements DeliveredStream, Subscriber, WaitingReader {
  private running: Promise<typeof end> | undefined
  private finish: ((stop: typeof end | Promise<typeof end>) => void) | undefined
  /** The event whose answer it waits for. */
  private event: OrgEventRow | undefined
  /** The rights and the group with which it asked for that answer. */
  private audience: Audience | undefined
  private group = ''

  constructor(
    private readonly stream: EventStream,
    readonly request: SubscriptionRequest,
    private readonly answerTo: AnswerTo,
    private readonly deliver: Deliver,
  ) {}

  next(): Promise<typeof end> {
    if (!this.running) {
      this.running = new Promise((resolve) => {
        this.finish = resolve
      })
      this.resume()
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

  peek(): OrgEventRow[] {
    return this.stream.peek(EVENTS_AHEAD)
  }

  resume(): void {
    this.alone(() => {
      while (this.step()) {}
    })
  }

  /** An error ends only this stream. Its caller calls all the other subscribers in the same loop. */
  private alone(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.failed(error)
    }
  }

  /** @returns true if there may be more to send now; false if it will be called again, or has ended */
  private step(): boolean {
    this.event ??= this.stream.nextNow()
    const audience = this.stream.audience()
    if (!audience) this.over()
    else if (!this.event) this.stream.notify(this)
    else {
      if (audience !== this.audience) {
        this.audience = audience
        this.group = groupOf(this.request, audience)
      }
      const answer = this.answerTo(this.event, this, audience, this.group)
      if (answer) return this.sent(answer)
    }
    return false
  }

  answered(answer: EventAnswer): void {
    // If the rights have changed meanwhile, it asks again. If the stream has ended, it sends nothing more.
    this.alone(() => {
      if (this.stream.audience() !== this.audience || this.sent(answer)) this.resume()
    })
  }

  failed(error: unknown): void {
    this.event = undefined
    this.finish?.(this.stream.return().then(() => Promise.reject(error)))
  }

  /** @returns true if more can be sent now; otherwise it resumes by itself later */
  private sent(answer: EventAnswer): boolean {
    this.event = undefined
    const full = this.deliver(answer.messageTail())
    full?.then(() => this.resume())
    return full === undefined
  }

  /** Ends. If the stream ends with an error, `next()` throws it. */
  private over(): void {
    this.event = undefined
    this.finish?.(this.stream.next().then(() => end))
  }
}
