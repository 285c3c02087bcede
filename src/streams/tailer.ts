import type { OrgEventRow } from '../domain/core/orgEvent.js'
import { appended, type LogEntry, logStart } from './eventLog.js'
import type { EventSource, Stretch } from './eventSource.js'
import { subjectOf } from './rights.js'
import type { Subscriber } from './subscriber.js'

/**
 * Follows one org's history, or one user's inbox, for all who watch it on this server: each event is read once
 * and handed to every subscriber. It lives as long as somebody watches.
 */
export class Tailer {
  /** Everything up to it is read. Undefined until the first watcher's standing says where to begin. */
  position: number | undefined
  /** The newest entry of what was read. */
  head: LogEntry = logStart()
  /** Its org or user is gone: what was read is all there will ever be. */
  ended = false
  /** Found to be gone; ends at the next read, which begins after the last event was written. */
  vanished = false
  /** What the last poll knew as its newest position. */
  newest = 0
  /** Watchers, and those about to become one: it is dropped with the last. */
  users = 0
  private readonly subscribers = new Set<Subscriber>()
  /** Whom an event about a user or an API token may cost their right. */
  private readonly bySubject = new Map<string, Set<Subscriber>>()
  private readonly byOutsideToken = new Map<string, Set<Subscriber>>()

  constructor(
    readonly key: string,
    private readonly source: EventSource,
    private readonly release: (tailer: Tailer) => void,
  ) {}

  /**
   * Begins after this position.
   * @returns false where another watcher has begun it already
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

  /** Nothing is left unread up to here, even where numbers are missing. */
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

  /** Tokens of the instance whose end no event here would tell. */
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
