import type { Actor } from '../domain/core/actor.js'
import type { OrgEventRow } from '../domain/core/orgEvent.js'
import type { Authority } from '../domain/core/permission.js'
import type { Permission } from '../generated/prisma/enums.js'

/** Where to go on from: the number of the last event seen. Null: from now on. */
type After = number | null

/** Which events of an org: all, those of its invites, or those of one invite. */
export type Only = 'invites' | { orgInviteId: string } | undefined

export interface OrgStream {
  orgId: string
  after: After
  /** Who watches; the right is checked at subscribe, on resume and per event. */
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
 * What readers of one stream have in common to whom the same answer may be given: their authority in its org as of
 * its newest event. It says nothing of who they are.
 */
export interface Audience {
  /** Equal where everything else here is. */
  readonly key: string
  /** Null: an inbox, which one person reads. */
  readonly orgId: string | null
  readonly authority: Authority
  /** Whether they share the org with its members: as one of them, or as a token of it that may read them. */
  readonly sharesOrg: boolean
}

/** Who waits without a promise. */
export interface WaitingReader {
  goOn(): void
}

/**
 * Events of the table after the cursor, each once, in order, then live. It holds a place in the server until it
 * ends: by returning where its org is gone, by throwing FORBIDDEN where the right is lost, UNAUTHENTICATED where
 * the credential ends, SLOW_CONSUMER where its reader doesn't keep up, or by its reader's `return()`, which takes
 * effect at once, also while a `next()` is waiting.
 */
export interface EventStream extends AsyncIterableIterator<OrgEventRow, undefined, undefined> {
  return(): Promise<IteratorResult<OrgEventRow, undefined>>
  throw(error: unknown): Promise<never>
  /** The next event, if it can be had without waiting: what `next` would give, for readers in a hurry. */
  nextNow(): OrgEventRow | undefined
  /**
   * Tells a reader, once, that `nextNow` may have an event or that the stream has ended: for those who are woken by
   * the thousand, when a promise each would cost more than the event. Not beside a `next()` that is waiting.
   */
  tell(reader: WaitingReader): void
  /** Events that are there already and come after the one given last, at most so many. They stay to be given. */
  coming(atMost: number): OrgEventRow[]
  /**
   * The same object until the rights change; after the loss of the right, those of before it, for what came before.
   * Null once the stream has ended: nothing more may be shown.
   */
  audience(): Audience | null
}

/**
 * Streams of events (contract §6). A stream that is handed out has proven its right and misses nothing from
 * that moment on, however late it is first read.
 */
export interface EventStreams {
  /**
   * @throws UNAUTHENTICATED for nobody or a credential that has ended, FORBIDDEN without the permission or the
   *   org (the two look alike), BAD_USER_INPUT where `after` is ahead of the org's newest event
   */
  org(stream: OrgStream): Promise<EventStream>
  /** @throws as `org`; FORBIDDEN for everybody but the user */
  inbox(stream: InboxStream): Promise<EventStream>
}
