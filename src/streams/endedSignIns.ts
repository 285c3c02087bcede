import sql from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import type { Outage } from '../lib/outage.js'
import type { Hints } from './hints/hints.js'

/** Tells whose sign-ins have ended on any server, because the account is gone or is known by another `sub`. */
export interface EndedSignIns {
  /** @param listener gets the user's id, perhaps more than once */
  onEnd(listener: (userId: string) => void): void
  stop(): Promise<void>
}

const POLL_EVERY_MS = 500
/** A transaction writes the time before it commits. It takes at most two minutes, as `patient` work does. */
const OVERLAP = sql`interval '150 seconds'`

/** Listens to hints. A hint may be lost, so it also looks into the table. */
export function watchEndedSignIns(database: Queryable, hints: Hints, outage: Outage): EndedSignIns {
  const listeners: Array<(userId: string) => void> = []
  const tell = (userId: string) => {
    for (const listener of listeners) listener(userId)
  }
  /** Ends that are told already, by user and time. */
  let told = new Set<string>()
  let looking: Promise<void> | undefined
  const look = async () => {
    try {
      const ended = await database.query<{ userId: string; endedAt: Date }>(sql`
        select user_id, ended_at from ended_subject
        where user_id is not null and ended_at > statement_timestamp() - ${OVERLAP}
      `)
      const found = new Map(ended.map(({ userId, endedAt }) => [`${userId} ${endedAt.getTime()}`, userId]))
      for (const [key, userId] of found) if (!told.has(key)) tell(userId)
      told = new Set(found.keys())
      outage.over()
    } catch (error) {
      outage.report(error)
    } finally {
      looking = undefined
    }
  }
  const timer = setInterval(() => {
    looking ??= look()
  }, POLL_EVERY_MS).unref()
  const stopHints = hints.onHint((hint) => {
    if (hint !== 'everything') for (const userId of hint.endedIds ?? []) tell(userId)
  })
  return {
    onEnd: (listener) => void listeners.push(listener),
    async stop() {
      clearInterval(timer)
      stopHints()
      await looking
    },
  }
}
