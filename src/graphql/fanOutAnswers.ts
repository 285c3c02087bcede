import { type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import type { Audience } from '../orgEvent/eventStreams.js'
import type { Context } from './context.js'
import { eventContext } from './fanOutContext.js'

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

interface Execution {
  readonly answer: EventAnswer
  /** Somebody looked at who is watching. */
  readonly personal: boolean
}

interface Shared {
  readonly execution: Promise<Execution>
  /** When it was made. While it is under way it is shared however long it takes. */
  since: number | undefined
  /** Undefined while it is under way, and where it turned out to be personal. */
  answer: EventAnswer | undefined
}

/** Answers tell things as they are now: one older than this is made anew for who comes later. */
const FRESH_MS = 1_000

/**
 * Executes each event once for all who ask the same with the same rights. An answer is kept with its event, which
 * goes as soon as no reader has it before them; groups need no other life than that.
 * @param formatError what of an error leaves the server
 */
export function eventAnswers(formatError: (error: unknown) => object) {
  const kept = new WeakMap<object, Map<string, Shared>>()

  async function run(
    event: object,
    { args, context }: EventQuestion,
    audience: Audience,
  ): Promise<Execution> {
    const own = eventContext(context, audience)
    const result = await execute({ ...args, rootValue: event, contextValue: own.context })
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

  function start(ofEvent: Map<string, Shared>, event: object, question: EventQuestion, audience: Audience) {
    const execution = run(event, question, audience)
    const shared: Shared = { execution, since: undefined, answer: undefined }
    ofEvent.set(groupOf(question, audience), shared)
    return execution.then(({ answer, personal }) => {
      shared.since = performance.now()
      if (!personal) shared.answer = answer
      return answer
    })
  }

  function keptOf(event: object): Map<string, Shared> {
    let ofEvent = kept.get(event)
    if (!ofEvent) {
      ofEvent = new Map()
      kept.set(event, ofEvent)
    }
    return ofEvent
  }

  /**
   * The answer, at once where another reader was first.
   * @param coming what this reader will ask next: where it is the first to ask, they are executed side by side,
   *   so that a burst of events is ready for all and goes out to each by one write
   */
  return function answerTo(
    event: object,
    question: EventQuestion,
    audience: Audience,
    coming: () => Iterable<object>,
  ): EventAnswer | Promise<EventAnswer> {
    const group = groupOf(question, audience)
    const ofEvent = keptOf(event)
    const shared = ofEvent.get(group)
    if (!shared || (shared.since !== undefined && performance.now() - shared.since > FRESH_MS)) {
      for (const next of coming()) {
        const ofNext = keptOf(next)
        // What fails is told to whoever asks for it.
        if (!ofNext.has(group)) start(ofNext, next, question, audience).catch(() => {})
      }
      return start(ofEvent, event, question, audience)
    }
    if (shared.answer) return shared.answer
    return shared.execution.then(async ({ answer, personal }) =>
      personal ? (await run(event, question, audience)).answer : answer,
    )
  }
}

const groupOf = (question: EventQuestion, audience: Audience) => `${audience.key} ${question.key}`

export type AnswerTo = ReturnType<typeof eventAnswers>
