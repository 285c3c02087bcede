import sql from 'sql-template-tag'

/** What the queue holds of one task. */
export interface QueuedJobs {
  task: string
  /** All that will run, also those that are planned for later. */
  queued: number
  /** Those that should run now, and do not yet. */
  due: number
  /** Those that failed too often and are not run again. */
  failed: number
  /** How long the oldest of those that are due has been so, s. */
  dueForS: number
  /** How long the oldest has been in the queue since its `askedAt`, s. 0 for tasks whose payload has no such time. */
  askedForS: number
}

/** The statement that finds out what the queue holds. It reads the whole queue, so don't run it often. */
export const queuedJobsSql = sql`
  select identifier as task,
    count(*) filter (where attempts < max_attempts)::int as queued,
    count(*) filter (where attempts < max_attempts and locked_at is null and run_at <= now())::int as due,
    count(*) filter (where attempts >= max_attempts and locked_at is null)::int as failed,
    coalesce(extract(epoch from now() - min(run_at) filter (
      where attempts < max_attempts and locked_at is null and run_at <= now()
    )), 0)::float8 as due_for_s,
    coalesce(extract(epoch from now() - min((payload->>'askedAt')::timestamptz)), 0)::float8 as asked_for_s
  from graphile_worker._private_tasks task left join graphile_worker._private_jobs job on job.task_id = task.id
  group by identifier`
