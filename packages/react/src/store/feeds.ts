import type { Sink } from '@guildhall/client/events'
import type { Document } from '../api/document.js'
import type { TypedRequests } from '../api/requests.js'
import type { OrgEvent, ViewerInviteEvent } from '../api/types.js'
import {
  OrgHeadDocument,
  ViewerHeadDocument,
  WatchOrgDocument,
  WatchViewerDocument,
} from '../generated/documents.js'
import { type Feed, openFeed } from './feed.js'

export type Subscribe = <Data, Variables extends Record<string, unknown>>(
  document: Document<Data, Variables>,
  variables: Variables,
  sink: Sink<Data>,
) => () => void

interface FeedParts {
  readonly api: TypedRequests
  readonly subscribe: Subscribe
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
      const { org } = await api.query(OrgHeadDocument, { orgId })
      if (!org) return null
      const newest = org.events?.nodes[0]
      return { position: org.events ? (newest ?? { seq: 0, cursor: org.eventCursor }) : null }
    },
    subscribe: (after, sink) =>
      subscribe(WatchOrgDocument, { orgId, after }, { ...sink, next: (data) => sink.next(data.orgEvents) }),
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
      const { viewer } = await api.query(ViewerHeadDocument, {})
      return { position: viewer ? { seq: arrived, cursor: viewer.orgInviteEventCursor } : null }
    },
    subscribe: (after, sink) =>
      subscribe(
        WatchViewerDocument,
        { after },
        // Events of different orgs have unrelated numbers, so count the events of this stream instead.
        { ...sink, next: (data) => sink.next({ ...data.viewerOrgInviteEvents, seq: ++arrived }) },
      ),
    pollMs,
    // No event tells the user of new names of their orgs, or that they were removed from one.
    lookAroundMs: LOOK_AROUND_MS,
    onMissing() {},
  })
}
