import { type Channel, channel, type TracingChannel, tracingChannel } from 'node:diagnostics_channel'

/**
 * What the server tells about itself. The code that does something publishes it here, and knows nothing of metrics and
 * traces; `src/telemetry` listens if the settings ask for it. While nobody listens, a channel costs one look at
 * `hasSubscribers`: check it before you make a message on a busy path.
 */
interface Topic<Message extends object> {
  readonly hasSubscribers: boolean
  publish(message: Message): void
  subscribe(listener: (message: Message) => void): void
  unsubscribe(listener: (message: Message) => void): void
}

/** @returns a function that ends it */
export function listen<Message extends object>(
  topic: Topic<Message>,
  listener: (message: Message) => void,
): () => void {
  topic.subscribe(listener)
  return () => topic.unsubscribe(listener)
}

const topic = <Message extends object>(name: string): Topic<Message> =>
  channel(`guildhall:${name}`) as Channel as Topic<Message>

/** Work that takes time. */
export interface Work<Facts extends object> {
  readonly channels: TracingChannel<unknown, Facts & Begun>
  readonly ended: Topic<Facts & Ended>
  /** Whether somebody listens. Check it before `watch` on a busy path. */
  readonly isWatched: boolean
  /** Runs the work and tells about its begin and its end. What it starts is a part of it. */
  watch<Result>(facts: Facts, run: () => Promise<Result>): Promise<Result>
}

interface Begun {
  /** From performance.now(). */
  begunAt: number
}

export interface Ended extends Begun {
  /** What it threw. */
  error?: unknown
  result?: unknown
}

const work = <Facts extends object>(name: string): Work<Facts> => {
  const channels = tracingChannel<unknown, Facts & Begun>(`guildhall:${name}`)
  const { start, asyncEnd } = channels
  const isWatched = () => start.hasSubscribers || asyncEnd.hasSubscribers
  return {
    channels,
    ended: channels.asyncEnd as Channel as Topic<Facts & Ended>,
    get isWatched() {
      return isWatched()
    },
    watch: (facts, run) =>
      isWatched()
        ? (channels.tracePromise(run, { ...facts, begunAt: performance.now() }) as ReturnType<typeof run>)
        : run(),
  }
}

/** Somebody asked for too much, and was refused or made to wait. */
export const limitMet = topic<{
  limit:
    | 'requests_per_address'
    | 'operations_per_caller'
    | 'operations_in_flight'
    | 'wait_for_turn'
    | 'operations_per_socket'
    | 'sockets_per_caller'
    | 'streams_per_caller'
}>('limit-met')

export const credentialRefused = topic<{ reason: string }>('credential-refused')

/** A reader of a stream got an event, and the transport has taken it. */
export const streamEventSent = topic<{
  occurredAt: Date
  /** Whether it was read from the table because the reader had missed it. */
  isCatchUp: boolean
}>('stream-event-sent')

/** An attempt to send a mail is over. */
export const mailTried = topic<{
  kind: string
  /** `deferred`: it will be tried again. */
  result: 'sent' | 'deferred' | 'failed'
  /** Why it was not sent. */
  problem: string | undefined
}>('mail-tried')

/** An attempt to post a message to a webhook is over. */
export const webhookTried = topic<{
  /** `refused`: the endpoint answered with another status than 2xx. `unreachable`: it did not answer. */
  result: 'accepted' | 'refused' | 'unreachable'
  /** When the event happened. Undefined for pings and for messages that somebody asked for again. */
  occurredAt: Date | undefined
}>('webhook-tried')

export const httpRequests = work<{
  method: string
  /** A page's path may be a secret: don't show it. */
  path: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  statusCode: () => number
}>('http-request')

export const executions = work<{
  type: string
  /** The client's own name for the operation. */
  name: string | undefined
}>('execution')

export const transactions = work<Record<never, never>>('transaction')

/** The text has placeholders instead of values. */
export const statements = work<{ text: string }>('statement')

export const jobRuns = work<{ task: string; attempt: number }>('job-run')

export const mailSendings = work<{ kind: string }>('mail-sending')

export const webhookPosts = work<{ host: string; messageId: string }>('webhook-post')
