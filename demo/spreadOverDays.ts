import sql from 'sql-template-tag'
import type { DemoContext } from './context.js'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * Moves the times of an org's history into the past, so that the actions of some seconds look like some days. This is
 * the only change of the demo that no operation makes. The order stays. The times in the other tables are taken from
 * the events.
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
    with told as (
      select org_invite_id as id,
        min(occurred_at) filter (where type = 'CREATED') as created,
        max(occurred_at) filter (where type in ('CREATED', 'RESENT')) as asked,
        max(occurred_at) filter (where type = 'SENT') as sent,
        max(occurred_at) filter (where type in ('ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED')) as resolved
      from org_event where org_id = ${orgId} and kind = 'INVITE' group by org_invite_id
    )
    update org_invite set
      created_at = told.created,
      expires_at = case
        when status = 'EXPIRED' then told.resolved
        when status = 'PENDING' and expires_at < clock_timestamp() + interval '1 hour' then expires_at
        else told.asked + interval '7 days'
      end,
      last_sent_at = told.sent,
      resolved_at = told.resolved
    from told where org_invite.id = told.id
  `)
  await database.query(sql`
    update org_user set joined_at = told.at
    from (
      select user_id, max(occurred_at) as at from org_event
      where org_id = ${orgId} and kind = 'USER' and type = 'JOINED' group by user_id
    ) told
    where org_id = ${orgId} and org_user.user_id = told.user_id
  `)
  await database.query(sql`
    update org set created_at = (select min(occurred_at) from org_event where org_id = org.id) where id = ${orgId}
  `)
}

/** An event that follows from the one before comes within a second; the others get a random share of `span` (ms). */
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
