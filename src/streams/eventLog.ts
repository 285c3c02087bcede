import type { OrgEventRow } from '../domain/core/orgEvent.js'

/**
 * What a server has read of one stream, as a chain: every reader holds the entry that it read last and goes on by
 * `next`. So the events are in memory once however many read them, and what no reader has before it is freed.
 */
export interface LogEntry {
  /** The event's number in its stream: `seq` of an org, `inboxSeq` of a user. */
  position: number
  /** Counts entries, where positions may have gaps: how far a reader is behind is a difference of indexes. */
  readonly index: number
  /** Undefined in the entry that a log begins with. */
  readonly event: OrgEventRow | undefined
  next: LogEntry | undefined
}

/** The entry before the first one; its position is set when it is known from where the log is read. */
export function logStart(): LogEntry {
  return { position: 0, index: 0, event: undefined, next: undefined }
}

/** @returns the new newest entry */
export function appended(newest: LogEntry, position: number, event: OrgEventRow): LogEntry {
  newest.next = { position, index: newest.index + 1, event, next: undefined }
  return newest.next
}
