import type { OrgEventRow } from '../domain/core/orgEvent.js'
import { appended, type LogEntry, logStart } from './eventLog.js'
import type { EventSource, Stretch } from './eventSource.js'
import { subjectOf } from './rights.js'
import type { Subscriber } from './subscriber.js'

/**
 * Follows one org's history or one user's inbox for all its subscribers on this server. Each event is read once and given
 * to every subscriber. The tailer exists as long as it has subscribers.
 */
export class Tailer {
  /** Everything up to this position is read. Undefined until the first subscriber's rights are loaded. */
  position: number | undefined
  /** The newest entry of the log. */
  head: LogEntry = logStart()
  /** Whether its org or user is deleted, so that no more events come. */
  ended = false
  /** Whether a poll has found it deleted. It ends after one more read, which finds the last event. */
  vanished = false
  /** The newest position at the last poll. */
  newest = 0
  /** Subscribers, and callers about to add one. The tailer is dropped when there are none. */
  users = 0
  private readonly subscribers = new Set<Subscriber>()
  /** The subscribers whose rights depend on a user or an API token. */
  private readonly bySubject = new Map<string, Set<Subscriber>>()
  private readonly byOutsideToken = new Map<string, Set<Subscriber>>()

  constructor(
    readonly key: string,
    private readonly source: EventSource,
    private readonly release: (tailer: Tailer) => void,
  ) {}

  /**
   * Begins the log after this position.
   * @returns false if another subscriber has already begun it
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
      const concerned = subject === null ? undefined : this.bySubject.get(subject)
      for (const subscriber of concerned ?? []) subscriber.fold(this.head)
    }
    for (const subscriber of this.subscribers) subscriber.moved()
  }

  /** Everything up to here is read, even if numbers are missing. */
  readUpTo(position: number): void {
    if (this.position !== undefined && position > this.position) this.position = position
  }

  end(): void {
    this.ended = true
    for (const subscriber of this.subscribers) subscriber.moved()
  }

  read(stretch: Stretch, limit: number): Promise<OrgEventRow[]> {
    return this.source.read(this.key, stretch, limit)
  }

  add(subscriber: Subscriber): void {
    this.subscribers.add(subscriber)
    for (const subject of subscriber.rights.subjects) put(this.bySubject, subject, subscriber)
    for (const token of subscriber.rights.outsideTokens) put(this.byOutsideToken, token, subscriber)
  }

  remove(subscriber: Subscriber): void {
    if (!this.subscribers.delete(subscriber)) return
    for (const subject of subscriber.rights.subjects) take(this.bySubject, subject, subscriber)
    for (const token of subscriber.rights.outsideTokens) take(this.byOutsideToken, token, subscriber)
    this.release(this)
  }

  /** The instance tokens that subscribers depend on. No event here tells when one is revoked. */
  outsideTokens(): Iterable<string> {
    return this.byOutsideToken.keys()
  }

  tokenRevoked(tokenId: string): void {
    for (const subscriber of this.byOutsideToken.get(tokenId) ?? []) subscriber.tokenRevoked(tokenId)
  }

  watchers(): ReadonlySet<Subscriber> {
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
