import sql, { type Sql } from 'sql-template-tag'

/**
 * The statement that removes a running job from the queue. Run it in the transaction that stores the job's result. A
 * server that dies after the commit then can't lead to another run, as it could before the queue itself removes the job.
 * @param id of the run's own job
 */
export const endRunningJobSql = (id: string): Sql =>
  sql`delete from graphile_worker._private_jobs where id = ${id}::bigint`
