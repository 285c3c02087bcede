import sql, { type Sql } from 'sql-template-tag'

type Json = string | number | boolean | null | readonly Json[] | JsonObject
type JsonObject = { readonly [key: string]: Json | undefined }

/**
 * A registry of jobs: a type that maps job names to payloads, such as `{ sendInviteMail: { inviteId: string } }`.
 * A payload is a JSON object: a Date would come back as a string, and the queue treats an array as a batch.
 */
export type Payloads<Jobs> = { [Name in keyof Jobs]: JsonObject }

/** `maxAttempts` for a job that is retried forever: the largest value of the queue's column. */
export const UNLIMITED_ATTEMPTS = 32_767

/** A job of the registry `Jobs`. It runs at least once: again if a server dies while it runs. */
export type Job<Jobs> = {
  [Name in keyof Jobs & string]: {
    readonly name: Name
    readonly payload: Jobs[Name]
    /** By the database's clock. Default: as soon as the transaction commits. */
    readonly runAt?: Date | undefined
    /**
     * At most one waiting job has a given key: a new job replaces the waiting one. A running job finishes and is not
     * run again. So a task can enqueue its own next run under the same key, in the transaction that writes its result:
     * a crash neither loses nor doubles it. The task must not throw after that, or its row stays in the queue, never
     * run again, until `deleteReplacedJobsSql`.
     */
    readonly key?: string | undefined
    /** Default 25. A run that a crash interrupted counts. The wait between attempts grows from 3 s to 6 h. */
    readonly maxAttempts?: number | undefined
  }
}[keyof Jobs & string]

/**
 * The statement that enqueues jobs. Run it in the caller's transaction: the jobs exist if and only if it commits.
 * Two jobs of one call must not have the same key.
 */
export const jobsSql = <Jobs extends Payloads<Jobs> = never>(jobs: readonly Job<NoInfer<Jobs>>[]): Sql => {
  const specs = jobs.map(({ name, payload, runAt, key, maxAttempts }) => ({
    identifier: name,
    payload,
    run_at: runAt?.toISOString(),
    job_key: key,
    max_attempts: maxAttempts,
  }))
  return sql`
    select id from graphile_worker.add_jobs(array(
      select json_populate_recordset(null::graphile_worker.job_spec, ${JSON.stringify(specs)}::json)))`
}

/** `jobsSql` for one job. */
export const jobSql = <Jobs extends Payloads<Jobs> = never>(job: Job<NoInfer<Jobs>>): Sql =>
  jobsSql<Jobs>([job])
