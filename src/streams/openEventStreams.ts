import pLimit from 'p-limit'
import type { Database } from '../database/database.js'
import { type Actor, userIdOf } from '../domain/core/actor.js'
import { noAuthority } from '../domain/core/permission.js'
import type { Hint } from '../domain/core/transact.js'
import { badUserInput, credentialEnded, forbidden, unauthenticated, unavailable } from '../errors.js'
import type { Log } from '../lib/log.js'
import { outageOf } from '../lib/outage.js'
import { INSTANCE, inboxes, instanceEvents, orgHistories } from './eventSource.js'
import type { Audience, EventStreams } from './eventStreams.js'
import { Feed, type FeedLoad } from './feed.js'
import type { Hints } from './hints/hints.js'
import { instanceLog } from './instanceLog.js'
import { loadInstanceRights, newestInInbox, type RightsAt, revokedAmong, rightsLoader } from './loadRights.js'
import { fixedRights, refusal } from './rights.js'
import { Subscriber, type SubscriberOptions } from './subscriber.js'
import type { Tailer } from './tailer.js'

export interface EventStreamsOptions {
  database: Database
  /** Tell the streams when to read events. If a hint is lost, polling every half second finds the events. */
  hints: Hints
  limits: {
    /** The most events that may wait for one subscriber. */
    subscriberQueue: number
  }
  log: Log
  /** The clock by which credentials expire. The server passes the database's clock. */
  now?: () => Date
  /** Whether an error means that the database is unreachable. */
  isDatabaseAway?: (error: unknown) => boolean
}

export interface RunningEventStreams extends EventStreams {
  /** Call it after each commit that recorded events. It wakes the streams of all servers. */
  hint(hint: Hint): void
  /** Ends the streams of a user whose sign-ins have ended, with UNAUTHENTICATED. */
  endStreamsOf(userId: string): void
  load(): StreamsLoad
  /** Ends every stream with UNAVAILABLE, so that no reader thinks the org was deleted. */
  close(): Promise<void>
}

/**
 * What the streams do at the moment: `org` of the histories of orgs, `inbox` of the inboxes of users, `instance` of the
 * events of all orgs.
 */
export type StreamsLoad = Record<'org' | 'inbox' | 'instance', FeedLoad>

/** Events without a hint may be late by one second. Half of that is for the read itself on a busy machine. */
const POLL_EVERY_MS = 500
const CATCH_UPS_AT_ONCE = 4

