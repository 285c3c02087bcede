import type { Sink } from '@guildhall/client/events'
import { WatchInvitesDocument, WatchOrgDocument } from '../../../../../operations/generated/graphql.js'
import type { SubscriptionClient } from '../../api/subscriptionClient.js'
import type { LiveEvent, OrgSummary } from '../../model/types.js'

/** The events of an org that the viewer may subscribe to. */
export type Watching = 'everything' | 'invites' | 'nothing'

export function watchable(org: Pick<OrgSummary, 'viewerPermissions'>): Watching {
  if (org.viewerPermissions.includes('EVENT_READ')) return 'everything'
  return org.viewerPermissions.includes('INVITE_READ') ? 'invites' : 'nothing'
}

export function watchOrg(
  client: SubscriptionClient,
  watching: Watching,
  orgId: string,
  after: string | null,
  sink: Sink<LiveEvent>,
): () => void {
  return watching === 'everything'
    ? client.subscribe(
        WatchOrgDocument,
        { orgId, after },
        { ...sink, next: (data) => sink.next(data.orgEvents) },
      )
    : client.subscribe(
        WatchInvitesDocument,
        { orgId, after },
        { ...sink, next: (data) => sink.next(data.orgInviteEvents) },
      )
}
