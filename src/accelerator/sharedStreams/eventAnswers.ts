import { type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import type { Context } from '../../graphql/context.js'
import type { LimitAnswer } from '../../graphql/limits/answerSize.js'
import type { Audience } from '../../streams/eventStreams.js'
import { eventContext } from './eventContext.js'

/** What an event is to those who asked the same. */
export interface EventAnswer {
  readonly result: ExecutionResult
  /** What follows the id in the message of graphql-transport-ws that brings it: made at its first use, once. */
  readonly messageTail: () => Buffer
}

/** One subscription, as far as its events are concerned. */
export interface EventQuestion {
  readonly args: ExecutionArgs
  readonly context: Context
  /** The same for subscriptions that ask the same. */
  readonly key: string
}

/** Who asks for answers, one event after the other. Told by a call and not by a promise, for there are thousands. */
export interface Asker {
  readonly question: EventQuestion
  /**
   * Events that it will ask for next: where it is the first to ask, they are executed side by side, so that a burst
   * of events is ready for all and goes out to each by one write.
   */
  coming(): Iterable<object>
  answered(answer: EventAnswer): void
  failed(error: unknown): void
}

interface Execution {
  readonly answer: EventAnswer
  /** Somebody looked at who is watching. */
  readonly personal: boolean
}

/** One execution of an event, for all who ask the same with the same rights. */
class Shared {
  /** When it was made. While it is under way it is shared however long it takes. */
  since: number | undefined
  /** Undefined while it is under way, and where it turned out to be personal. */
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
        // Of a personal answer the first in line is whose it is.
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

/** Answers tell things as they are now: one older than this is made anew for who comes later. */
const FRESH_MS = 1_000

/**
 * Executes each event once for all who ask the same with the same rights. An answer is kept with its event, which
 * goes as soon as no reader has it before them; groups need no other life than that.
 * @param formatError what of an error leaves the server
 * @param limited keeps each message within MAX_RESPONSE_BYTES
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
   * @param group of the asker at the moment, by `groupOf`
   * @returns the answer, at once where another was first; undefined where the asker will be told
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
      for (const next of asker.coming()) {
        const ofNext = keptOf(next)
        if (!ofNext.has(group)) ofNext.set(group, start(next, asker.question, audience))
      }
    }
    if (!shared.answer) shared.tell(asker)
    return shared.answer
  }
}

/** Who may share an answer: those who ask the same, with the same rights. */
export const groupOf = (question: EventQuestion, audience: Audience) => `${audience.key} ${question.key}`

export type AnswerTo = ReturnType<typeof eventAnswers>
