import type { Position } from '@guildhall/client/events'
import { type Connection, type Follower, follow, throttle } from '@guildhall/client/events'
import { batch, type ReadonlySignal, signal } from '@preact/signals'
import {
  OrgDashboardDocument,
  OrgGlanceDocument,
  OrgHeadDocument,
  OrgHistoryDocument,
} from '../../../../../operations/generated/graphql.js'
import { ApiError, errorMessage } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import { mayPass, onReturn, openRetry, type Retry, retryNow } from '../../api/retry.js'
import type { SubscriptionClient } from '../../api/subscriptionClient.js'
import { applyEvent, withCurrentCounts } from '../../model/applyEvent.js'
import { emptyCache, type InviteCache, removeInvite, upsertInvites } from '../../model/inviteCache.js'
import { mergeEvents, withoutGap } from '../../model/mergeEvents.js'
import type { AppRole, Invite, LiveEvent, OrgEvent, OrgSummary } from '../../model/types.js'
import { inBatches } from './inBatches.js'
import { type Watching, watchable, watchOrg } from './watchOrg.js'

type ReceivedBy = 'read' | 'live' | 'replayed'
export type ReceivedEvent = OrgEvent & { readonly receivedBy: ReceivedBy }

/** One org as the viewer may see it: loaded once, then updated by its events. */
export interface OrgStore {
  readonly orgId: string
  readonly state: ReadonlySignal<'loading' | 'ready' | 'missing' | 'failed'>
  readonly problem: ReadonlySignal<string | null>
  readonly summary: ReadonlySignal<OrgSummary | null>
  /** The roles that the host application defines. */
  readonly appRoles: ReadonlySignal<readonly AppRole[]>
  /** Oldest first. Null if the viewer may not read events. */
  readonly events: ReadonlySignal<readonly ReceivedEvent[] | null>
  readonly hasOlder: ReadonlySignal<boolean>
  readonly inviteCache: ReadonlySignal<InviteCache>
  readonly connection: ReadonlySignal<Connection>
  readonly watching: ReadonlySignal<Watching>
  /** Number of the newest event that was applied. */
  position(): number
  /** Calls `listener` for every new event, and with null after a reload. Returns the unsubscribe function. */
  onChange(listener: (event: OrgEvent | null) => void): () => void
  /** Stores the invites of a response. `asOf`: `position()` when the request was sent. */
  cacheInvites(invites: readonly Invite[], asOf: number): void
  uncacheInvite(inviteId: string): void
  loadOlder(): Promise<void>
  /** Loads the counts and the viewer's permissions again. */
  refreshSummary(): void
  reload(): Promise<void>
  disconnect(): void
  reconnect(): void
  close(): void
}

type Arrived = LiveEvent & { readonly receivedBy: ReceivedBy }

const KEPT_EVENTS = 2_000
/** The usual longest time from an event's commit to its arrival here, ms. */
const MAX_EVENT_DELAY_MS = 300
/** For a viewer who may not subscribe, ms. */
export const POLL_EVERY_MS = 20_000

export interface OrgStoreOptions {
  readonly orgId: string
  readonly token: string
  readonly viewerId: string | null
  readonly client: SubscriptionClient
  onSignedOut(): void
  /** Called when the viewer's access to the org changed, or the org was deleted. */
  onAccessChange(): void
}

