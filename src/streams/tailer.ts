import type { OrgEventRow } from '../domain/core/orgEvent.js'
import { appended, type LogEntry, logStart } from './eventLog.js'
import type { EventRange, EventSource } from './eventSource.js'
import { subjectOf } from './rights.js'
import type { Subscriber } from './subscriber.js'

/**
 * Follows one org's history or one user's inbox for all its subscribers on this server. It reads each event once, for
 * every subscriber. It exists as long as it has subscribers.
 */
export class Tailer {
  /** The position up to which all events are read. Undefined until the first subscriber's rights are loaded. */
  position: number | undefined
  /** The newest entry of the log. */
  head: LogEntry = logStart()
  /** Whether all events of a deleted org or user are read. */
  ended = false
  /**
   * Whether a poll has found that the org or user is deleted. The tailer ends after one more read, for the last events.
   */
  isDeleted = false
  /** The newest position at the last poll. */
  newest = 0
  /** The number of subscribers, and of callers who are about to add one. At 0 the tailer is dropped. */
  users = 0
  private readonly subscribers = new Set<Subscriber>()
  /** By the id of a user or API token: the subscribers whose rights depend on it. */
  private readonly bySubject = new Map<string, Set<Subscriber>>()
  private readonly byInstanceToken = new Map<string, Set<Subscriber>>()

  constructor(
    readonly key: string,
    private readonly source: EventSource,
    private readonly release: (tailer: Tailer) => void,
  ) {}

  /**
   * Starts the log after this position.
   * @returns false if another subscriber has already started it
   */
  startAt(position: number): boolean {
    if (this.position !== undefined) return false
    this.position = position
    this.head.position = position
    return true
  }

  positionOf(event: OrgEventRow): number {
    return this.source.positionOf(event)
  }

  append(events: OrgEventRow[]): void {
    for (const event of events) {
      this.position = this.source.positionOf(event)
      this.head = appended(this.head, this.position, event)
      const subject = subjectOf(event)
      const affected = subject === null ? undefined : this.bySubject.get(subject)
      for (const subscriber of affected ?? []) subscriber.applyToRights(this.head)
    }
    for (const subscriber of this.subscribers) subscriber.onProgress()
  }

  /** Call it if all events up to this position are read, even if some numbers do not exist. */
  readUpTo(position: number): void {
    if (this.position !== undefined && position > this.position) this.position = position
  }

  /**
   * Begins again at a later position, without the events up to it. It ends its subscribers with the error. One that is
   * being added sees by the position of its entry that it has to read from the table.
   */
  skipTo(position: number, error: Error): void {
    this.endAll(error)
    this.position = position
    this.head.position = position
  }

  end(): void {
    this.ended = true
    for (const subscriber of this.subscribers) subscriber.onProgress()
  }

  /** Ends all subscribers with an error. Those that come later are not ended. */
  endAll(error: Error): void {
    for (const subscriber of this.subscribers) subscriber.end(error)
  }

  read(range: EventRange, limit: number): Promise<OrgEventRow[]> {
    return this.source.read(this.key, range, limit)
  }

  isPruned(after: number): Promise<boolean> {
    return this.source.isPruned(this.key, after)
  }

  add(subscriber: Subscriber): void {
    this.subscribers.add(subscriber)
    for (const subject of subscriber.rights.subjects) put(this.bySubject, subject, subscriber)
    for (const token of subscriber.rights.instanceTokens) put(this.byInstanceToken, token, subscriber)
  }

  remove(subscriber: Subscriber): void {
    if (!this.subscribers.delete(subscriber)) return
    for (const subject of subscriber.rights.subjects) take(this.bySubject, subject, subscriber)
    for (const token of subscriber.rights.instanceTokens) take(this.byInstanceToken, token, subscriber)
    this.release(this)
  }

  /** The instance tokens that subscribers depend on. There is no event for their revocation. */
  instanceTokens(): Iterable<string> {
    return this.byInstanceToken.keys()
  }

  tokenRevoked(tokenId: string): void {
    for (const subscriber of this.byInstanceToken.get(tokenId) ?? []) subscriber.tokenRevoked(tokenId)
  }

  allSubscribers(): ReadonlySet<Subscriber> {
    return this.subscribers
  }
}

function put(index: Map<string, Set<Subscriber>>, key: string, subscriber: Subscriber): void {
  const present = index.get(key)
  if (present) present.add(subscriber)
  else index.set(key, new Set([subscriber]))
}

function take(index: Map<string, Set<Subscriber>>, key: string, subscriber: Subscriber): void {
  const present = index.get(key)
  present?.delete(subscriber)
  if (present?.size === 0) index.delete(key)
}
