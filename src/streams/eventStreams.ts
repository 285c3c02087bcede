import type { Actor } from '../domain/core/actor.js'
import type { OrgEventRow } from '../domain/core/orgEvent.js'
import type { Authority } from '../domain/core/permission.js'
import type { Permission } from '../generated/prisma/enums.js'

/** The number of the last event that the reader has seen. Null: the stream starts now. */
type After = number | null

/** A filter for an org's events: all of them (undefined), the events of its invites, or the events of one invite. */
export type Only = 'invites' | { orgInviteId: string } | undefined

export interface OrgStream {
  orgId: string
  after: After
  /** The subscriber. The stream checks their permission at the start and before each event. */
  actor: Actor
  /** The permission that the stream needs: EVENT_READ for all events, INVITE_READ for the events of invites. */
  permission: Permission
  only?: Only
}

interface InstanceStream {
  after: After
  actor: Actor
}

interface InboxStream {
  userId: string
  after: After
  actor: Actor
}

/**
 * The rights of a stream's reader in the stream's org, as of its newest event. It does not identify the reader: readers
 * with the same rights may get the same response.
 */
export interface Audience {
  /** Two audiences with equal rights have the same key. */
  readonly key: string
  /** Null for an inbox, which only one person reads, and for the events of all orgs. */
  readonly orgId: string | null
  readonly authority: Authority
  /** Whether the reader may read the e-mail addresses of the org's members: see the function `sharesOrg`. */
  readonly sharesOrg: boolean
}

/** A reader that waits for a call instead of a promise. */
export interface WaitingReader {
  resume(): void
}

/**
 * The events after a cursor, each once and in order: first from the table, then live. It uses memory of the server until
 * it ends. It completes if its org is deleted. It throws FORBIDDEN if the reader loses the permission, UNAUTHENTICATED
 * if the credential expires, and SLOW_CONSUMER if the reader is too slow. The reader can end it with `return()`, which
 * works at once, even while a `next()` is waiting.
 */
export interface EventStream extends AsyncIterableIterator<OrgEventRow, undefined, undefined> {
  return(): Promise<IteratorResult<OrgEventRow, undefined>>
  throw(error: unknown): Promise<never>
  /** Takes the next event if there is one already. Undefined if `next` would have to wait. */
  nextNow(): OrgEventRow | undefined
  /**
   * Calls the reader's `resume` once, when `nextNow` may return an event or the stream has ended. With a thousand
   * readers, a promise for each would cost more than the event itself. Must not be called while a `next()` is waiting.
   */
  notify(reader: WaitingReader): void
  /** Returns the next events that are already there, without taking them: `nextNow` still returns them. */
  peek(atMost: number): OrgEventRow[]
  /**
   * The reader's rights: the same object until they change. If the reader has lost the permission, it is still the old
   * object, for the events before the loss. Null once the stream has ended: then nothing more may be shown.
   */
  audience(): Audience | null
}

/**
 * Streams of events (contract §6). When a stream is returned, its permission is already checked. It misses no event from
 * then on, even if the first read is much later.
 */
export interface EventStreams {
  /**
   * @throws UNAUTHENTICATED without a valid credential, FORBIDDEN without the permission or the org (both look the same),
   *   BAD_USER_INPUT if `after` is greater than the number of the newest event
   */
  org(stream: OrgStream): Promise<EventStream>
  /** @throws the same errors as `org`; FORBIDDEN if the actor is not this user */
  inbox(stream: InboxStream): Promise<EventStream>
  /**
   * The events of all orgs, of each org in order.
   * @throws the same errors as `org`; FORBIDDEN if the actor is no instance token with ORG_READ and EVENT_READ
   */
  instance(stream: InstanceStream): Promise<EventStream>
  /** @returns the position of the newest event of all orgs that was committed before the call */
  newestOfInstance(): Promise<number>
}
