import { type Follower, follow, throttle } from '@guildhall/client/events'
import { type ReadonlySignal, signal } from '@preact/signals'
import {
  WatchMyInvitesDocument,
  WhoAmIDocument,
  type WhoAmIQuery,
} from '../../../../../operations/generated/graphql.js'
import { ApiError, errorMessage } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import { mayPass, onReturn, openRetry } from '../../api/retry.js'
import type { SubscriptionClient } from '../../api/subscriptionClient.js'
import type { OrgSummary } from '../../model/types.js'

export type Viewer = NonNullable<WhoAmIQuery['viewer']>
/** While the viewer's own request waits for an answer, ms: no subscription tells them of it. */
const POLL_EVERY_MS = 20_000
/** No subscription tells of the other orgs either: of new names, of a removal. */
const LOOK_AROUND_EVERY_MS = 60_000

export type OrgChoice = WhoAmIQuery['orgs']['nodes'][number]

export interface ViewerData {
  /** Null for an API token. */
  readonly viewer: Viewer | null
  /** The newest 100. */
  readonly orgs: readonly OrgChoice[]
  /** Of all orgs. */
  readonly orgCount: number
}

/** The signed-in person, their orgs and their pending invites, kept up to date. */
export interface ViewerStore {
  /** Null until first loaded. */
  readonly viewerData: ReadonlySignal<ViewerData | null>
  /** A message for the user if loading failed. */
  readonly problem: ReadonlySignal<string | null>
  refresh(): Promise<void>
  /** Takes over what the page has read since of an org: its name, and the viewer's roles. */
  learn(org: Pick<OrgSummary, 'id' | 'name' | 'viewerOrgUser'>): void
  disconnect(): void
  reconnect(): void
  close(): void
}

export function openViewerStore(
  token: string,
  client: SubscriptionClient,
  onSignedOut: () => void,
): ViewerStore {
  const viewerData = signal<ViewerData | null>(null)
  const problem = signal<string | null>(null)
  const abort = new AbortController()
  let follower: Follower | undefined
  let arrived = 0
  let asked = 0
  let answered = 0

  async function refresh(): Promise<void> {
    const round = ++asked
    try {
      const data = await execute(WhoAmIDocument, {}, token, abort.signal)
      // An older answer that was slower must not overwrite a newer one.
      if (round < answered) return
      answered = round
      viewerData.value = { viewer: data.viewer, orgs: data.orgs.nodes, orgCount: data.orgs.totalCount }
      problem.value = null
      retry.succeeded()
      if (data.viewer) watch(data.viewer.orgInviteEventCursor)
    } catch (error) {
      if (abort.signal.aborted || round < answered) return
      if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') onSignedOut()
      else {
        problem.value = errorMessage(error)
        if (mayPass(error)) retry.failed()
      }
    }
  }

  function learn({ id, name, viewerOrgUser }: Pick<OrgSummary, 'id' | 'name' | 'viewerOrgUser'>): void {
    const held = viewerData.value
    const known = held?.orgs.find((org) => org.id === id)
    if (!held || !known) return
    if (known.name === name && known.viewerOrgUser?.roles.join() === viewerOrgUser?.roles.join()) return
    const orgs = held.orgs.map((org) => (org.id === id ? { ...org, name, viewerOrgUser } : org))
    viewerData.value = { ...held, orgs }
  }

  const retry = openRetry(() => void refresh())
  const throttledRefresh = throttle(() => void refresh(), 150, 1_000)

  function watch(cursor: string | null): void {
    follower ??= follow({
      from: { seq: 0, cursor },
      dense: false,
      subscribe: (after, sink) =>
        client.subscribe(
          WatchMyInvitesDocument,
          { after },
          {
            ...sink,
            // Events of different orgs have unrelated numbers, so count the events of this stream instead.
            next: ({ viewerOrgInviteEvents: { cursor } }) => sink.next({ seq: ++arrived, cursor }),
          },
        ),
      head: async () => null,
      onEvent: () => throttledRefresh.schedule(),
      onConnection: () => undefined,
      onLost() {
        follower = undefined
        throttledRefresh.schedule()
      },
    })
  }

  function lookForAnswer(): void {
    const waits = (viewerData.value?.viewer?.orgJoinRequests?.nodes.length ?? 0) > 0
    if (waits && document.visibilityState === 'visible' && !client.isDisconnected.value)
      throttledRefresh.schedule()
  }
  function lookAround(): void {
    if (document.visibilityState === 'visible' && !client.isDisconnected.value) throttledRefresh.schedule()
  }

  const polling = setInterval(lookForAnswer, POLL_EVERY_MS)
  const lookingAround = setInterval(lookAround, LOOK_AROUND_EVERY_MS)
  const stopReturns = onReturn(lookAround)

  void refresh()

  return {
    viewerData,
    problem,
    refresh,
    learn,
    disconnect: () => follower?.disconnect(),
    reconnect: () => follower?.reconnect(),
    close() {
      abort.abort()
      retry.stop()
      throttledRefresh.stop()
      clearInterval(polling)
      clearInterval(lookingAround)
      stopReturns()
      follower?.stop()
    },
  }
}
