import { type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import type { Context } from '../../graphql/context.js'
import type { EdgeContext } from '../../graphql/engine.js'
import type { LimitAnswer } from '../../graphql/limits/answerSize.js'
import type { Audience } from '../../streams/eventStreams.js'
import { eventContext } from './eventContext.js'

export type FormatError = (error: unknown, requestId: string) => object

/** The answer to an event, for all subscribers with the same request. */
export interface EventAnswer {
  readonly result: ExecutionResult
  /** The serialized message of graphql-transport-ws after its id. It is serialized once, at the first call. */
  readonly messageTail: () => Buffer
}

/** The request of one subscription. */
export interface SubscriptionRequest {
  readonly args: ExecutionArgs
  readonly context: Context
  /** Subscriptions with the same request have the same key. */
  readonly key: string
}

/**
 * A subscriber that asks for the answers to its events. It gets calls instead of promises, because there are thousands.
 */
export interface Subscriber {
  readonly request: SubscriptionRequest
  /**
   * The events that it will ask for next. If it is the first subscriber of its group, they are executed concurrently.
   * So the answers to a burst of events are ready for the whole group, and each subscriber gets them in one write.
   */
  peek(): Iterable<object>
  answered(answer: EventAnswer): void
  failed(error: unknown): void
}

interface Execution {
  readonly answer: EventAnswer
  /** Whether the execution read the actor. Then the answer is only for this subscriber. */
  readonly personal: boolean
}

/** One execution of an event, for all subscribers with the same request and the same rights. */
class Shared {
  /** When it was finished. Undefined while it is running: until then it is shared, however long it takes. */
  since: number | undefined
  /** Undefined while it is running, and if it is personal. */
  answer: EventAnswer | undefined
  private personal = false
  private error: unknown
  private waiting: Subscriber[] = []

  constructor(
    private readonly run: (request: SubscriptionRequest) => Promise<Execution>,
    first: SubscriptionRequest,
  ) {
    run(first).then(
      ({ answer, personal }) => {
        this.personal = personal
        if (!personal) this.answer = answer
        // A personal answer belongs to the first subscriber. Each other one executes the event itself.
        this.settle((subscriber) =>
          personal && subscriber.request !== first ? this.own(subscriber) : subscriber.answered(answer),
        )
      },
      (error: unknown) => {
        this.error = error
        this.settle((subscriber) => subscriber.failed(error))
      },
    )
  }

  get isStale(): boolean {
    return this.since !== undefined && performance.now() - this.since > FRESH_MS
  }

  tell(subscriber: Subscriber): void {
    if (this.since === undefined) this.waiting.push(subscriber)
    else if (this.personal) this.own(subscriber)
    else queueMicrotask(() => subscriber.failed(this.error))
  }

  private settle(tell: (subscriber: Subscriber) => void): void {
    this.since = performance.now()
    const { waiting } = this
    this.waiting = []
    for (const subscriber of waiting) tell(subscriber)
  }

  private own(subscriber: Subscriber): void {
    this.run(subscriber.request).then(
      ({ answer }) => subscriber.answered(answer),
      (error: unknown) => subscriber.failed(error),
    )
  }
}

/** An answer shows current data. For later subscribers, an answer older than this is executed again. */
const FRESH_MS = 1_000

/**
 * Executes each event once for all subscribers with the same request and the same rights. The answer is kept as long
 * as the event, which is freed when every reader has passed it. So groups need no members and no clean-up.
 * @param formatError turns an error of this request into what the client sees
 * @param limited replaces a result that is larger than MAX_RESPONSE_BYTES
 */
export function eventAnswers(formatError: FormatError, limited: LimitAnswer) {
  const kept = new WeakMap<object, Map<string, Shared>>()

  async function run(
    event: object,
    { args, context }: SubscriptionRequest,
    audience: Audience,
  ): Promise<Execution> {
    const own = eventContext(context, audience)
    const { requestId } = (context as Context & EdgeContext).edge
    const result = limited(await execute({ ...args, rootValue: event, contextValue: own.context }))
    let tail: Buffer | undefined
    const messageTail = () => {
      tail ??= Buffer.from(`,"type":"next","payload":${JSON.stringify(formatted(result, requestId))}}`)
      return tail
    }
    return { answer: { result, messageTail }, personal: own.isPersonal() }
  }

  const formatted = ({ errors, data, extensions }: ExecutionResult, requestId: string) => ({
    ...(errors && { errors: errors.map((error) => formatError(error, requestId)) }),
    ...(data !== undefined && { data }),
    ...(extensions && { extensions }),
  })

  function keptOf(event: object): Map<string, Shared> {
    let ofEvent = kept.get(event)
    if (!ofEvent) {
      ofEvent = new Map()
      kept.set(event, ofEvent)
    }
    return ofEvent
  }

  const start = (event: object, first: SubscriptionRequest, audience: Audience) =>
    new Shared((request) => run(event, request, audience), first)

  /**
   * @param group the subscriber's current group, from `groupOf`
   * @returns the answer if it is ready; undefined if the subscriber will be called
   */
  return function answerTo(
    event: object,
    subscriber: Subscriber,
    audience: Audience,
    group: string,
  ): EventAnswer | undefined {
    const ofEvent = keptOf(event)
    let shared = ofEvent.get(group)
    if (!shared || shared.isStale) {
      shared = start(event, subscriber.request, audience)
      ofEvent.set(group, shared)
      for (const next of subscriber.peek()) {
        const ofNext = keptOf(next)
        if (!ofNext.has(group)) ofNext.set(group, start(next, subscriber.request, audience))
      }
    }
    if (!shared.answer) shared.tell(subscriber)
    return shared.answer
  }
}

/** Subscribers in the same group may share an answer: they have the same request and the same rights. */
export const groupOf = (request: SubscriptionRequest, audience: Audience) => `${audience.key} ${request.key}`

export type AnswerTo = ReturnType<typeof eventAnswers>
