import sql, { type Sql } from 'sql-template-tag'

/**
 * The statement that deletes what is left of jobs whose place another took while they ran, and that then failed
 * or died with their server: they are never run again, and the queue itself never deletes them.
 * @param names of jobs that always have a key, for by that alone they are told from those that were given up
 */
export const forgetReplacedJobsSql = <Jobs>(names: readonly (keyof Jobs & string)[]): Sql => sql`
  delete from graphile_worker._private_jobs
  where key is null and attempts >= max_attempts and locked_at is null and task_id = any(array(
    select id from graphile_worker._private_tasks where identifier = any(${names})
  ))`
