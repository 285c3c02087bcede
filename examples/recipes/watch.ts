import { resumingClient } from '@guildhall/client'
import WebSocket from 'ws'
import {
  type OrgEventRowFragment,
  WatchOrgDocument,
  type WatchOrgSubscription,
} from '../../operations/generated/graphql.js'

const watchOrg = WatchOrgDocument.toString()

/** Subscribes to an org's events, starting after the cursor that was read with the data. Ends when the stream ends. */
export async function watch(
  url: string,
  { orgId, after }: { orgId: string; after: string },
  session: { accessToken(options: { refresh: boolean }): Promise<string> },
  show: (event: OrgEventRowFragment) => void,
): Promise<void> {
  const client = resumingClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    token: (refused) => session.accessToken({ refresh: refused !== undefined }),
    webSocketImpl: WebSocket,
  })
  for await (const { data } of client.iterate<WatchOrgSubscription>({
    query: watchOrg,
    variables: { orgId, after },
  }))
    if (data) show(data.orgEvents)
  await client.dispose()
}
