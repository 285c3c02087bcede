import sql, { type Sql } from 'sql-template-tag'
import { LONGEST_TRANSACTION } from '../domain/webhooks/undelivered.js'

/**
 * Whether the event `e` was committed after the filter `f` of a webhook of the instance. Orgs have no common order of
 * events, so it asks whether the event's transaction was over when the filter was set.
 */
export const isAfter = sql`(
  e.occurred_at > f.at
  or (e.occurred_at > f.at - ${LONGEST_TRANSACTION} and not pg_visible_in_snapshot(
    ((pg_snapshot_xmax(f.snapshot::pg_snapshot)::text::bigint & -4294967296) + e.xmin::text::bigint)::text::xid8,
    f.snapshot::pg_snapshot
  ))
)`

/**
 * The filter that was in force when an event was committed. The first one counts for everything before the others. That of
 * an org's webhook is found by its number in the org: somebody can change the types very often while it is switched off.
 */
export const filterSql: Sql = sql`(
  select event_types from (
    (
      select f.event_types, 1 as nth from webhook_filter f
      where w.org_id is not null and f.webhook_id = w.id and f.from_seq <= org_event.seq
      order by f.from_seq desc limit 1
    )
    union all
    (
      select f.event_types, 2 from webhook_filter f
        join org_event e on e.org_id = org_event.org_id and e.seq = org_event.seq
      where w.org_id is null and f.webhook_id = w.id and (f.number = 1 or ${isAfter})
      order by f.number desc limit 1
    )
    union all
    (
      select f.event_types, 3 from webhook_filter f
      where w.org_id is not null and f.webhook_id = w.id and f.number = 1
    )
  ) found
  order by nth limit 1
) filter`
