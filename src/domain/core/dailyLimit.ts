import sql, { raw, type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { RateLimitedError, type WhyNot } from './refusal.js'

/*
 * "So many a day" in one place: invites of an org, orgs and join requests of a person, mails to an address and by a person. A day
 * begins with the first thing that is counted and lasts 24 hours.
 */

const DAY_MS = 24 * 60 * 60 * 1000
const FORGOTTEN_AT_ONCE = 1_000

/** How many things of a kind were counted since a time. */
export interface Day {
  start: Date
  count: number
}

/** A day after some more things were counted. */
export function countOn(day: Day, now: Date, more: number): Day {
  if (more === 0) return day
  const isOver = day.count === 0 || now.getTime() >= day.start.getTime() + DAY_MS
  return isOver ? { start: now, count: more } : { start: day.start, count: day.count + more }
}

/** `countOn` for one more thing, as the new values of a row's columns in SQL. */
export function countOneSql(day: { start: Sql; count: Sql }, now: Date | Sql) {
  const isOver = sql`(${day.count} = 0 or ${day.start} <= ${now}::timestamptz - interval '24 hours')`
  return {
    isOver,
    start: sql`case when ${isOver} then ${now} else ${day.start} end`,
    count: sql`case when ${isOver} then 1 else ${day.count} + 1 end`,
  }
}

/**
 * Checks a day after the new thing was counted, so that no race can exceed the limit: the refusal rolls it back.
 * @param what the things, as a person calls them
 * @throws {RateLimitedError} with the seconds until the day is over
 */
export function refuseAbove(limit: number, { start, count }: Day, now: Date, what: string): void {
  if (count <= limit) return
  throw new RateLimitedError(secondsLeft(start, now), what)
}

/** Whether a day has not passed since a time: then it is too early for another thing. */
export function refuseWithinADay(since: Date, now: Date, what: string): WhyNot {
  const seconds = secondsLeft(since, now)
  return seconds > 0 ? () => new RateLimitedError(seconds, what) : null
}

function secondsLeft(start: Date, now: Date): number {
  return Math.ceil((start.getTime() + DAY_MS - now.getTime()) / 1000)
}

/** Deletes the days that are over from the tables of days. They limit nothing, and they hold e-mail addresses. */
export async function forgetPastDays(database: Queryable): Promise<void> {
  await forgetDaysOf(database, raw('mail_day'), raw('email'))
  await forgetDaysOf(database, raw('user_mail_day'), raw('user_id'))
  await forgetDaysOf(database, raw('user_join_request_day'), raw('user_id'))
}

async function forgetDaysOf(database: Queryable, days: Sql, key: Sql): Promise<void> {
  for (;;) {
    // A row that is locked is counted in right now and may begin a new day, so it is skipped.
    const forgotten = await database.query(sql`
      with over as materialized (
        select ${key} as key from ${days} where start <= statement_timestamp() - interval '24 hours'
        limit ${FORGOTTEN_AT_ONCE} for update skip locked
      )
      delete from ${days} using over where ${days}.${key} = over.key
      returning 1
    `)
    if (forgotten.length < FORGOTTEN_AT_ONCE) return
  }
}
