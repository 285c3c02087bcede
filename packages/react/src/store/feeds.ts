import type { Socket } from '@guildhall/client/events'
import * as documents from '../api/documents.js'
import type { Requests } from '../api/requests.js'
import type { OrgEvent, ViewerInviteEvent } from '../api/types.js'
import { type Feed, openFeed } from './feed.js'

interface FeedParts {
  readonly api: Requests
  readonly subscribe: Socket['subscribe']
  readonly pollMs: number
}

const LOOK_AROUND_MS = 60_000

/** The events of an org. */
export function openOrgFeed(
  { api, subscribe, pollMs }: FeedParts,
  orgId: string,
  onMissing: () => void,
): Feed<OrgEvent> {
  return openFeed<OrgEvent>({
    dense: true,
    async head() {
      const { org } = await api.query<documents.DataOf<typeof documents.orgHead>>(documents.orgHead, {
        orgId,
      })
      if (!org) return null
      const newest = org.events?.nodes[0]
      return { position: org.events ? (newest ?? { seq: 0, cursor: org.eventCursor }) : null }
    },
    subscribe: (after, sink) =>
      subscribe<documents.DataOf<typeof documents.watchOrg>>(
        { query: documents.watchOrg, variables: { orgId, after } },
        { ...sink, next: (data) => sink.next(data.orgEvents) },
      ),
    pollMs,
    lookAroundMs: null,
    onMissing,
  })
}

/** The events of the invites to the signed-in user. */
export function openViewerFeed({ api, subscribe, pollMs }: FeedParts): Feed<ViewerInviteEvent> {
  let arrived = 0
  return openFeed<ViewerInviteEvent & { seq: number }>({
    dense: false,
    async head() {
      const { viewer } = await api.query<documents.DataOf<typeof documents.viewerHead>>(documents.viewerHead)
      return { position: viewer ? { seq: arrived, cursor: viewer.orgInviteEventCursor } : null }
    },
    subscribe: (after, sink) =>
      subscribe<documents.DataOf<typeof documents.watchViewer>>(
        { query: documents.watchViewer, variables: { after } },
        // Events of different orgs have unrelated numbers, so count the events of this stream instead.
        { ...sink, next: (data) => sink.next({ ...data.viewerOrgInviteEvents, seq: ++arrived }) },
      ),
    pollMs,
    // No event tells the user of new names of their orgs, or that they were removed from one.
    lookAroundMs: LOOK_AROUND_MS,
    onMissing() {},
  })
}
