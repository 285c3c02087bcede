import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { OrgEventRow } from '../domain/core/orgEvent.js'
import { unavailable } from '../errors.js'
import type { Outage } from '../lib/outage.js'
import type { EventSource } from './eventSource.js'
import { Tailer } from './tailer.js'

/** The most streams that one statement reads, and the most events of each. */
const STREAMS_AT_ONCE = 64
const EVENTS_EACH = 200
/** The shortest time between two reads, so that many hints at once become few statements. */
const READ_EVERY_MS = 5
/**
 * The longest time between two reads. While the process is busy, the time between reads is twice what it was busy. The
 * events of that time are delivered together: for a thousand subscribers two events cost hardly more than one.
 */
const READ_EVERY_MS_WHEN_BUSY = 40

export interface FeedOptions {
  source: EventSource
  outage: Outage
  /** Called after events were read and before they are delivered. It ends streams that may not get them. */
  beforeDelivery: (tailers: Tailer[]) => Promise<void>
  /** Called when the first subscriber of a stream comes or the last one goes. */
  onUse: () => void
}

/**
 * All tailers of one kind on this server. Events are always read from the table, whatever woke the tailer. Tailers that
 * have to look are read together, with one statement at a time.
 */
export class Feed {
  private readonly tailers = new Map<string, Tailer>()
  private readonly due = new Set<Tailer>()
  private reading: Promise<void> | undefined
  private lastRead = 0
  private loadAtLastRead = performance.eventLoopUtilization()
  private closed = false

  constructor(private readonly options: FeedOptions) {}

  get size(): number {
    return this.tailers.size
  }

  /** The tailer of an org or a user. The caller releases it, or the subscriber that is added to it does. */
  acquire(key: string): Tailer {
    let tailer = this.tailers.get(key)
    if (!tailer) {
      tailer = new Tailer(key, this.options.source, (unused) => this.release(unused))
      this.tailers.set(key, tailer)
      this.options.onUse()
    }
    tailer.users += 1
    return tailer
  }

  release(tailer: Tailer): void {
    tailer.users -= 1
    if (tailer.users === 0) this.drop(tailer)
  }

  /** Looks for new events of an org or a user, if it has subscribers. */
  wake(key: string): void {
    const tailer = this.tailers.get(key)
    if (tailer) this.look(tailer)
  }

  wakeAll(): void {
    for (const tailer of this.tailers.values()) this.look(tailer)
  }

  look(tailer: Tailer): void {
    if (this.closed || tailer.position === undefined) return
    this.due.add(tailer)
    this.reading ??= this.readDue()
  }

  /** Finds new events without a hint, and deleted orgs. It is one statement for all streams. */
  async poll(): Promise<void> {
    const started = [...this.tailers.values()].filter(({ position }) => position !== undefined)
    if (started.length === 0) return
    const newest = await this.options.source.newest(started.map(({ key }) => key))
    for (const tailer of started) {
      const position = newest.get(tailer.key)
      if (position === undefined) tailer.vanished = true
      if (position === undefined || position > (tailer.position ?? 0)) {
        tailer.newest = position ?? 0
        this.look(tailer)
      }
    }
  }

  all(): Iterable<Tailer> {
    return this.tailers.values()
  }

  /** Ends every stream and waits for the running read. */
  async close(): Promise<void> {
    this.closed = true
    this.due.clear()
    for (const tailer of this.tailers.values())
      for (const subscriber of tailer.watchers()) subscriber.end(unavailable())
    await this.reading
  }

  private async readDue(): Promise<void> {
    const { source, outage, beforeDelivery } = this.options
    // All tailers that one hint or one poll wakes are read together.
    await Promise.resolve()
    while (this.due.size > 0) {
      const wait = this.lastRead + this.distance() - performance.now()
      if (wait > 0) await delay(wait)
      this.lastRead = performance.now()
      this.loadAtLastRead = performance.eventLoopUtilization()
      const tailers = this.takeDue()
      const follow = new Map(tailers.map(({ key, position = 0 }) => [key, position]))
      const last = tailers.map(({ vanished, newest }) => ({ vanished, newest }))
      try {
        const events = await source.readAfter(follow, EVENTS_EACH)
        if (events.length > 0) await beforeDelivery(tailers)
        outage.over()
        this.handOut(tailers, events, last)
      } catch (error) {
        // The next poll finds the events that were not read now.
        outage.report(error)
      }
    }
    this.reading = undefined
  }

  /** The time from the last read to the next one, ms. */
  private distance(): number {
    const { active } = performance.eventLoopUtilization(this.loadAtLastRead)
    return Math.min(Math.max(READ_EVERY_MS, 2 * active), READ_EVERY_MS_WHEN_BUSY)
  }

  private takeDue(): Tailer[] {
    const taken: Tailer[] = []
    for (const tailer of this.due) {
      if (taken.length === STREAMS_AT_ONCE) break
      this.due.delete(tailer)
      if (tailer.users > 0) taken.push(tailer)
    }
    return taken
  }

  /** @param last what was known of each tailer before the read began */
  private handOut(
    tailers: Tailer[],
    events: OrgEventRow[],
    last: Array<{ vanished: boolean; newest: number }>,
  ): void {
    const byKey = new Map<string | null, OrgEventRow[]>()
    for (const event of events) {
      const key = this.options.source.keyOf(event)
      const present = byKey.get(key)
      if (present) present.push(event)
      else byKey.set(key, [event])
    }
    for (const [index, tailer] of tailers.entries()) {
      const own = byKey.get(tailer.key) ?? []
      tailer.append(own)
      if (own.length === EVENTS_EACH) {
        this.look(tailer)
        continue
      }
      tailer.readUpTo(last[index]?.newest ?? 0)
      if (last[index]?.vanished) {
        tailer.end()
        this.drop(tailer)
      }
    }
  }

  private drop(tailer: Tailer): void {
    if (this.tailers.get(tailer.key) !== tailer) return
    this.tailers.delete(tailer.key)
    this.options.onUse()
  }
}
