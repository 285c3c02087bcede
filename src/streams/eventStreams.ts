import type { Actor } from '../domain/core/actor.js'
import type { OrgEventRow } from '../domain/core/orgEvent.js'
import type { Authority } from '../domain/core/permission.js'
import type { Permission } from '../generated/prisma/enums.js'

/** The number of the last event that the reader has seen. Null to begin now. */
type After = number | null

/** A filter of an org's events: all, those of its invites, or those of one invite. */
export type Only = 'invites' | { orgInviteId: string } | undefined

export interface OrgStream {
  orgId: string
  after: After
  /** The subscriber. Their right is checked at the start and before each event. */
  actor: Actor
  /** What the stream needs: EVENT_READ for everything, INVITE_READ for invites. */
  permission: Permission
  only?: Only
}

interface InboxStream {
  userId: string
  after: After
  actor: Actor
}

/**
 * What readers of a stream have in common if they may get the same answer: their authority in the stream's org at its
 * newest event. It does not say who they are.
 */
export interface Audience {
  /** Equal for two audiences if everything else is equal. */
  readonly key: string
  /** Null for an inbox, which one person reads. */
  readonly orgId: string | null
  readonly authority: Authority
  /** Whether they may read the addresses of the org's members: see the function `sharesOrg`. */
  readonly sharesOrg: boolean
}

/** A reader that waits without a promise. */
export interface WaitingReader {
  goOn(): void
}

/**
 * The events after a cursor, each once and in order, first from the table and then live. It uses memory of the server
 * until it ends. It ends by returning if its org is deleted, by throwing FORBIDDEN if the right is lost, UNAUTHENTICATED
 * if the credential expires, and SLOW_CONSUMER if its reader is too slow. The reader can end it with `return()`, which
 * works at once, even while a `next()` is waiting.
 */
export interface EventStream extends AsyncIterableIterator<OrgEventRow, undefined, undefined> {
  return(): Promise<IteratorResult<OrgEventRow, undefined>>
  throw(error: unknown): Promise<never>
  /** The event that `next` would give, if it is there without waiting. */
  nextNow(): OrgEventRow | undefined
  /**
   * Calls a reader once when `nextNow` may have an event or the stream has ended. For a thousand readers a promise each
   * would cost more than the event. Not to be used while a `next()` is waiting.
   */
  tell(reader: WaitingReader): void
  /** The next events that are already there, at most so many. They are not taken: `nextNow` still gives them. */
  coming(atMost: number): OrgEventRow[]
  /**
   * The same object until the rights change. After the right is lost it is still the old one, for events before the loss.
   * Null once the stream has ended: then nothing more may be shown.
   */
  audience(): Audience | null
}

/**
 * Streams of events (contract §6). When a stream is returned, its right is checked, and it misses nothing from then on,
 * even if it is first read much later.
 */
export interface EventStreams {
  /**
   * @throws UNAUTHENTICATED without a valid credential, FORBIDDEN without the permission or the org (both look the same),
   *   BAD_USER_INPUT if `after` is greater than the number of the newest event
   */
  org(stream: OrgStream): Promise<EventStream>
  /** @throws as `org`. FORBIDDEN for everybody but the user. */
  inbox(stream: InboxStream): Promise<EventStream>
}
