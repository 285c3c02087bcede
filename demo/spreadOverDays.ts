import sql from 'sql-template-tag'
import type { DemoContext } from './context.js'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Moves the times of an org's history into the past, so that some seconds of actions look like some days. The order of
 * the events stays. The times in the other tables are set from the events. This is the only change that the demo makes
 * without an operation.
 */
export async function spreadOverDays(
  { database, random }: DemoContext,
  orgId: string,
  days: number,
): Promise<void> {
  const events = await database.query<{ seq: number; kind: string; type: string }>(
    sql`select seq, kind, type from org_event where org_id = ${orgId} order by seq`,
  )
  const times = timesOf(events, Date.now(), days * DAY_MS, random)
  await database.query(sql`
    update org_event set occurred_at = moved.at
    from unnest(${events.map(({ seq }) => seq)}::int[], ${times}::timestamptz[]) as moved(seq, at)
    where org_id = ${orgId} and org_event.seq = moved.seq
  `)
  await database.query(sql`
    with history as (
      select org_invite_id as id,
        min(occurred_at) filter (where type = 'CREATED') as created,
        max(occurred_at) filter (where type in ('CREATED', 'RESENT')) as asked,
        max(occurred_at) filter (where type = 'SENT') as sent,
        max(occurred_at) filter (where type in ('ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED')) as resolved
      from org_event where org_id = ${orgId} and kind = 'INVITE' group by org_invite_id
    )
    update org_invite set
      created_at = history.created,
      expires_at = case
        when status = 'EXPIRED' then history.resolved
        when status = 'PENDING' and expires_at < clock_timestamp() + interval '1 hour' then expires_at
        else history.asked + interval '7 days'
      end,
      last_sent_at = history.sent,
      resolved_at = history.resolved
    from history where org_invite.id = history.id
  `)
  await database.query(sql`
    update org_user set joined_at = history.at
    from (
      select user_id, max(occurred_at) as at from org_event
      where org_id = ${orgId} and kind = 'USER' and type = 'JOINED' group by user_id
    ) history
    where org_id = ${orgId} and org_user.user_id = history.user_id
  `)
  await database.query(sql`
    update org set created_at = (select min(occurred_at) from org_event where org_id = org.id) where id = ${orgId}
  `)
}

/**
 * An event that follows from the one before comes within a second. Each other event gets a random share of `span` (ms).
 */
function timesOf(
  events: readonly { kind: string; type: string }[],
  end: number,
  span: number,
  random: () => number,
): Date[] {
  const shares = events.map((event) => (followsImmediately(event) ? 0 : random() ** 2))
  const whole = shares.reduce((sum, share) => sum + share, 0) || 1
  const seconds = events.length * 1_000
  let at = end - span - seconds
  return shares.map((share) => {
    at += share === 0 ? 900 * random() : (share / whole) * span
    return new Date(at)
  })
}

function followsImmediately({ kind, type }: { kind: string; type: string }): boolean {
  return (kind === 'USER' && type === 'JOINED') || type === 'SENT'
}