export function openOrgStore({
  orgId,
  token,
  viewerId,
  client,
  onSignedOut,
  onAccessChange,
}: OrgStoreOptions): OrgStore {
  const state = signal<'loading' | 'ready' | 'missing' | 'failed'>('loading')
  const problem = signal<string | null>(null)
  const summary = signal<OrgSummary | null>(null)
  const appRoles = signal<readonly AppRole[]>([])
  const events = signal<readonly ReceivedEvent[] | null>(null)
  const hasOlder = signal(false)
  const inviteCache = signal<InviteCache>(emptyCache)
  const connection = signal<Connection>({ state: 'connecting' })
  const watching = signal<Watching>('nothing')
  const listeners = new Set<(event: OrgEvent | null) => void>()
  const abort = new AbortController()
  let follower: Follower | undefined
  let at = 0
  /** Each load increments it. What an earlier one still gets is dropped. */
  let turn = 0
  /** Numbers of the newest request for the summary, and of the newest one that was answered. */
  let asked = 0
  let answered = 0

  async function load(): Promise<void> {
    const mine = ++turn
    follower?.stop()
    follower = undefined
    incoming.stop()
    const from = await read(mine)
    if (!from || watching.value === 'nothing' || client.isDisconnected.value) return
    start(from)
    recountWhenQuiet.schedule()
  }

  /** Loads the org. Returns the position to subscribe from. */
  async function read(mine: number): Promise<Position | undefined> {
    try {
      const read = await execute(OrgDashboardDocument, { orgId }, token, abort.signal)
      if (mine !== turn) return undefined
      retryLoad.succeeded()
      const { org } = read
      if (!org) {
        state.value = 'missing'
        connection.value = { state: 'ended', code: 'NOT_FOUND' }
        onAccessChange()
        return undefined
      }
      const newestEvent = org.events?.nodes.at(-1)
      const from: Position = newestEvent ?? { seq: 0, cursor: org.eventCursor }
      at = newestEvent?.seq ?? 0
      batch(() => {
        summary.value = org
        appRoles.value = read.appRoles
        const newest = org.events?.nodes.map(asRead)
        events.value = newest
          ? mergeEvents(withoutGap(events.value ?? [], newest), newest, KEPT_EVENTS)
          : null
        hasOlder.value = org.events?.pageInfo.hasPreviousPage ?? false
        inviteCache.value = upsertInvites(inviteCache.value, org.newestInvites?.nodes ?? [], at)
        watching.value = watchable(org)
        problem.value = null
        state.value = 'ready'
      })
      for (const listener of listeners) listener(null)
      return from
    } catch (error) {
      if (mine !== turn) return undefined
      // Without a stream nothing on the page is up to date until it is loaded again.
      if (!follower && connection.value.state !== 'ended')
        connection.value = { state: 'reconnecting', attempt: 0, since: Date.now() }
      failed(error, retryLoad)
      return undefined
    }
  }

  function failed(error: unknown, retry: Retry): void {
    if (abort.signal.aborted) return
    if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') {
      onSignedOut()
      return
    }
    problem.value = errorMessage(error)
    if (state.value !== 'ready') state.value = 'failed'
    if (mayPass(error)) retry.failed()
  }

  function start(from: Position): void {
    follower = follow<LiveEvent>({
      from,
      dense: watching.value === 'everything',
      subscribe: (after, sink) => watchOrg(client, watching.value, orgId, after, sink),
      head,
      onEvent: (event, receivedBy) => incoming.add({ ...event, receivedBy }),
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
    if (next.state === 'live') retryNow()
    if (next.state !== 'ended') return
    follower = undefined
    if (next.code === 'UNAUTHENTICATED') onSignedOut()
    else {
      // Ask the server what the viewer may still see.
      onAccessChange()
      void readAgain()
    }
  }

  /** After a final end of the stream: loads the org, and subscribes again only if the permissions changed. */
  async function readAgain(): Promise<void> {
    const before = watching.value
    const from = await read(++turn)
    if (from && watching.value !== before && watching.value !== 'nothing') start(from)
  }

  function applyEvents(arrived: readonly Arrived[]): void {
    batch(() => {
      if (events.value) events.value = mergeEvents(events.value, arrived, KEPT_EVENTS)
      for (const event of arrived) {
        at = event.seq
        if (summary.value) summary.value = applyEvent(summary.value, event)
        if (event.__typename === 'OrgInviteEvent') {
          if (event.orgInvite)
            inviteCache.value = upsertInvites(inviteCache.value, [event.orgInvite], event.seq)
          else inviteCache.value = removeInvite(inviteCache.value, event.orgInviteId)
        }
      }
    })
    for (const event of arrived) notify(event)
  }

  function notify(event: OrgEvent): void {
    if (event.__typename === 'OrgChangeEvent') throttledRefresh.schedule()
    else if (event.__typename === 'OrgUserEvent' && event.userId === viewerId) {
      throttledRefresh.schedule()
      onAccessChange()
    } else recountWhenQuiet.schedule()
    for (const listener of listeners) listener(event)
  }

  async function refreshSummary(): Promise<void> {
    const round = ++asked
    try {
      const before = at
      const { org } = await execute(OrgGlanceDocument, { orgId }, token, abort.signal)
      // An event that these counts include may still be on its way. Wait for it, or it would count twice.
      await new Promise((resolve) => setTimeout(resolve, MAX_EVENT_DELAY_MS))
      const held = summary.value
      if (!org || !held || abort.signal.aborted || round < answered) return
      answered = round
      retrySummary.succeeded()
      const quiet = at === before
      batch(() => {
        problem.value = null
        summary.value = quiet ? org : withCurrentCounts(org, held)
      })
      if (!quiet) recountWhenQuiet.schedule()
      if (held.viewerPermissions.join() === org.viewerPermissions.join()) return
      if (watchable(org) !== watching.value) await load()
      else for (const listener of listeners) listener(null)
    } catch (error) {
      if (round > answered) failed(error, retrySummary)
    }
  }

  const incoming = inBatches(applyEvents, 40)
  const throttledRefresh = throttle(() => void refreshSummary(), 150, 1_000)
  // Events update the counts. A reload after a quiet moment corrects what events can't: an invite that expired before
  // its event was written, or one made while the org was loading.
  const recountWhenQuiet = throttle(() => void refreshSummary(), 2_000, 5_000)
  const retryLoad = openRetry(() => void load())
  const retrySummary = openRetry(() => throttledRefresh.schedule())

  /** What a viewer without a stream sees is loaded from time to time. */
  function poll(): void {
    if (state.value !== 'ready' || document.visibilityState !== 'visible') return
    if (watching.value === 'nothing') void load()
    else if (watching.value === 'invites') throttledRefresh.schedule()
  }

  const polling = setInterval(poll, POLL_EVERY_MS)
  const stopReturns = onReturn(() => {
    if (client.isDisconnected.value) return
    if (connection.value.state === 'reconnecting') follower?.reconnect()
    poll()
  })

  void load()

  return {
    orgId,
    state,
    problem,
    summary,
    appRoles,
    events,
    hasOlder,
    inviteCache,
    connection,
    watching,
    position: () => at,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    cacheInvites(invites, asOf) {
      inviteCache.value = upsertInvites(inviteCache.value, invites, asOf)
    },
    uncacheInvite(inviteId) {
      inviteCache.value = removeInvite(inviteCache.value, inviteId)
    },
    async loadOlder() {
      const oldest = events.value?.[0]
      if (!oldest) return
      const { org } = await execute(OrgHistoryDocument, { orgId, before: oldest.cursor }, token, abort.signal)
      if (!org?.events) return
      batch(() => {
        events.value = mergeEvents(events.value ?? [], org.events?.nodes.map(asRead) ?? [], KEPT_EVENTS)
        hasOlder.value = org.events?.pageInfo.hasPreviousPage ?? false
      })
    },
    refreshSummary: () => throttledRefresh.schedule(),
    reload: load,
    disconnect() {
      follower?.disconnect()
    },
    reconnect() {
      if (follower) follower.reconnect()
      else void load()
    },
    close() {
      abort.abort()
      const timers = [incoming, throttledRefresh, recountWhenQuiet, retryLoad, retrySummary]
      for (const timer of timers) timer.stop()
      stopReturns()
      clearInterval(polling)
      follower?.stop()
      listeners.clear()
    },
  }
}

function asRead(event: OrgEvent): ReceivedEvent {
  return { ...event, receivedBy: 'read' }
}
