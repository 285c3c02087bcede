import type { Permission } from '../generated/prisma/enums.js'
import type { Actor } from '../identity/actor.js'
import type { OrgEventRow } from './orgEvent.js'

/** Where to go on from: the number of the last event seen. Null: from now on. */
export type After = number | null

export interface OrgStream {
  orgId: string
  after: After
  /** Who watches; the right is checked at subscribe, on resume and per event. */
  actor: Actor
  /** What the stream needs: EVENT_READ for everything, INVITE_READ for invites. */
  permission: Permission
  /** Only events of invites, or of this one. */
  only?: 'invites' | { orgInviteId: string }
}

export interface InboxStream {
  userId: string
  after: After
  actor: Actor
}

/**
 * Streams of events: every event of the table after the cursor, each once, in order, then live.
 * A stream ends by returning where its org is gone, and by throwing FORBIDDEN where the right is lost,
 * UNAUTHENTICATED where the credential ends, SLOW_CONSUMER where its reader doesn't keep up.
 */
export interface EventStreams {
  org(stream: OrgStream): AsyncIterable<OrgEventRow>
  inbox(stream: InboxStream): AsyncIterable<OrgEventRow>
}