export function openEventStreams(options: EventStreamsOptions): RunningEventStreams {
  const { database, hints, limits, log, now = () => new Date(), isDatabaseAway } = options
  const outage = outageOf('Reading events', log, isDatabaseAway)
  const catchUps = pLimit(CATCH_UPS_AT_ONCE)
  const loadRights = rightsLoader(database)
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const onUse = () => {
    const used = !closed && feeds.some(({ size }) => size > 0)
    if (used) timer ??= setInterval(tick, POLL_EVERY_MS).unref()
    else {
      clearInterval(timer)
      timer = undefined
    }
  }
  const histories: Feed = new Feed({
    source: orgHistories(database),
    outage,
    beforeDelivery: endRevoked,
    onUse,
  })
  const inboxFeed: Feed = new Feed({
    source: inboxes(database),
    outage,
    beforeDelivery: () => Promise.resolve(),
    onUse,
  })
  const allOrgs = instanceLog(database)
  const instanceFeed: Feed = new Feed({
    source: instanceEvents(database, allOrgs),
    outage,
    beforeDelivery: endRevoked,
    onUse,
  })
  const feeds: readonly Feed[] = [histories, inboxFeed, instanceFeed]

  /** Ends the streams of revoked instance tokens. An org has no event for these revocations. */
  async function endRevoked(tailers: Iterable<Tailer>): Promise<void> {
    const all = [...tailers]
    const tokens = [...new Set(all.flatMap((tailer) => [...tailer.instanceTokens()]))]
    if (tokens.length === 0) return
    for (const token of await revokedAmong(database, tokens))
      for (const tailer of all) tailer.tokenRevoked(token)
  }

  let isPolling = false
  function tick(): void {
    const time = now().getTime()
    for (const feed of feeds)
      for (const tailer of feed.all()) for (const subscriber of tailer.allSubscribers()) subscriber.tick(time)
    if (isPolling) return
    isPolling = true
    Promise.all([
      ...feeds.map((feed) => feed.poll()),
      endRevoked([...histories.all(), ...instanceFeed.all()]),
    ])
      .then(outage.over, outage.report)
      .finally(() => {
        isPolling = false
      })
  }

  const stopHints = hints.onHint((hint) => {
    if (hint === 'everything') {
      for (const feed of feeds) feed.wakeAll()
      return
    }
    for (const orgId of hint.orgIds) histories.wake(orgId)
    for (const userId of hint.userIds) inboxFeed.wake(userId)
    if (hint.orgIds.length > 0) instanceFeed.wake(INSTANCE)
  })

  /**
   * First registers for hints and then loads the actor's rights, so the tailer's log has every event after the rights
   * were read. If another subscriber has meanwhile started the log at a later event, the rights are loaded again.
   */
  async function open(
    feed: Feed,
    key: string,
    read: () => Promise<RightsAt | null>,
    {
      actor,
      after,
      permission,
      only,
    }: Pick<SubscriberOptions, 'permission' | 'only'> & {
      actor: Actor
      after: number | null
    },
  ): Promise<Subscriber> {
    const expiresAt = endOf(actor)
    if (actor.kind === 'nobody') throw unauthenticated()
    // Requests accept a token for some seconds after its expiry, but a stream ends exactly at the expiry.
    if (expiresAt <= now().getTime()) throw credentialEnded()
    const tailer = feed.acquire(key)
    let taken = false
    try {
      const entry = tailer.head
      let current = await read()
      if (current && current.newest < entry.position) current = await read()
      const refused = current ? permission && refusal(current.rights, permission) : forbidden()
      if (refused || !current) throw refused
      if (closed || current.newest < entry.position) throw unavailable()
      if (after !== null && after > current.newest)
        throw badUserInput('`after` is no cursor of this stream: there is no such event.')
      const first = tailer.startAt(current.newest)
      taken = true
      const subscriber = new Subscriber({
        tailer,
        after: after ?? current.newest,
        entry,
        rights: current.rights,
        rightsAt: current.newest,
        permission,
        only,
        expiresAt,
        personId: userIdOf(actor),
        queueLimit: limits.subscriberQueue,
        catchUps,
        onReadError: outage.report,
      })
      // The tailer ignored hints while it had no position.
      if (first) feed.scheduleRead(tailer)
      return subscriber
    } finally {
      if (!taken) feed.release(tailer)
    }
  }

  return {
    org: ({ orgId, after, actor, permission, only }) =>
      open(histories, orgId, () => loadRights(actor, orgId), { actor, after, permission, only }),
    inbox({ userId, after, actor }) {
      const read = async () => {
        const newest = userIdOf(actor) === userId ? await newestInInbox(database, userId) : null
        return newest === null ? null : { newest, rights: fixedRights(ownInbox) }
      }
      return open(inboxFeed, userId, read, { actor, after, permission: undefined, only: undefined })
    },
    instance({ after, actor }) {
      // The position is read first: what is committed after it is delivered, and a revocation ends the stream.
      const read = async () => {
        const newest = await allOrgs.complete()
        const rights = await loadInstanceRights(database, actor)
        return rights && { newest, rights }
      }
      return open(instanceFeed, INSTANCE, read, {
        actor,
        after,
        permission: 'EVENT_READ',
        only: undefined,
      })
    },
    newestOfInstance: () => allOrgs.complete(),
    hint: (hint) => hints.publish(hint),
    endStreamsOf(userId) {
      for (const feed of feeds)
        for (const tailer of feed.all())
          for (const subscriber of tailer.allSubscribers())
            if (subscriber.personId === userId) subscriber.end(credentialEnded())
    },
    load: () => ({ org: histories.load(), inbox: inboxFeed.load(), instance: instanceFeed.load() }),
    async close() {
      closed = true
      stopHints()
      await Promise.all(feeds.map((feed) => feed.close()))
      onUse()
    },
  }
}

/** The audience of every inbox: only the user themselves. */
const ownInbox: Audience = { key: 'self', orgId: null, authority: noAuthority, sharesOrg: false }

function endOf(actor: Actor): number {
  if (actor.kind === 'nobody') return 0
  return actor.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY
}
