import type { Sink } from '@guildhall/client/events'
import { WatchInvitesDocument, WatchOrgDocument } from '../../../../../operations/generated/graphql.js'
import type { Link } from '../../api/link.js'
import type { Glance, LiveEvent } from '../../model/types.js'

/** What of an org the viewer may watch. */
export type Watching = 'everything' | 'invites' | 'nothing'

export function watchable(org: Pick<Glance, 'viewerPermissions'>): Watching {
  if (org.viewerPermissions.includes('EVENT_READ')) return 'everything'
  return org.viewerPermissions.includes('INVITE_READ') ? 'invites' : 'nothing'
}

export function watchOrg(
  link: Link,
  watching: Watching,
  orgId: string,
  after: string | null,
  sink: Sink<LiveEvent>,
): () => void {
  return watching === 'everything'
    ? link.subscribe(
        WatchOrgDocument,
        { orgId, after },
        { ...sink, next: (data) => sink.next(data.orgEvents) },
      )
    : link.subscribe(
        WatchInvitesDocument,
        { orgId, after },
        { ...sink, next: (data) => sink.next(data.orgInviteEvents) },
      )
}
