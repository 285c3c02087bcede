import type { OrgEventRow } from '../domain/core/orgEvent.js'
import type { Transact } from '../domain/core/transact.js'
import { disableWebhook } from '../domain/webhooks/disableWebhook.js'
import { newDeliveryId } from '../domain/webhooks/undelivered.js'
import { webhookEventType } from '../domain/webhooks/webhook.js'
import { openWebhookSecret, signedHeaders } from '../domain/webhooks/webhookSecret.js'
import { webhookPosts, webhookTried } from '../lib/channels.js'
import { backoffMs } from './backoff.js'
import { messageIdOf, type WriteBodies } from './message.js'
import type { NextAsked, NextEvent, NextEvents } from './nextEvents.js'
import type { Place } from './places.js'
import type { Progress } from './progress.js'
import type { ProgressWriter } from './progressWriter.js'
import type { Outcome, Sender } from './sender.js'

export interface DeliveryServices {
  /** Reads what is next at a place. Null if it is not this server's any more. */
  readNext(asked: NextAsked): Promise<NextEvents | null>
  transact: Transact
  sender: Sender
  writeBodies: WriteBodies
  progress: ProgressWriter
  keySecret: string | undefined
  /** How long a message is tried, ms. */
  retryForMs: number
  /** The database's clock. */
  now: () => Date
}

/** A place that this server delivers. */
export interface HeldPlace extends Place {
  /** The last event that needs no delivery. */
  seq: number
  /** Ends when the lease is lost, or may be. */
  signal: AbortSignal
  /** Whether there may be new events since it was read. Reading it sets it back. */
  takeNews(): boolean
  /** Whether a webhook may have been changed since it was read. Reading it sets it back. */
  takeChange(): boolean
  /** Ends when the server stops. */
  closing: AbortSignal
  /** Told before each attempt, and after it. */
  asks(): void
  answered(): void
  /** Whether others wait for the room that this place takes. Asked after all that was read at once. */
  shouldYield(): boolean
  /** Whether its turn is over, because there is little room. Asked after each message. */
  isTurnOver(): boolean
}

/** The most messages that were accepted while their progress is not written yet. A crash repeats so many. */
const AHEAD = 40
/** How many events are read at once: the fewest, and the most if the endpoint is fast. */
const FEWEST_EVENTS = 100
const MOST_EVENTS = 400
/** The most bodies that are written beforehand, and how long they count as written now, ms. */
const BODIES_AT_ONCE = 25
const FRESH_MS = 1_000

/** How long a webhook counts as read now, ms. A hint says sooner that it was changed. */
const VALID_MS = 2_000

const GONE = 410

/**
 * Delivers a place's events, one after another, until there is none, one fails, or the lease is lost. Then it ends the
 * lease. No connection and no transaction is held while an endpoint is waited for.
 * @returns when the place has to be looked at again, ms from now. Null if somebody says so.
 * @throws what the database throws. The lease then runs out.
 */
