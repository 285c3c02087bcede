import sql, { type Sql } from 'sql-template-tag'

/*
 * Old events are deleted from the beginning of a stream on. Its floor is the last position whose event is deleted
 * (docs/decisions/050-history-that-ends.md). It is written by the statement that deletes the events. So a statement that
 * finds no floor after a position also finds all events after it.
 */

/** The stream of the events of all orgs. The stream of an org has the org's id, and an inbox that of its user. */
export const INSTANCE_STREAM = '00000000-0000-0000-0000-000000000000'

/** Whether events after a position of a stream are deleted. */
export const isPrunedAfter = (streamId: Sql | string, position: Sql | number): Sql => sql`exists (
  select from event_floor where stream_id = ${streamId}::uuid and position > ${position}::bigint
)`
