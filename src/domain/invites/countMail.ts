import sql, { type Sql } from 'sql-template-tag'
import type { Actor } from '../core/actor.js'
import { RateLimitedError } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import type { Email } from '../users/email.js'

const DAY_MS = 24 * 60 * 60 * 1000

interface Counts {
  addressStart: Date
  /** Of the mails to the address on its day: all, and those that this org asked for. */
  toAddress: number
  fromOrg: number
  /** Null where no person is behind the mail. */
  senderStart: Date | null
  bySender: number | null
}

/**
 * Counts one more mail: on the day of its address, whichever org asks, on the org's share of that day, and on the day
 * of the person who asks, whichever org it is for. A day begins with its first mail. One statement counts all of it,
 * so that no race exceeds a limit; a refusal rolls it back.
 * @throws {RateLimitedError} once one of the three is used up
 */
export async function countMail(tx: Tx, org: LockedOrg, actor: Actor, email: Email): Promise<void> {
  const dayAgo = new Date(org.now.getTime() - DAY_MS)
  const over = sql`day.start <= ${dayAgo}`
  const begunAnew = sql`case when ${over} then excluded.start else day.start end`
  const countedUp = sql`case when ${over} then 1 else day.count + 1 end`
  // The address before the person in every transaction, so that no two wait for each other.
  const [counts] = await tx.query<Counts>(sql`
    with recursive ${senderOf(actor)}, of_address as (
      insert into mail_day as day (email, start, count, by_org)
      values (${withoutTag(email)}, ${org.now}, 1, jsonb_build_object(${org.id}::text, 1))
      on conflict (email) do update set start = ${begunAnew}, count = ${countedUp},
        by_org = case when ${over} then excluded.by_org else jsonb_set(
          day.by_org, array[${org.id}::text], to_jsonb(coalesce((day.by_org ->> ${org.id}::text)::int, 0) + 1)
        ) end
      returning start, count, (by_org ->> ${org.id}::text)::int as from_org
    ), of_sender as (
      insert into user_mail_day as day (user_id, start, count)
      select sender.user_id, ${org.now}, 1 from of_address, sender where sender.user_id is not null
      on conflict (user_id) do update set start = ${begunAnew}, count = ${countedUp}
      returning start, count
    )
    select of_address.start as address_start, of_address.count as to_address, of_address.from_org,
      of_sender.start as sender_start, of_sender.count as by_sender
    from of_address left join of_sender on true
  `)
  if (!counts) throw new Error('an insert returned no row')
  const { addressStart, toAddress, fromOrg, senderStart, bySender } = counts
  const { mailsPerAddressPerDay, mailsPerAddressPerOrgPerDay, mailsPerUserPerDay } = tx.rules
  if (toAddress > mailsPerAddressPerDay) throw refusedUntil(addressStart, org.now, 'mails to this address')
  if (fromOrg > mailsPerAddressPerOrgPerDay)
    throw refusedUntil(addressStart, org.now, 'mails from this org to this address')
  if (senderStart && bySender !== null && bySender > mailsPerUserPerDay)
    throw refusedUntil(senderStart, org.now, 'mails that you asked for')
}

/**
 * The person whose mail it is. A token's mails are those of the person who made it, or made the token that made it,
 * and so on: else tokens would multiply what one person may send. Nobody's are those of tokens that the host
 * application made, by its instance tokens.
 */
function senderOf(actor: Actor): Sql {
  if (actor.kind === 'person') return sql`sender as (select ${actor.userId}::uuid as user_id)`
  const tokenId = actor.kind === 'token' ? actor.tokenId : null
  return sql`maker as (
    select created_by_id, created_by_token_id from api_token where id = ${tokenId}::uuid
    union
    select token.created_by_id, token.created_by_token_id from api_token token join maker on token.id = maker.created_by_token_id
  ), sender as (select created_by_id as user_id from maker where created_by_token_id is null)`
}

/** What the mailbox is called without `+tag`, which providers deliver alike: else it would have days without end. */
function withoutTag(email: Email): string {
  const tag = email.indexOf('+')
  return tag < 1 ? email : email.slice(0, tag) + email.slice(email.lastIndexOf('@'))
}

function refusedUntil(start: Date, now: Date, what: string): RateLimitedError {
  return new RateLimitedError(Math.ceil((start.getTime() + DAY_MS - now.getTime()) / 1000), what)
}
