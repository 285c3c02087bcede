import { type Follower, follow } from '@guildhall/client/events'
import { type ReadonlySignal, signal } from '@preact/signals'
import {
  WatchMyInvitesDocument,
  WhoAmIDocument,
  type WhoAmIQuery,
} from '../../../../../operations/generated/graphql.js'
import { ApiError, errorMessage } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import type { SubscriptionClient } from '../../api/subscriptionClient.js'
import { throttle } from './throttle.js'

export type Viewer = NonNullable<WhoAmIQuery['viewer']>
export type OrgChoice = WhoAmIQuery['orgs']['nodes'][number]

export interface ViewerData {
  /** Null for an API token. */
  readonly viewer: Viewer | null
  readonly orgs: readonly OrgChoice[]
}

/** The signed-in person, their orgs and their pending invites, kept up to date. */
export interface ViewerStore {
  /** Null until first loaded. */
  readonly viewerData: ReadonlySignal<ViewerData | null>
  /** A message for the user if loading failed. */
  readonly problem: ReadonlySignal<string | null>
  refresh(): Promise<void>
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

  async function refresh(): Promise<void> {
    try {
      const data = await execute(WhoAmIDocument, {}, token, abort.signal)
      viewerData.value = { viewer: data.viewer, orgs: data.orgs.nodes }
      problem.value = null
      if (data.viewer) watch(data.viewer.orgInviteEventCursor)
    } catch (error) {
      if (abort.signal.aborted) return
      if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') onSignedOut()
      else {
        problem.value = errorMessage(error)
        // Try retry: the server may be starting.
        retry.schedule()
      }
    }
  }

  const retry = throttle(() => void refresh(), 3_000, 3_000)
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

  void refresh()

  return {
    viewerData,
    problem,
    refresh,
    disconnect: () => follower?.disconnect(),
    reconnect: () => follower?.reconnect(),
    close() {
      abort.abort()
      retry.stop()
      throttledRefresh.stop()
      follower?.stop()
    },
  }
}
