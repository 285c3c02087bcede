import sql, { type Sql } from 'sql-template-tag'

type Json = string | number | boolean | null | readonly Json[] | JsonObject
type JsonObject = { readonly [key: string]: Json | undefined }

/**
 * A registry of jobs is a type that maps names to payloads, `{ sendInviteMail: { inviteId: string } }`.
 * A payload is an object of JSON: a Date would come back as a string, and the queue takes an array for
 * a batch.
 */
export type Payloads<Jobs> = { [Name in keyof Jobs]: JsonObject }

/** `maxAttempts` of a job that is never given up: the most that the queue's column takes. */
export const FOR_EVER = 32_767

/** A job of the registry `Jobs`, to be run once or, where a server dies at it, again. */
export type Job<Jobs> = {
  [Name in keyof Jobs & string]: {
    readonly name: Name
    readonly payload: Jobs[Name]
    /** By the database's clock; as soon as the transaction commits where left out. */
    readonly runAt?: Date | undefined
    /**
     * One waiting job a key: a later one takes the place of the earlier. One that is running is left to
     * end and is not run again, so a task that asks for its own next run under its own key, in the
     * transaction in which it writes what came of this one, is neither lost nor doubled by a crash. It must
     * not throw afterwards: its row would stay, as one that is never run again, until `forgetReplacedJobsSql`.
     */
    readonly key?: string | undefined
    /** Runs at most, 25 where left out; one cut short by a crash counts. Waits grow from 3 s to 6 h. */
    readonly maxAttempts?: number | undefined
  }
}[keyof Jobs & string]

/**
 * The statement that puts jobs into the queue: run in the caller's own transaction they exist if and only
 * if it commits. Two jobs of one call can't share a key.
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
