import type { OrgEventRow } from '../domain/core/orgEvent.js'

/**
 * The events that a server has read of one stream, as a linked list. Each reader keeps the entry that it has read last and
 * continues with `next`. So each event is in memory once for all readers, and is freed when the last one has passed it.
 */
export interface LogEntry {
  /** The event's number in its stream: `seq` for an org, `inboxSeq` for a user. */
  position: number
  /** The entry's number. Unlike positions it has no gaps, so it shows how many entries a reader is behind. */
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
