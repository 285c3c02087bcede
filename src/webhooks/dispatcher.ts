import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import DataLoader from 'dataloader'
import { LRUCache } from 'lru-cache'
import pLimit from 'p-limit'
import sql from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import type { Hint } from '../domain/core/transact.js'
import type { Log } from '../lib/log.js'
import { outageOf } from '../lib/outage.js'
import type { Hints } from '../streams/hints/hints.js'
import { type DeliveryServices, deliverPlace, type HeldPlace } from './deliverPlace.js'
import { keepLeases, type LeasedPlace } from './leases.js'
import {
  type Candidate,
  candidatesDue,
  candidatesOf,
  type Overview,
  orgsBehindInstance,
  readOverview,
  readWakeInMs,
} from './lookout.js'
import type { WriteBodies } from './message.js'
import { type NextAsked, readNext } from './nextEvents.js'
import { claimPlaces, type Place, releaseAll } from './places.js'
import { keyOf, progressWriter } from './progressWriter.js'
import { requestSender } from './requestSender.js'
import { hostOf, roomBeside } from './room.js'

export interface DispatcherOptions
  extends Pick<DeliveryServices, 'transact' | 'sender' | 'keySecret' | 'retryForMs' | 'now'> {
  database: Queryable
  hints: Hints
  writeBodies: WriteBodies
  /** How many operations of clients run on this server, or wait for their turn. */
  operationsInFlight: () => number
  log: Log
  isDatabaseAway: (error: unknown) => boolean
}

export interface Dispatcher {
  /** Call it after each commit of this server. It costs nothing for an org without webhooks. */
  committed(hint: Hint): void
  /** Waits a moment for the running attempts, then breaks them off and leaves their places to other servers. */
  close(): Promise<void>
}

const TICK_MS = 500
/**
 * How often it looks for what nobody told it, in ticks. It is less than a lease, so that it knows the end of each lease
 * before.
 */
const SWEEP_EVERY = 10
/** When to look again at a place that another server delivers, ms. */
const LOOK_AGAIN_MS = 1_500
const CLOSE_WITHIN_MS = 2_000

/** An endpoint that takes longer for a message is slow, ms, and for how long that is remembered. */
const SLOW_MS = 1_000
const SLOW_FOR_MS = 600_000
const MAX_SLOW = 10_000

/** From so many operations in flight on, requests fill the server. */
const BUSY_FROM = 12
/** How long a place may then deliver while others wait, ms. */
const TURN_MS = 500

/** The most places that one statement reads, each with up to 400 events. */
const READS_AT_ONCE = 10
/** Connections of the pool that it uses at once, however many places there are. */
const CONNECTIONS = 3

interface Held extends HeldPlace, LeasedPlace {
  host: string
  inTrouble: boolean
  /** Whether its endpoint has not answered for longer than `SLOW_MS`. */
  readonly isStuck: boolean
  hasNews: boolean
  hasChange: boolean
  done: Promise<void>
}

/**
 * Delivers the events of webhooks. Any number of servers do so side by side: each takes leases of places, for as many
 * as it has room. A commit's hint says where to look; polling finds what nobody said.
 */
