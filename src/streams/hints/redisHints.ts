import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Log } from '../../lib/log.js'
import { outageOf } from '../../lib/outage.js'
import { type Hints, inProcessHints } from './hints.js'
import { parseHintText } from './hintText.js'
import { outbox } from './outbox.js'

export const REDIS_CHANNEL = 'guildhall:events'
const MAX_BACK_OFF_MS = 5_000
/**
 * The time between pings, ms. They keep proxies from closing idle connections, and detect a Redis server that hangs.
 */
const PING_EVERY_MS = 15_000
const ANSWER_WITHIN_MS = 5_000
const LAST_HINTS_WITHIN_MS = 1_000

/**
 * Hints between servers over a Redis channel. If Redis is unreachable, the streams find the events by polling. A
 * server's own hints are delivered in the process.
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
  // Does not queue or resend: a hint that can't be sent now would be useless later.
  const publisher = new Redis(url, {
    ...options,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_WITHIN_MS,
  })

  const receiving = outageOf('Receiving notifications from other servers', log)
  const sending = outageOf('Sending notifications to other servers', log)
  listener.on('error', receiving.report)
  publisher.on('error', sending.report)
  publisher.on('ready', sending.over)
  listener.on('message', (_, text) => {
    const wake = parseHintText(text, self)
    if (wake) here.wake(wake)
  })
  listener.on('ready', () => {
    listener
      .subscribe(REDIS_CHANNEL)
      .then(() => {
        receiving.over()
        here.wake('everything')
      })
      .catch(receiving.report)
  })
  // Both connections retry forever by themselves. The event `error` has already reported the reason.
  for (const redis of [listener, publisher]) redis.connect().catch(() => {})

  const pings = setInterval(() => {
    // If a ping fails, the connection emits `error`.
    for (const redis of [listener, publisher]) if (redis.status === 'ready') redis.ping().catch(() => {})
  }, PING_EVERY_MS).unref()

  const outgoing = outbox(self, (text) => publisher.publish(REDIS_CHANNEL, text), sending.report)
  return {
    publish(hint) {
      here.publish(hint)
      outgoing.put(hint)
    },
    onHint: here.onHint,
    async close() {
      clearInterval(pings)
      // Waits only a second: a Redis server that hangs must not keep this server from stopping.
      await Promise.race([outgoing.close(), delay(LAST_HINTS_WITHIN_MS, undefined, { ref: false })])
      listener.disconnect()
      publisher.disconnect()
    },
  }
}
