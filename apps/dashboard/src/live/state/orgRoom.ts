import type { Position } from '@guildhall/client/events'
import { type Connection, type Following, follow } from '@guildhall/client/events'
import { batch, type ReadonlySignal, signal } from '@preact/signals'
import {
  OrgDashboardDocument,
  OrgGlanceDocument,
  OrgHeadDocument,
  OrgHistoryDocument,
} from '../../../../../operations/generated/graphql.js'
import { ApiError, errorInWords } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import type { Link } from '../../api/link.js'
import { fold, withCountsOf } from '../../model/fold.js'
import { emptyBook, enter, type InviteBook, strike } from '../../model/inviteBook.js'
import { merge } from '../../model/merge.js'
import type { Glance, Invite, LiveEvent, OrgEvent } from '../../model/types.js'
import { inBatches, soon } from './soon.js'
import { type Watching, watchable, watchOrg } from './watchOrg.js'

export type How = 'read' | 'live' | 'replayed'
export type Entry = OrgEvent & { readonly how: How }

/** One org as the viewer may see it, read once and then kept right by its events. */
export interface OrgRoom {
  readonly orgId: string
  readonly state: ReadonlySignal<'loading' | 'ready' | 'missing' | 'failed'>
  readonly problem: ReadonlySignal<string | null>
  readonly glance: ReadonlySignal<Glance | null>
  /** Oldest first. Null where the viewer may not read events. */
  readonly events: ReadonlySignal<readonly Entry[] | null>
  readonly hasOlder: ReadonlySignal<boolean>
  readonly book: ReadonlySignal<InviteBook>
  readonly connection: ReadonlySignal<Connection>
  readonly watching: ReadonlySignal<Watching>
  /** Number of the newest event taken in. */
  position(): number
  /** Calls back for every event as it comes in; with null when everything was read anew. Returns the way out. */
  onChange(listener: (event: OrgEvent | null) => void): () => void
  /** What a request asked at event `asOf` answered. */
  learn(invites: readonly Invite[], asOf: number): void
  forget(inviteId: string): void
  loadOlder(): Promise<void>
  /** Reads the counts and the viewer's rights anew. */
  reread(): void
  reload(): Promise<void>
  cut(): void
  mend(): void
  close(): void
}

type Arrived = LiveEvent & { readonly how: How }

const KEPT_EVENTS = 2_000
/** How long an event takes at most from its commit to this page, ms, as a rule. */
const UNDER_WAY = 300
/** A viewer who may not watch is served by asking, ms. */
const ASK_EVERY = 20_000

export interface OrgRoomOptions {
  readonly orgId: string
  readonly token: string
  readonly viewerId: string | null
  readonly link: Link
  onSignedOut(): void
  /** The viewer's standing in the org changed, or the org went. */
  onStanding(): void
}

