import { setTimeout as delay } from 'node:timers/promises'
import type { LimitFunction } from 'p-limit'
import type { OrgEventRow } from '../domain/core/orgEvent.js'
import { credentialEnded, eventsGone, slowConsumer } from '../errors.js'
import type { Permission } from '../generated/prisma/enums.js'
import { streamEventSent } from '../lib/channels.js'
import type { LogEntry } from './eventLog.js'
import { wants } from './eventSource.js'
import type { Audience, EventStream, Only, WaitingReader } from './eventStreams.js'
import { type Rights, refusal } from './rights.js'
import type { Tailer } from './tailer.js'

type Step = IteratorResult<OrgEventRow, undefined>

/** The most events that a subscriber reads at once while it catches up. */
const CATCH_UP_ROWS = 100
const READ_AGAIN_MS = 500

export interface SubscriberOptions {
  tailer: Tailer
  /** The position of the last event that the reader has seen. */
  after: number
  /** The tailer's newest entry before the rights were read. */
  entry: LogEntry
  rights: Rights
  /** The position of the newest event in `rights`. Later events update them. */
  rightsAt: number
  /** Undefined for an inbox, which needs no permission. */
  permission: Permission | undefined
  only: Only
  /** When the credential expires, ms since 1970. Infinity if never. */
  expiresAt: number
  /** The user who reads. Null for an API token. */
  personId: string | null
  /** The most events that may wait for the reader. With more, the stream ends. */
  queueLimit: number
  /** Limits how many subscribers catch up at the same time. */
  catchUps: LimitFunction
  onReadError: (error: unknown) => void
}

/**
 * One reader of a tailer. It first reads the missed events from the table, in batches, and then follows the tailer's
 * log. It enters the log at the entry that was newest before its last read, so it loses no event and delivers none
 * twice.
 */
export class Subscriber implements EventStream {
  readonly rights: Rights
  /** The last entry of the log that it has read. Undefined while it reads from the table. */
  private entry: LogEntry | undefined
  private cursor: number
  private missed: OrgEventRow[] = []
  private taken = 0
  private reading = false
  private waiting: Waiting | undefined
  private reader: WaitingReader | undefined
  private done = false
  private error: Error | undefined
  /** The position of the event that took the permission away. Events from there on are not delivered. */
  private lostAt = Number.POSITIVE_INFINITY
  private loss: Error | undefined
  private beforeLoss: Audience | undefined
  /** What the reader got last, while somebody asks how late events are sent. */
  private given: { occurredAt: Date; isCatchUp: boolean } | undefined

  constructor(private readonly options: SubscriberOptions) {
    const { tailer, after, entry, rights } = options
    this.rights = rights
    this.cursor = after
    this.entry = after >= entry.position ? entry : undefined
    for (let next = entry.next; next; next = next.next) this.applyToRights(next)
    tailer.add(this)
  }

  get personId(): string | null {
    return this.options.personId
  }

  next(): Promise<Step> {
    if (this.waiting) {
      const again = () => this.next()
      return this.waiting.promise.then(again, again)
    }
    const event = this.take()
    if (event) return Promise.resolve({ done: false, value: event })
    if (this.done) return this.lastStep()
    this.waiting = waiting()
    const { promise } = this.waiting
    if (!this.entry) void this.catchUp()
    return promise
  }

  return(): Promise<Step> {
    this.end()
    return Promise.resolve({ done: true, value: undefined })
  }

