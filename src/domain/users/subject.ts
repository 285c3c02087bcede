import { createHash } from 'node:crypto'
import sql from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import type { Tx } from '../core/transact.js'

/** OpenID Connect Core, 2. */
export const MAX_SUBJECT = 255

/** NUL and lone surrogates, which PostgreSQL can't store. */
const unstorable = /[\0\p{Cs}]/u

/** Whether a text can be the `sub` of a person, in a token or from the host application. */
export const isSubject = (text: string): boolean =>
  text.length <= MAX_SUBJECT && text.trim() !== '' && !unstorable.test(text)

export function hashOfSubject(subject: string): Buffer {
  return createHash('sha256').update(subject).digest()
}

/**
 * From now on, tokens with this `sub` that were issued until now are refused, and the sign-ins of its account end on every
 * server.
 */
export function endSubject(tx: Tx, subject: string, userId: string): void {
  tx.write(sql`
    insert into ended_subject as ended (hash, ended_at, user_id)
    values (${hashOfSubject(subject)}, date_trunc('milliseconds', clock_timestamp()), ${userId})
    on conflict (hash) do update set
      ended_at = greatest(ended.ended_at, excluded.ended_at), user_id = excluded.user_id
  `)
  tx.endSignIns(userId)
}

/** Forgets which account a `sub` belonged to, once every server has noticed. */
export async function forgetEndedAccounts(database: Queryable): Promise<void> {
  await database.query(sql`
    update ended_subject set user_id = null
    where user_id is not null and ended_at <= statement_timestamp() - interval '1 hour'
  `)
}