export function openDispatcher(options: DispatcherOptions): Dispatcher {
  const { hints, log, isDatabaseAway } = options
  const few = pLimit(CONNECTIONS)
  // The mark tells in PostgreSQL's statistics, and in tests, that no request sent the statement.
  const database: Queryable = {
    query: (statement) => few(() => options.database.query(sql`/* webhooks */ ${statement}`)),
  }
  const owner = randomUUID()
  const progress = progressWriter(database, owner)
  // Webhooks of one org have news at the same time.
  const next = new DataLoader((asked: readonly NextAsked[]) => readNext(database, owner, asked), {
    cache: false,
    maxBatchSize: READS_AT_ONCE,
  })
  const services: DeliveryServices = { ...options, progress, readNext: (asked) => next.load(asked) }
  const outage = outageOf('Delivering to webhooks', log, isDatabaseAway)
  let listening: Pick<Overview, 'orgs' | 'everybody'> = { orgs: new Set(), everybody: false }
  const held = new Map<string, Held>()
  const leases = keepLeases(held, { database, owner, progress, outage })
  const closing = new AbortController()
  // Every request that is being sent listens to it.
  setMaxListeners(0, closing.signal)
  const requests = requestSender({
    database,
    services,
    writeBodies: options.writeBodies,
    outage,
    closing: closing.signal,
    onSent() {
      // Its webhook may have another one.
      dueAt = 0
      look()
    },
  })
  /** Places whose endpoints were slow lately. */
  const slow = new LRUCache<string, true>({ max: MAX_SLOW, ttl: SLOW_FOR_MS })
  /** Orgs with new events. */
  const hinted = new Set<string>()
  /** What the next look has to read besides. */
  const todo = { overview: true, round: false }
  /** When a place or a request has to be looked at that waits for a time, by the monotonic clock, ms. */
  let dueAt = 0
  let looking: Promise<void> | undefined
  let lookAgain = false
  let ticks = 0
  let lastOrg: string | null = null

  const isBusy = () => options.operationsInFlight() >= BUSY_FROM
  const isHeard = (orgId: string) => listening.everybody || listening.orgs.has(orgId)
  const isAnybodyListening = () => listening.everybody || listening.orgs.size > 0

  const isInTrouble = (place: Candidate) => place.failures > 0 || slow.has(keyOf(place))

  /** Plans a look, but not at once: what is due may find no room. */
  function lookIn(ms: number | null): void {
    if (ms !== null) dueAt = Math.min(dueAt, performance.now() + Math.max(ms, TICK_MS))
  }

  function look(): void {
    if (closing.signal.aborted) return
    lookAgain = true
    looking ??= lookNow().finally(() => {
      looking = undefined
    })
  }

  async function lookNow(): Promise<void> {
    while (lookAgain && !closing.signal.aborted) {
      lookAgain = false
      try {
        if (todo.overview) {
          todo.overview = false
          const { behind, wakeInMs, ...rest } = await readOverview(database)
          listening = rest
          for (const orgId of behind) hinted.add(orgId)
          lookIn(wakeInMs)
        }
        if (!isAnybodyListening()) {
          // Perhaps the first webhook was made meanwhile.
          if (todo.overview) continue
          hinted.clear()
          dueAt = Number.POSITIVE_INFINITY
          continue
        }
        if (todo.round) {
          todo.round = false
          if (listening.everybody) {
            const { behind, last } = await orgsBehindInstance(database, lastOrg)
            lastOrg = last
            for (const orgId of behind) hinted.add(orgId)
          }
        }
        const isDue = performance.now() >= dueAt
        if (isDue) dueAt = Number.POSITIVE_INFINITY
        await takePlaces(isDue)
        if (isDue) {
          await requests.take()
          lookIn(await readWakeInMs(database))
        }
        outage.over()
      } catch (error) {
        todo.overview = true
        dueAt = 0
        outage.report(error)
        return
      }
    }
  }

  async function takePlaces(isDue: boolean): Promise<void> {
    const busy = isBusy()
    const room = roomBeside([...held.values()], busy)
    // No place has to end before there is more room.
    if (busy) lookIn(TICK_MS)
    if (room.left() === 0) return
    const found: Candidate[] = []
    const orgIds = [...hinted].filter(isHeard)
    hinted.clear()
    if (orgIds.length > 0) found.push(...(await candidatesOf(database, orgIds)))
    if (isDue) found.push(...(await candidatesDue(database, room.fullWebhooks())))
    const chosen = new Map<string, Candidate>()
    const waiting = new Set<string>()
    for (const one of found) {
      const key = keyOf(one)
      const mine = held.get(key)
      if (mine) mine.hasNews = true
      else if (one.leased) lookLater(one.orgId)
      else if (!chosen.has(key) && room.take(one, isInTrouble(one))) chosen.set(key, one)
      // It is tried when there is room again.
      else if (!chosen.has(key)) waiting.add(one.orgId)
    }
    takeTurns(waiting, chosen.values())
    if (chosen.size === 0) return
    const claimedAt = performance.now()
    const claimed = await progress.apart(() => claimPlaces(database, owner, [...chosen.values()]))
    for (const place of claimed) {
      const candidate = chosen.get(keyOf(place))
      if (candidate) hold(place, candidate, claimedAt)
    }
  }

  /** Puts waiting orgs back: first those that got no room now, last those that got some. So no org holds up the others. */
  function takeTurns(waiting: ReadonlySet<string>, chosen: Iterable<Candidate>): void {
    const served = new Set(Array.from(chosen, ({ orgId }) => orgId))
    const inOrder = [...[...waiting].filter((orgId) => !served.has(orgId)), ...hinted, ...waiting]
    hinted.clear()
    for (const orgId of inOrder) hinted.add(orgId)
  }

  function hold(place: Place & { seq: number }, candidate: Candidate, leasedAt: number): void {
    const abort = new AbortController()
    const heldAt = performance.now()
    /** When the attempt began that has no answer yet. */
    let askedAt: number | undefined
    const isSlow = () => askedAt !== undefined && performance.now() - askedAt >= SLOW_MS
    const one: Held = {
      ...place,
      host: hostOf(candidate.url),
      inTrouble: isInTrouble(candidate),
      get isStuck() {
        return isSlow()
      },
      hasNews: false,
      hasChange: false,
      leasedAt,
      abort,
      signal: abort.signal,
      takeNews() {
        const { hasNews } = one
        one.hasNews = false
        return hasNews
      },
      takeChange() {
        const { hasChange } = one
        one.hasChange = false
        return hasChange
      },
      asks() {
        askedAt = performance.now()
      },
      answered() {
        if (isSlow()) {
          slow.set(keyOf(place), true)
          one.inTrouble = true
        }
        askedAt = undefined
      },
      closing: closing.signal,
      shouldYield: () => hinted.size > 0,
      isTurnOver: () => hinted.size > 0 && isBusy() && performance.now() - heldAt > TURN_MS,
      done: Promise.resolve(),
    }
    held.set(keyOf(place), one)
    one.done = deliverPlace(services, one)
      .then(lookIn)
      .catch((error) => outage.report(error))
      .finally(() => {
        held.delete(keyOf(place))
        // News that came after the last read.
        if (one.hasNews) hinted.add(one.orgId)
        if (hinted.size > 0) look()
      })
  }

  function lookLater(orgId: string): void {
    setTimeout(() => {
      hinted.add(orgId)
      look()
    }, LOOK_AGAIN_MS).unref()
  }

  const timer = setInterval(() => {
    ticks += 1
    leases.watch()
    if (ticks % SWEEP_EVERY === 0) {
      todo.overview = true
      todo.round = true
    }
    if (todo.overview || performance.now() >= dueAt) look()
  }, TICK_MS).unref()

  const stopHints = hints.onHint((hint) => {
    if (hint === 'everything') {
      todo.overview = true
      todo.round = true
      look()
      return
    }
    if (hint.webhooks) {
      for (const place of held.values()) place.hasChange = true
      todo.overview = true
      dueAt = 0
      look()
    }
    if (held.size === 0) return
    for (const place of held.values()) if (hint.orgIds.includes(place.orgId)) place.hasNews = true
  })
  look()

  return {
    committed({ orgIds, webhooks }) {
      if (closing.signal.aborted) return
      if (webhooks) {
        todo.overview = true
        dueAt = 0
      }
      const heard = webhooks || todo.overview ? orgIds : orgIds.filter(isHeard)
      for (const orgId of heard) hinted.add(orgId)
      if (heard.length > 0 || webhooks) look()
    },
    async close() {
      clearInterval(timer)
      stopHints()
      closing.abort()
      await looking
      const all = Promise.all([...[...held.values()].map(({ done }) => done), ...requests.sending])
      await Promise.race([all, delay(CLOSE_WITHIN_MS, undefined, { ref: false })])
      for (const place of held.values()) place.abort.abort()
      await all
      await leases.settled()
      // The leases that are left are over at once.
      await progress.apart(() => releaseAll(database, owner)).catch(() => {})
    },
  }
}
