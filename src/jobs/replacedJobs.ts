import sql, { type Sql } from 'sql-template-tag'

/**
 * The statement that deletes jobs that were replaced while they ran and then failed, or died with their server. They are
 * never run again, and the queue itself never deletes them.
 * @param names of jobs that always have a key. A replaced job has lost its key; that is how it is found.
 */
export const deleteReplacedJobsSql = <Jobs>(names: readonly (keyof Jobs & string)[]): Sql => sql`
  delete from graphile_worker._private_jobs
  where key is null and attempts >= max_attempts and locked_at is null and task_id = any(array(
    select id from graphile_worker._private_tasks where identifier = any(${names})
  ))`
