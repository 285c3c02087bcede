import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'graphql-ws'
import {
  type OrgEventRowFragment,
  WatchOrgDocument,
  type WatchOrgSubscription,
} from '../../operations/generated/graphql.js'

/** Stores the cursor of the last delivered event: in a row, a file or a key. */
export interface CursorStore {
  read(): Promise<string | null>
  write(cursor: string): Promise<void>
}

/**
 * Posts every event of an org to a URL, in order and at least once. After a restart it continues after the last
 * delivered event. The receiver recognises repeats by `webhook-id`, and checks the sender by `webhook-signature`.
 */
export async function deliverEvents(
  client: Client,
  orgId: string,
  {
    cursorStore,
    url,
    secret,
    signal,
  }: { cursorStore: CursorStore; url: string; secret: string; signal: AbortSignal },
): Promise<void> {
  const variables = { orgId, after: await cursorStore.read() }
  const events = client.iterate<WatchOrgSubscription>({ query: WatchOrgDocument.toString(), variables })
  signal.addEventListener('abort', () => void events.return?.())
  for await (const { data } of events) {
    if (!data) continue
    if (!(await post(data.orgEvents, url, secret, signal))) return
    await cursorStore.write(data.orgEvents.cursor)
  }
}

/** Tries until the receiver accepts it: events are delivered in order. Resolves to false if stopped before that. */
async function post(
  event: OrgEventRowFragment,
  url: string,
  secret: string,
  signal: AbortSignal,
): Promise<boolean> {
  const body = JSON.stringify(event)
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const headers = {
    'content-type': 'application/json',
    'webhook-id': event.id,
    'webhook-signature': signature,
  }
  for (let waitMs = 500; !signal.aborted; waitMs = Math.min(2 * waitMs, 60_000)) {
    const accepted = await fetch(url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(10_000),
    }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (accepted) return true
    await sleep(waitMs, undefined, { signal }).catch(() => {})
  }
  return false
}
