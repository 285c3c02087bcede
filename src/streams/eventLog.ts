import type { OrgEventRow } from '../domain/core/orgEvent.js'

/**
 * A linked list of the events that this server has read from one stream. Each reader keeps the last entry that it has
 * read, and continues with `next`. So all readers share one copy of each event, and the memory is freed when the last
 * reader has passed it.
 */
export interface LogEntry {
  /** The event's number in its stream: `seq` for an org, `inboxSeq` for a user. */
  position: number
  /**
   * The entry's number. Unlike positions it has no gaps, so the difference tells how many entries a reader is behind.
   */
  readonly index: number
  /** Undefined in the first entry of a log. */
  readonly event: OrgEventRow | undefined
  next: LogEntry | undefined
}

/** The entry before the first event. Its position is set when it is known where the log begins. */
export function logStart(): LogEntry {
  return { position: 0, index: 0, event: undefined, next: undefined }
}

/** @returns the new newest entry */
export function appended(newest: LogEntry, position: number, event: OrgEventRow): LogEntry {
  newest.next = { position, index: newest.index + 1, event, next: undefined }
  return newest.next
}
