import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { Hint } from '../../domain/core/transact.js'
import { hintTexts } from './hintText.js'
import { NOTIFY_CHANNEL } from './postgresHints.js'
import { REDIS_CHANNEL } from './redisHints.js'

const WITHIN_MS = 2_000

/**
 * Sends hints of a process that is no server and ends soon. Servers read the table anyway, so a hint that can't be sent
 * only makes them later.
 * @throws if the hints can't be sent
 */
export async function sendHints(
  hints: readonly Hint[],
  { database, redisUrl }: { database: Queryable; redisUrl: string | undefined },
): Promise<void> {
  const texts = hints.flatMap((hint) => hintTexts(randomUUID(), hint))
  if (texts.length === 0) return
  if (redisUrl === undefined) {
    for (const text of texts) await database.query(sql`select pg_notify(${NOTIFY_CHANNEL}, ${text})`)
    return
  }
  const redis = onceConnected(redisUrl)
  try {
    await redis.connect()
    for (const text of texts) await redis.publish(REDIS_CHANNEL, text)
  } finally {
    redis.disconnect()
  }
}

/** A connection to Redis that is not opened again, and for which nobody waits long. */
export function onceConnected(url: string): Redis {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: WITHIN_MS,
    commandTimeout: WITHIN_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  redis.on('error', () => {}) // the running command rejects too
  return redis
}
