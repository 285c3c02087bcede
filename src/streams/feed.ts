import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { OrgEventRow } from '../domain/core/orgEvent.js'
import { eventsGone, unavailable } from '../errors.js'
import type { Outage } from '../lib/outage.js'
import type { EventSource } from './eventSource.js'
import { Tailer } from './tailer.js'

/** The most streams that one statement reads, and the most events that it reads of each. */
const STREAMS_AT_ONCE = 64
const EVENTS_EACH = 200
/** The shortest time between two reads. So many hints at once need only a few statements. */
const READ_EVERY_MS = 5
/**
 * The longest time between two reads. The time between reads is twice the time that the process was busy since the last
 * read. The events of that time are delivered together: for a thousand subscribers, two events cost hardly more than one.
 */
const READ_EVERY_MS_WHEN_BUSY = 40

export interface FeedOptions {
  source: EventSource
  outage: Outage
  /** Called between reading events and delivering them. It ends the streams that may not get them. */
  beforeDelivery: (tailers: Tailer[]) => Promise<void>
  /** Called when the first subscriber of a stream comes or the last one goes. */
  onUse: () => void
}

/** What a poll has found out about a tailer's stream. */
type TailerState = Pick<Tailer, 'isDeleted' | 'newest'>

/** The orgs or users that are followed, and the streams that read them. */
export interface FeedLoad {
  tailers: number
  subscribers: number
}

/**
 * All tailers of one kind on this server: of org histories, or of inboxes. It always reads events from the table, whether
 * a hint or a poll woke the tailer. One statement at a time reads the events of all tailers that are due.
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

  load(): FeedLoad {
    let subscribers = 0
    for (const tailer of this.tailers.values()) subscribers += tailer.allSubscribers().size
    return { tailers: this.tailers.size, subscribers }
  }

  /**
   * Returns the tailer of an org or a user. Either the caller releases it, or a subscriber that was added to it does.
   */
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

  /** Reads the new events of an org or a user soon, if it has subscribers. */
  wake(key: string): void {
    const tailer = this.tailers.get(key)
    if (tailer) this.scheduleRead(tailer)
  }

  wakeAll(): void {
    for (const tailer of this.tailers.values()) this.scheduleRead(tailer)
  }

  scheduleRead(tailer: Tailer): void {
    if (this.closed || tailer.position === undefined) return
    this.due.add(tailer)
    this.reading ??= this.readDue()
  }

  /** Finds new events whose hint was lost, and deleted orgs and users. It needs one statement for all streams. */
  async poll(): Promise<void> {
    const started = [...this.tailers.values()].filter(({ position }) => position !== undefined)
    if (started.length === 0) return
    const newest = await this.options.source.newest(started.map(({ key }) => key))
    for (const tailer of started) {
      const position = newest.get(tailer.key)
      if (position === undefined) tailer.isDeleted = true
      if (position === undefined || position > (tailer.position ?? 0)) {
        tailer.newest = position ?? 0
        this.scheduleRead(tailer)
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
    for (const tailer of this.tailers.values()) tailer.endAll(unavailable())
    await this.reading
  }

  private async readDue(): Promise<void> {
    const { source, outage, beforeDelivery } = this.options
    // Waits one turn, so that all tailers that one hint or one poll wakes are read together.
    await Promise.resolve()
    while (this.due.size > 0) {
      const wait = this.lastRead + this.readInterval() - performance.now()
      if (wait > 0) await delay(wait)
      this.lastRead = performance.now()
      this.loadAtLastRead = performance.eventLoopUtilization()
      const tailers = this.takeDue()
      const follow = new Map(tailers.map(({ key, position = 0 }) => [key, position]))
      const last = tailers.map(({ isDeleted, newest }) => ({ isDeleted, newest }))
      try {
        const events = await source.readAfter(follow, EVENTS_EACH)
        if (events.length > 0) await beforeDelivery(tailers)
        const byKey = this.byKey(events)
        const pruned = await this.prunedAmong(tailers, byKey, last)
        outage.over()
        this.deliver(tailers, byKey, last, pruned)
      } catch (error) {
        // The next poll finds the events that were not read now.
        outage.report(error)
      }
    }
    this.reading = undefined
  }

  /** The time between the last read and the next one, ms. */
  private readInterval(): number {
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

  private byKey(events: OrgEventRow[]): Map<string | null, OrgEventRow[]> {
    const byKey = new Map<string | null, OrgEventRow[]>()
    for (const event of events) {
      const key = this.options.source.keyOf(event)
      const present = byKey.get(key)
      if (present) present.push(event)
      else byKey.set(key, [event])
    }
    return byKey
  }

  /**
   * The tailers that have not read for so long, for example because the machine slept, that their next events are deleted
   * by now. Without events and without gaps there is nothing to ask, so this is hardly ever a statement.
   */
  private async prunedAmong(
    tailers: readonly Tailer[],
    byKey: ReadonlyMap<string | null, OrgEventRow[]>,
    last: readonly TailerState[],
  ): Promise<ReadonlySet<Tailer>> {
    const pruned = new Set<Tailer>()
    for (const [index, tailer] of tailers.entries()) {
      const { position = 0 } = tailer
      if (byKey.has(tailer.key) || (last[index]?.newest ?? 0) <= position) continue
      if (await tailer.isPruned(position)) pruned.add(tailer)
    }
    return pruned
  }

  /** @param last the state of each tailer before the read */
  private deliver(
    tailers: readonly Tailer[],
    byKey: ReadonlyMap<string | null, OrgEventRow[]>,
    last: readonly TailerState[],
    pruned: ReadonlySet<Tailer>,
  ): void {
    for (const [index, tailer] of tailers.entries()) {
      if (pruned.has(tailer)) {
        tailer.skipTo(last[index]?.newest ?? 0, eventsGone())
        continue
      }
      const own = byKey.get(tailer.key) ?? []
      tailer.append(own)
      if (own.length === EVENTS_EACH) {
        this.scheduleRead(tailer)
        continue
      }
      tailer.readUpTo(last[index]?.newest ?? 0)
      if (last[index]?.isDeleted) {
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