export function openOrgRoom({
  orgId,
  token,
  viewerId,
  link,
  onSignedOut,
  onStanding,
}: OrgRoomOptions): OrgRoom {
  const state = signal<'loading' | 'ready' | 'missing' | 'failed'>('loading')
  const problem = signal<string | null>(null)
  const glance = signal<Glance | null>(null)
  const events = signal<readonly Entry[] | null>(null)
  const hasOlder = signal(false)
  const book = signal<InviteBook>(emptyBook)
  const connection = signal<Connection>({ state: 'connecting' })
  const watching = signal<Watching>('nothing')
  const listeners = new Set<(event: OrgEvent | null) => void>()
  const abort = new AbortController()
  let following: Following | undefined
  let at = 0

  async function load(): Promise<void> {
    following?.stop()
    following = undefined
    arriving.stop()
    const from = await read()
    if (!from || watching.value === 'nothing' || link.isCut.value) return
    start(from)
    settle.ask()
  }

  /** Reads the org as it is; returns where to watch on from. */
  async function read(): Promise<Position | undefined> {
    try {
      const { org } = await execute(OrgDashboardDocument, { orgId }, token, abort.signal)
      if (!org) {
        state.value = 'missing'
        connection.value = { state: 'ended', code: 'NOT_FOUND' }
        onStanding()
        return undefined
      }
      const newestEvent = org.events?.nodes.at(-1)
      const from: Position = newestEvent ?? { seq: 0, cursor: org.eventCursor }
      at = newestEvent?.seq ?? 0
      batch(() => {
        glance.value = org
        events.value = org.events
          ? merge(events.value ?? [], org.events.nodes.map(asRead), KEPT_EVENTS)
          : null
        hasOlder.value = org.events?.pageInfo.hasPreviousPage ?? false
        book.value = enter(book.value, org.newestInvites?.nodes ?? [], at)
        watching.value = watchable(org)
        problem.value = null
        state.value = 'ready'
      })
      for (const listener of listeners) listener(null)
      return from
    } catch (error) {
      failed(error)
      return undefined
    }
  }

  function failed(error: unknown): void {
    if (abort.signal.aborted) return
    if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') {
      onSignedOut()
      return
    }
    problem.value = errorInWords(error)
    if (state.value === 'ready') return
    state.value = 'failed'
    retry.ask()
  }

  function start(from: Position): void {
    following = follow<LiveEvent>({
      from,
      dense: watching.value === 'everything',
      subscribe: (after, sink) => watchOrg(link, watching.value, orgId, after, sink),
      head,
      onEvent: (event, how) => arriving.add({ ...event, how }),
      onConnection,
      onLost: () => void load(),
    })
  }

  async function head(): Promise<number | null> {
    const { org } = await execute(OrgHeadDocument, { orgId }, token, abort.signal)
    if (!org) throw new ApiError('FORBIDDEN', 'There is no such org any more, or you may not see it.')
    return org.events?.nodes[0]?.seq ?? null
  }

  function onConnection(next: Connection): void {
    connection.value = next
    if (next.state !== 'ended') return
    following = undefined
    if (next.code === 'UNAUTHENTICATED') onSignedOut()
    else {
      // What the viewer may still see, if anything, is for the server to say.
      onStanding()
      void readWhatIsLeft()
    }
  }

  /** A stream that ended for good is not taken up again unasked, unless by another right. */
  async function readWhatIsLeft(): Promise<void> {
    const before = watching.value
    const from = await read()
    if (from && watching.value !== before && watching.value !== 'nothing') start(from)
  }

  function take(arrived: readonly Arrived[]): void {
    batch(() => {
      if (events.value) events.value = merge(events.value, arrived, KEPT_EVENTS)
      for (const event of arrived) {
        at = event.seq
        if (glance.value) glance.value = fold(glance.value, event)
        if (event.__typename === 'OrgInviteEvent') {
          if (event.orgInvite) book.value = enter(book.value, [event.orgInvite], event.seq)
          else book.value = strike(book.value, event.orgInviteId)
        }
      }
    })
    for (const event of arrived) tell(event)
  }

  function tell(event: OrgEvent): void {
    if (event.__typename === 'OrgChangeEvent') rereadSoon.ask()
    else if (event.__typename === 'OrgUserEvent' && event.userId === viewerId) {
      rereadSoon.ask()
      onStanding()
    } else settle.ask()
    for (const listener of listeners) listener(event)
  }

  async function reread(): Promise<void> {
    try {
      const before = at
      const { org } = await execute(OrgGlanceDocument, { orgId }, token, abort.signal)
      // An event that these counts already include may still be on its way: taken in, it would count twice.
      await new Promise((resolve) => setTimeout(resolve, UNDER_WAY))
      const held = glance.value
      if (!org || !held || abort.signal.aborted) return
      const quiet = at === before
      glance.value = quiet ? org : withCountsOf(org, held)
      if (!quiet) settle.ask()
      if (held.viewerPermissions.join() === org.viewerPermissions.join()) return
      if (watchable(org) !== watching.value) await load()
      else for (const listener of listeners) listener(null)
    } catch (error) {
      failed(error)
    }
  }

  const arriving = inBatches(take, 40)
  const rereadSoon = soon(() => void reread(), 150, 1_000)
  // Counts follow from events. Read anew when all is quiet they correct what events can't tell, like an invite
  // that ran out between its instant and its event, or one made while the org was being read.
  const settle = soon(() => void reread(), 2_000, 5_000)
  const retry = soon(() => void load(), 3_000, 3_000)
  const asking = setInterval(() => {
    if (watching.value === 'nothing' && state.value === 'ready' && document.visibilityState === 'visible')
      void load()
  }, ASK_EVERY)

  void load()

  return {
    orgId,
    state,
    problem,
    glance,
    events,
    hasOlder,
    book,
    connection,
    watching,
    position: () => at,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    learn(invites, asOf) {
      book.value = enter(book.value, invites, asOf)
    },
    forget(inviteId) {
      book.value = strike(book.value, inviteId)
    },
    async loadOlder() {
      const oldest = events.value?.[0]
      if (!oldest) return
      const { org } = await execute(OrgHistoryDocument, { orgId, before: oldest.cursor }, token, abort.signal)
      if (!org?.events) return
      batch(() => {
        events.value = merge(events.value ?? [], org.events?.nodes.map(asRead) ?? [], KEPT_EVENTS)
        hasOlder.value = org.events?.pageInfo.hasPreviousPage ?? false
      })
    },
    reread: () => rereadSoon.ask(),
    reload: load,
    cut() {
      following?.cut()
    },
    mend() {
      if (following) following.mend()
      else void load()
    },
    close() {
      abort.abort()
      for (const waiting of [arriving, rereadSoon, settle, retry]) waiting.stop()
      clearInterval(asking)
      following?.stop()
      listeners.clear()
    },
  }
}

function asRead(event: OrgEvent): Entry {
  return { ...event, how: 'read' }
}
