import sql, { type Sql } from 'sql-template-tag'
import type { Payloads } from './job.js'

/** A job that is due but not running. */
export interface WaitingJob<Payload> {
  id: string
  payload: Payload
}

/**
 * The statement that finds waiting jobs of one kind, by a time in their payload.
 * @param field of the payload that holds the time, ISO 8601
 * @param forMs the least age of that time, ms
 */
export const waitingJobsSql = <Jobs extends Payloads<Jobs>, Name extends keyof Jobs & string>(
  name: Name,
  field: keyof Jobs[Name] & string,
  forMs: number,
  limit: number,
): Sql => sql`
  select id, payload from graphile_worker._private_jobs
  where task_id = (select id from graphile_worker._private_tasks where identifier = ${name})
    and locked_at is null and run_at <= now()
    and (payload->>${field}::text)::timestamptz <= now() - ${forMs} * interval '1 ms'
  limit ${limit}`

/** The statement that removes a waiting job from the queue. It returns no row if the job is running or gone. */
export const endWaitingJobSql = (id: string): Sql =>
  sql`select id from graphile_worker.complete_jobs(array[${id}::bigint])`