export async function deliverPlace(services: DeliveryServices, place: HeldPlace): Promise<number | null> {
  const { readNext, progress, sender } = services
  let { seq } = place
  const at = (): Pick<Progress, 'webhookId' | 'orgId' | 'seq'> => ({
    webhookId: place.webhookId,
    orgId: place.orgId,
    seq,
  })
  /** What is not written yet, oldest first. */
  const unwritten: Array<Promise<boolean>> = []
  let isLost = false
  const write = (one: Progress): Promise<boolean> => {
    const done = progress.write(one)
    unwritten.push(done)
    done
      .then((isOwn) => {
        if (!isOwn) isLost = true
      })
      .catch(() => {
        isLost = true
      })
      // They end in their order.
      .finally(() => unwritten.shift())
    return done
  }
  const release = async (wakeInMs: number | null) => {
    if (!isLost) await write({ ...at(), failures: 0, release: { wakeInMs } })
    return wakeInMs
  }

  let limit = FEWEST_EVENTS
  for (;;) {
    place.takeNews()
    place.takeChange()
    const readAt = performance.now()
    const next = await readNext({ webhookId: place.webhookId, orgId: place.orgId, after: seq, limit })
    if (!next || isStopped()) return null
    if (!next.enabled) return release(null)
    const nextBody = freshBodies(services, next)
    const signer = signerOf(services, { ...next, webhookId: place.webhookId })
    let isOld = false
    for (const one of next.events) {
      const { event } = one
      if (one.delivered || !isWanted(one)) {
        seq = event.seq
        continue
      }
      // Perhaps it is paused by now, or has another address or secret.
      isOld = place.takeChange() || performance.now() - readAt > VALID_MS
      if (isOld) break
      const message = {
        id: messageIdOf(place.webhookId, event),
        body: await nextBody(event),
        occurredAt: event.occurredAt,
      }
      place.asks()
      const outcome = await postSigned(sender, next.url, signer, message, place.signal)
      place.answered()
      if (isStopped()) return null
      const delivery = {
        id: newDeliveryId(),
        seq: event.seq,
        messageId: message.id,
        eventType: webhookEventType(event),
        responseStatus: outcome.status,
        error: outcome.error,
      }
      if (outcome.error !== null) {
        progress.flush()
        await Promise.all(unwritten)
        if (isLost) return null
        const failures = next.events[0] === one ? next.failures + 1 : 1
        const then = afterFailure(services, one, outcome, failures)
        const isOff = 'disable' in then && (await switchOff(next, then.disable))
        // With another URL, the attempts begin anew.
        const waitMs = 'waitMs' in then ? then.waitMs : 0
        const nextInMs = isOff ? null : waitMs
        await write({
          ...at(),
          failures: nextInMs === 0 ? 0 : failures,
          release: { wakeInMs: nextInMs },
          delivery: { ...delivery, status: isOff ? 'FAILED' : 'PENDING', nextInMs },
        })
        return nextInMs
      }
      seq = event.seq
      void write({ ...at(), failures: 0, delivery: { ...delivery, status: 'DELIVERED', nextInMs: null } })
      if (unwritten.length >= AHEAD / 2) progress.flush()
      if (unwritten.length >= AHEAD) await unwritten[0]
      if (isStopped()) return null
      if (place.closing.aborted || place.isTurnOver()) return release(0)
    }
    if (!isOld && !next.hasMore && !place.takeNews()) return release(null)
    if (place.shouldYield()) return release(0)
    limit = isOld ? FEWEST_EVENTS : Math.min(MOST_EVENTS, 2 * limit)
  }

  function isStopped(): boolean {
    return isLost || place.signal.aborted
  }

  /** @returns whether the webhook is off. Not if it has another URL by now. */
  function switchOff({ url, ofInstance }: NextEvents, reason: string): Promise<boolean> {
    const webhook = { id: place.webhookId, orgId: ofInstance ? null : place.orgId, url }
    return services.transact((tx) => disableWebhook(tx, webhook, reason), { patient: true })
  }
}

function isWanted({ event, eventTypes }: NextEvent): boolean {
  return eventTypes.length === 0 || eventTypes.includes(webhookEventType(event))
}

/** Bodies that are written together. */
interface Bodies {
  from: number
  count: number
  at: number
  texts: Promise<string[]>
}

/**
 * Writes the bodies of the wanted events, some beforehand and while others are sent: the more, the faster the endpoint
 * is. A body that is not fresh any more is written again.
 */
