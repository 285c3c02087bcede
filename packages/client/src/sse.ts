import { type EventStreamOptions, openEventStream } from './events/eventStream.js'
import { type ResumingSubscriptions, resuming } from './resuming.js'

export { type EventStream, type EventStreamOptions, openEventStream } from './events/eventStream.js'
export type { Operation } from './events/sink.js'
export type { Result, ResultSink, ResumingSubscriptions } from './resuming.js'

export interface ResumingEventStream extends ResumingSubscriptions {
  /** Drops all connections, as a lost network does. The subscriptions resume. */
  terminate(): void
}

/**
 * Subscriptions by Server-Sent Events that resume, by the same rules as those of `resumingClient`. For networks whose
 * proxies refuse WebSockets. Each subscription is a request of its own: with HTTP/1.1 a browser allows six to a host.
 */
export function resumingEventStream(options: EventStreamOptions): ResumingEventStream {
  const stream = openEventStream(options)
  return { ...resuming(stream), terminate: stream.terminate }
}
