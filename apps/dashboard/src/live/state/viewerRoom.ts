import { type Following, follow } from '@guildhall/client/events'
import { type ReadonlySignal, signal } from '@preact/signals'
import {
  WatchMyInvitesDocument,
  WhoAmIDocument,
  type WhoAmIQuery,
} from '../../../../../operations/generated/graphql.js'
import { ApiError, errorInWords } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import type { Link } from '../../api/link.js'
import { soon } from './soon.js'

export type Viewer = NonNullable<WhoAmIQuery['viewer']>
export type OrgChoice = WhoAmIQuery['orgs']['nodes'][number]

export interface WhoIsHere {
  /** Null for an API token. */
  readonly viewer: Viewer | null
  readonly orgs: readonly OrgChoice[]
}

/** Who this page speaks for, their orgs, and the invites that wait for their answer, kept up to date. */
export interface ViewerRoom {
  /** Null until first read. */
  readonly here: ReadonlySignal<WhoIsHere | null>
  /** In words, where it could not be read. */
  readonly problem: ReadonlySignal<string | null>
  refresh(): Promise<void>
  cut(): void
  mend(): void
  close(): void
}

export function openViewerRoom(token: string, link: Link, onSignedOut: () => void): ViewerRoom {
  const here = signal<WhoIsHere | null>(null)
  const problem = signal<string | null>(null)
  const abort = new AbortController()
  let following: Following | undefined
  let arrived = 0

  async function refresh(): Promise<void> {
    try {
      const data = await execute(WhoAmIDocument, {}, token, abort.signal)
      here.value = { viewer: data.viewer, orgs: data.orgs.nodes }
      problem.value = null
      if (data.viewer) watch(data.viewer.orgInviteEventCursor)
    } catch (error) {
      if (abort.signal.aborted) return
      if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') onSignedOut()
      else {
        problem.value = errorInWords(error)
        // Not a reason to give up: the server may be starting.
        again.ask()
      }
    }
  }

  const again = soon(() => void refresh(), 3_000, 3_000)
  const reread = soon(() => void refresh(), 150, 1_000)

  function watch(cursor: string | null): void {
    following ??= follow({
      from: { seq: 0, cursor },
      dense: false,
      subscribe: (after, sink) =>
        link.subscribe(
          WatchMyInvitesDocument,
          { after },
          {
            ...sink,
            // Numbers of different orgs don't compare: these count what came through this stream.
            next: ({ viewerOrgInviteEvents: { cursor } }) => sink.next({ seq: ++arrived, cursor }),
          },
        ),
      head: async () => null,
      onEvent: () => reread.ask(),
      onConnection: () => undefined,
      onLost() {
        following = undefined
        reread.ask()
      },
    })
  }

  void refresh()

  return {
    here,
    problem,
    refresh,
    cut: () => following?.cut(),
    mend: () => following?.mend(),
    close() {
      abort.abort()
      again.stop()
      reread.stop()
      following?.stop()
    },
  }
}