  throw(error: unknown): Promise<never> {
    this.end()
    return Promise.reject(error)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  nextNow(): OrgEventRow | undefined {
    return this.waiting || this.reading || this.done ? undefined : this.take()
  }

  notify(reader: WaitingReader): void {
    this.reader = reader
    if (this.done) this.answer()
    else if (!this.entry && !this.reading) void this.catchUp()
  }

  peek(atMost: number): OrgEventRow[] {
    const events: OrgEventRow[] = []
    for (let entry = this.entry?.next; entry && events.length < atMost; entry = entry.next) {
      if (entry.position >= this.lostAt) break
      if (entry.event && entry.position > this.cursor && wants(this.options.only, entry.event))
        events.push(entry.event)
    }
    return events
  }

  audience(): Audience | null {
    return this.done ? null : (this.beforeLoss ?? this.rights.audience())
  }

  /** Called when the tailer has new events or has ended. */
  onProgress(): void {
    if ((this.waiting || this.reader) && !this.reading) {
      this.answer()
      return
    }
    const behind = this.entry ? this.options.tailer.head.index - this.entry.index : 0
    if (behind <= this.options.queueLimit) return
    if (this.reading) this.entry = undefined
    else this.end(slowConsumer())
  }

  /** Called for each event about one of the subjects of its rights. */
  applyToRights({ position, event }: LogEntry): void {
    if (event === undefined || position <= this.options.rightsAt) return
    const before = this.rights.audience()
    this.rights.apply(event)
    this.checkRights(position)
    if (this.loss) this.beforeLoss ??= before
  }

  /** Called when an instance token was revoked. Events that are not delivered yet may be newer, so it drops them. */
  tokenRevoked(tokenId: string): void {
    this.rights.tokenRevoked(tokenId)
    this.checkRights(0)
    if (this.loss) this.end(this.loss)
  }

  /**
   * Ends the stream if the credential has expired, or if the permission was lost but the reader has not read that far.
   */
  tick(now: number): void {
    if (this.options.expiresAt <= now) this.end(credentialEnded())
    else if (this.loss) this.end(this.loss)
  }

  end(error?: Error): void {
    if (this.done) return
    this.done = true
    this.error = error
    this.entry = undefined
    this.missed = []
    this.options.tailer.remove(this)
    this.answer()
  }

  private checkRights(position: number): void {
    const { permission } = this.options
    if (permission === undefined || this.loss) return
    this.loss = refusal(this.rights, permission)
    if (this.loss) this.lostAt = position
  }

  /** Resolves the waiting `next()` if there is an event. A reader of `notify` is only called. */
  private answer(): void {
    const { waiting, reader } = this
    this.reader = undefined
    reader?.resume()
    if (!waiting) return
    const event = this.take()
    if (!event && !this.done) {
      if (!this.entry && !this.reading) void this.catchUp()
      return
    }
    this.waiting = undefined
    if (event) waiting.resolve({ done: false, value: event })
    else this.lastStep().then(waiting.resolve, waiting.reject)
  }

  /** The last result of the iterator. It throws the error only once. */
  private lastStep(): Promise<Step> {
    const { error } = this
    this.error = undefined
    return error ? Promise.reject(error) : Promise.resolve({ done: true, value: undefined })
  }

  /** Takes the next event that is already there and matches the filter. It may end the stream instead. */
  private take(): OrgEventRow | undefined {
    if (!streamEventSent.hasSubscribers) return this.takeNext()
    // The reader comes back when the transport has taken what it got.
    if (this.given) streamEventSent.publish(this.given)
    const isCatchUp = this.missed[this.taken] !== undefined
    const event = this.takeNext()
    this.given = event && { occurredAt: event.occurredAt, isCatchUp }
    return event
  }

  private takeNext(): OrgEventRow | undefined {
    const missed = this.missed[this.taken]
    if (missed) {
      this.taken += 1
      this.cursor = this.options.tailer.positionOf(missed)
      return this.passes(this.cursor, missed) ? missed : undefined
    }
    while (this.entry?.next) {
      this.entry = this.entry.next
      const { position, event } = this.entry
      if (event === undefined || position <= this.cursor) continue
      this.cursor = position
      if (!this.passes(position, event)) return undefined
      if (wants(this.options.only, event)) return event
    }
    if (this.entry && this.options.tailer.ended) this.end()
    return undefined
  }

  private passes(position: number, event: OrgEventRow): boolean {
    if (position >= this.lostAt) this.end(this.loss)
    else if (event.occurredAt.getTime() >= this.options.expiresAt) this.end(credentialEnded())
    return !this.done
  }

  /** Reads from the table until there is an event to deliver, or until it has reached the newest entry of the log. */
  private async catchUp(): Promise<void> {
    const { tailer, only, catchUps, onReadError } = this.options
    this.reading = true
    while (!this.done) {
      const upTo = tailer.position ?? 0
      this.entry = tailer.head
      if (this.cursor >= upTo) break
      const range = { after: this.cursor, upTo, only }
      const found = await catchUps(async () => {
        const rows = await tailer.read(range, CATCH_UP_ROWS)
        return { rows, isPruned: rows.length === 0 && (await tailer.isPruned(range.after)) }
      }).catch(onReadError)
      if (this.done) break
      if (!found) {
        this.entry = undefined
        await delay(READ_AGAIN_MS, undefined, { ref: false })
        continue
      }
      if (found.isPruned) {
        this.end(eventsGone())
        break
      }
      const { rows } = found
      // There is more to read. It enters the log only after the last read.
      if (rows.length === CATCH_UP_ROWS) this.entry = undefined
      else if (rows.length === 0) this.cursor = upTo
      this.missed = rows
      this.taken = 0
      if (rows.length > 0 || this.entry) break
    }
    this.reading = false
    this.answer()
  }
}

interface Waiting {
  promise: Promise<Step>
  resolve: (step: Step) => void
  reject: (error: unknown) => void
}

function waiting(): Waiting {
  let settle: Omit<Waiting, 'promise'> | undefined
  const promise = new Promise<Step>((resolve, reject) => {
    settle = { resolve, reject }
  })
  return { promise, resolve: (step) => settle?.resolve(step), reject: (error) => settle?.reject(error) }
}
