import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Log } from '../../lib/log.js'
import { outageOf } from '../../lib/outage.js'
import { type Hints, inProcessHints } from './hints.js'
import { parseHintText } from './hintText.js'
import { outbox } from './outbox.js'

const CHANNEL = 'guildhall:events'
const MAX_BACK_OFF_MS = 5_000
/** So that what lies between takes no connection for idle, and a Redis that hangs is noticed without an event, ms. */
const PING_EVERY_MS = 15_000
const ANSWER_WITHIN_MS = 5_000
const LAST_HINTS_WITHIN_MS = 1_000

/**
 * Hints between servers by a Redis channel. Redis may go and come back: meanwhile the streams' own looks
 * find what it would have told. Own hints go the short way at once.
 */
export function redisHints({ url, log }: { url: string; log: Log }): Hints {
  const self = randomUUID()
  const here = inProcessHints()
  const options = {
    lazyConnect: true,
    connectTimeout: 5_000,
    socketTimeout: ANSWER_WITHIN_MS,
    keepAlive: PING_EVERY_MS,
    autoResubscribe: true,
    maxRetriesPerRequest: null,
    retryStrategy: (tries: number) =>
      Math.min(100 * 2 ** Math.min(tries - 1, 10), MAX_BACK_OFF_MS) * (0.5 + Math.random() / 2),
  }
  const listener = new Redis(url, options)
  // A hint that can't go out now is of no use later.
  const speaker = new Redis(url, {
    ...options,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_WITHIN_MS,
  })

  const hearing = outageOf('Hearing of events from other servers', log)
  const telling = outageOf('Telling other servers of events', log)
  listener.on('error', hearing.report)
  speaker.on('error', telling.report)
  speaker.on('ready', telling.over)
  listener.on('message', (_, text) => {
    const wake = parseHintText(text, self)
    if (wake) here.wake(wake)
  })
  listener.on('ready', () => {
    listener
      .subscribe(CHANNEL)
      .then(() => {
        hearing.over()
        here.wake('everything')
      })
      .catch(hearing.report)
  })
  // Both try again by themselves, for ever; `error` has said why.
  for (const redis of [listener, speaker]) redis.connect().catch(() => {})

  const pings = setInterval(() => {
    // What they find out is an `error` of the connection.
    for (const redis of [listener, speaker]) if (redis.status === 'ready') redis.ping().catch(() => {})
  }, PING_EVERY_MS).unref()

  const outgoing = outbox(self, (text) => speaker.publish(CHANNEL, text), telling.report)
  return {
    publish(hint) {
      here.publish(hint)
      outgoing.put(hint)
    },
    onHint: here.onHint,
    async close() {
      clearInterval(pings)
      // A Redis that hangs shall not keep the server from ending.
      await Promise.race([outgoing.close(), delay(LAST_HINTS_WITHIN_MS, undefined, { ref: false })])
      listener.disconnect()
      speaker.disconnect()
    },
  }
}
