import sql, { type Sql } from 'sql-template-tag'
import { type Actor, tokenIdOf, userIdOf } from '../core/actor.js'
import { countOneSql, refuseAbove } from '../core/dailyLimit.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { type Email, withoutTag } from '../users/email.js'

interface Counts {
  addressStart: Date
  /** Mails to the address on its day: of all orgs, and of this org. */
  toAddress: number
  fromOrg: number
  /** Null if no person is behind the mail. */
  senderStart: Date | null
  bySender: number | null
}

/**
 * Counts one more mail three times: for its address, for this org's share of that address, and for the person who
 * asks for it. The share has no day of its own: it lasts as long as the address's day.
 * @throws {RateLimitedError} if one of the three is above its limit
 */
export function countMail(tx: Tx, org: LockedOrg, actor: Actor, email: Email): Promise<void> {
  return countMailOf(tx, org, { userId: userIdOf(actor), tokenId: tokenIdOf(actor) }, email)
}

/** Whose mail it is: a user's, or an API token's. Both are null for the INSTANCE_TOKEN. */
interface Sender {
  userId: string | null
  tokenId: string | null
}

/**
 * `countMail`, for a mail that somebody has asked for before.
 * @throws {RateLimitedError}
 */
export async function countMailOf(tx: Tx, org: LockedOrg, sender: Sender, email: Email): Promise<void> {
  const next = countOneSql({ start: sql`day.start`, count: sql`day.count` }, org.now)
  // Every transaction locks the address first and then the person, so no two wait for each other.
  const [counts] = await tx.query<Counts>(sql`
    with recursive ${senderSql(sender)}, of_address as (
      insert into mail_day as day (email, start, count, by_org)
      values (${withoutTag(email)}, ${org.now}, 1, jsonb_build_object(${org.id}::text, 1))
      on conflict (email) do update set start = ${next.start}, count = ${next.count},
        by_org = case when ${next.isOver} then excluded.by_org else jsonb_set(
          day.by_org, array[${org.id}::text], to_jsonb(coalesce((day.by_org ->> ${org.id}::text)::int, 0) + 1)
        ) end
      returning start, count, (by_org ->> ${org.id}::text)::int as from_org
    ), of_sender as (
      insert into user_mail_day as day (user_id, start, count)
      select sender.user_id, ${org.now}, 1 from of_address, sender where sender.user_id is not null
      on conflict (user_id) do update set start = ${next.start}, count = ${next.count}
      returning start, count
    )
    select of_address.start as address_start, of_address.count as to_address, of_address.from_org,
      of_sender.start as sender_start, of_sender.count as by_sender
    from of_address left join of_sender on true
  `)
  if (!counts) throw new Error('an insert returned no row')
  const { addressStart: start, toAddress, fromOrg, senderStart, bySender } = counts
  const { mailsPerAddressPerDay, mailsPerAddressPerOrgPerDay, mailsPerUserPerDay } = tx.rules
  refuseAbove(mailsPerAddressPerDay, { start, count: toAddress }, org.now, 'mails to this address')
  const share = { start, count: fromOrg }
  refuseAbove(mailsPerAddressPerOrgPerDay, share, org.now, 'mails from this org to this address')
  if (senderStart && bySender !== null)
    refuseAbove(
      mailsPerUserPerDay,
      { start: senderStart, count: bySender },
      org.now,
      'mails that you asked for',
    )
}

/**
 * The person whose mail it is. A token's mails count for the person at the end of its chain of makers: otherwise a
 * person could send more mails by making more tokens. Mails of tokens that the host application made count for nobody.
 */
function senderSql({ userId, tokenId }: Sender): Sql {
  if (userId !== null) return sql`sender as (select ${userId}::uuid as user_id)`
  return sql`maker as (
    select created_by_id, created_by_token_id from api_token where id = ${tokenId}::uuid
    union
    select token.created_by_id, token.created_by_token_id from api_token token join maker on token.id = maker.created_by_token_id
  ), sender as (select created_by_id as user_id from maker where created_by_token_id is null)`
}