function freshBodies({ writeBodies }: DeliveryServices, { events, ofInstance }: NextEvents) {
  const wanted = events.filter((one) => !one.delivered && isWanted(one)).map(({ event }) => event)
  const write = (from: number, count: number): Bodies => {
    const texts = writeBodies(wanted.slice(from, from + count), ofInstance ? 'instance' : 'org')
    texts.catch(() => {})
    return { from, count, at: performance.now(), texts }
  }
  const isFresh = (bodies: Bodies | undefined): bodies is Bodies =>
    bodies !== undefined && performance.now() - bodies.at < FRESH_MS
  const has = (bodies: Bodies | undefined, index: number): bodies is Bodies =>
    isFresh(bodies) && index >= bodies.from && index < bodies.from + bodies.count
  const more = ({ count }: Bodies) => Math.min(BODIES_AT_ONCE, 2 * count)
  let now: Bodies | undefined
  let ahead: Bodies | undefined
  let index = -1
  return async (event: OrgEventRow): Promise<string> => {
    index = wanted.indexOf(event, index + 1)
    if (!has(now, index)) {
      now = has(ahead, index) ? ahead : write(index, isFresh(now) ? more(now) : 1)
      ahead = undefined
    }
    const next = now.from + now.count
    if (!ahead && next < wanted.length && 2 * (index - now.from) >= now.count) ahead = write(next, more(now))
    return (await now.texts)[index - now.from] ?? ''
  }
}

interface Message {
  id: string
  body: string
  /** When its event happened. Undefined for pings and for messages that somebody asked for again. */
  occurredAt?: Date
}

/** Makes the headers of a message, or tells why it can't. */
export type Signer = (message: Message) => { headers: Record<string, string> } | { problem: string }

/** Decrypts the secrets of a webhook once, for many messages. */
export function signerOf(
  { keySecret, now }: Pick<DeliveryServices, 'keySecret' | 'now'>,
  webhook: Pick<NextEvents, 'sealedSecret' | 'previousSecret'> & { webhookId: string },
): Signer {
  const { webhookId, sealedSecret, previousSecret } = webhook
  const open = (sealed: Uint8Array) => openWebhookSecret(keySecret, webhookId, sealed)
  let secrets: string[]
  try {
    secrets = [open(sealedSecret)]
  } catch (error) {
    // Another server may have the right KEY_ENCRYPTION_SECRET.
    const problem = error instanceof Error ? error.message : String(error)
    return () => ({ problem })
  }
  try {
    if (previousSecret) secrets.push(open(previousSecret))
  } catch {
    // KEY_ENCRYPTION_SECRET changed, and the rotation repaired the webhook. Only the new secret signs.
  }
  return ({ id, body }) => ({ headers: signedHeaders(secrets, { id, at: now(), body }) })
}

/** Signs a message and posts it once. */
export async function postSigned(
  sender: Sender,
  url: string,
  signer: Signer,
  message: Message,
  signal: AbortSignal,
): Promise<Outcome> {
  const signed = signer(message)
  if ('problem' in signed) return { status: null, error: signed.problem, retryAfterMs: null }
  const post = () => sender.post({ url, headers: signed.headers, body: message.body }, signal)
  const outcome = webhookPosts.isWatched
    ? await webhookPosts.watch({ host: new URL(url).host, messageId: message.id }, post)
    : await post()
  if (webhookTried.hasSubscribers) {
    const { status, error } = outcome
    const result = error === null ? 'accepted' : status === null ? 'unreachable' : 'refused'
    webhookTried.publish({ result, occurredAt: message.occurredAt })
  }
  return outcome
}

/** What follows a failed attempt: another one, or the end. */
function afterFailure(
  { retryForMs, now }: DeliveryServices,
  { firstAttemptAt }: NextEvent,
  { status, error, retryAfterMs }: Outcome,
  failures: number,
): { waitMs: number } | { disable: string } {
  if (status === GONE) return { disable: 'The endpoint answered with the status 410: it is gone for good.' }
  const leftMs = retryForMs - (firstAttemptAt ? now().getTime() - firstAttemptAt.getTime() : 0)
  if (leftMs <= 0) return { disable: `A message was not accepted for too long. ${error}` }
  // The last attempt is at the end of the time.
  return { waitMs: Math.min(leftMs, backoffMs(failures, retryAfterMs)) }
}
