import { type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import type { Context } from '../../graphql/context.js'
import type { LimitAnswer } from '../../graphql/limits/answerSize.js'
import type { Audience } from '../../streams/eventStreams.js'
import { eventContext } from './eventContext.js'

/** The answer to an event, for all subscribers with the same request. */
export interface EventAnswer {
  readonly result: ExecutionResult
  /** The serialized message of graphql-transport-ws after its id. It is serialized once, at the first call. */
  readonly messageTail: () => Buffer
}

/** The request of one subscription. */
export interface EventQuestion {
  readonly args: ExecutionArgs
  readonly context: Context
  /** Subscriptions with the same request have the same key. */
  readonly key: string
}

/**
 * A subscriber that asks for the answers to its events. It gets calls instead of promises, because there are thousands.
 */
export interface Asker {
  readonly question: EventQuestion
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
  private waiting: Asker[] = []

  constructor(
    private readonly run: (asker: EventQuestion) => Promise<Execution>,
    first: EventQuestion,
  ) {
    run(first).then(
      ({ answer, personal }) => {
        this.personal = personal
        if (!personal) this.answer = answer
        // A personal answer belongs to the first subscriber. Each other one executes the event itself.
        this.settle((asker) =>
          personal && asker.question !== first ? this.own(asker) : asker.answered(answer),
        )
      },
      (error: unknown) => {
        this.error = error
        this.settle((asker) => asker.failed(error))
      },
    )
  }

  get isStale(): boolean {
    return this.since !== undefined && performance.now() - this.since > FRESH_MS
  }

  tell(asker: Asker): void {
    if (this.since === undefined) this.waiting.push(asker)
    else if (this.personal) this.own(asker)
    else queueMicrotask(() => asker.failed(this.error))
  }

  private settle(tell: (asker: Asker) => void): void {
    this.since = performance.now()
    const { waiting } = this
    this.waiting = []
    for (const asker of waiting) tell(asker)
  }

  private own(asker: Asker): void {
    this.run(asker.question).then(
      ({ answer }) => asker.answered(answer),
      (error: unknown) => asker.failed(error),
    )
  }
}

/** An answer shows current data. For later subscribers, an answer older than this is executed again. */
const FRESH_MS = 1_000

/**
 * Executes each event once for all subscribers with the same request and the same rights. The answer is kept as long
 * as the event, which is freed when every reader has passed it. So groups need no members and no clean-up.
 * @param formatError turns an error into what the client sees
 * @param limited replaces a result that is larger than MAX_RESPONSE_BYTES
 */
export function eventAnswers(formatError: (error: unknown) => object, limited: LimitAnswer) {
  const kept = new WeakMap<object, Map<string, Shared>>()

  async function run(
    event: object,
    { args, context }: EventQuestion,
    audience: Audience,
  ): Promise<Execution> {
    const own = eventContext(context, audience)
    const result = limited(await execute({ ...args, rootValue: event, contextValue: own.context }))
    let tail: Buffer | undefined
    const messageTail = () => {
      tail ??= Buffer.from(`,"type":"next","payload":${JSON.stringify(formatted(result))}}`)
      return tail
    }
    return { answer: { result, messageTail }, personal: own.isPersonal() }
  }

  const formatted = ({ errors, data, extensions }: ExecutionResult) => ({
    ...(errors && { errors: errors.map(formatError) }),
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

  const start = (event: object, question: EventQuestion, audience: Audience) =>
    new Shared((asked) => run(event, asked, audience), question)

  /**
   * @param group the asker's current group, from `groupOf`
   * @returns the answer if it is ready; undefined if the asker will be called
   */
  return function answerTo(
    event: object,
    asker: Asker,
    audience: Audience,
    group: string,
  ): EventAnswer | undefined {
    const ofEvent = keptOf(event)
    let shared = ofEvent.get(group)
    if (!shared || shared.isStale) {
      shared = start(event, asker.question, audience)
      ofEvent.set(group, shared)
      for (const next of asker.peek()) {
        const ofNext = keptOf(next)
        if (!ofNext.has(group)) ofNext.set(group, start(next, asker.question, audience))
      }
    }
    if (!shared.answer) shared.tell(asker)
    return shared.answer
  }
}

/** Subscribers in the same group may share an answer: they have the same request and the same rights. */
export const groupOf = (question: EventQuestion, audience: Audience) => `${audience.key} ${question.key}`

export type AnswerTo = ReturnType<typeof eventAnswers>
