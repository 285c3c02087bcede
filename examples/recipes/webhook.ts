import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'graphql-ws'
import {
  type OrgEventRowFragment,
  WatchOrgDocument,
  type WatchOrgSubscription,
} from '../../operations/generated/graphql.js'

/** Where the cursor of the last delivered event is kept: a row, a file, a key. */
export interface Place {
  read(): Promise<string | null>
  write(cursor: string): Promise<void>
}

/**
 * Posts every event of an org to a URL: in order, at least once, and on from the same place after a restart. The
 * receiver tells repeats by `webhook-id` and the sender by `webhook-signature`.
 */
export async function deliverEvents(
  client: Client,
  orgId: string,
  { place, url, secret, signal }: { place: Place; url: string; secret: string; signal: AbortSignal },
): Promise<void> {
  const variables = { orgId, after: await place.read() }
  const events = client.iterate<WatchOrgSubscription>({ query: WatchOrgDocument.toString(), variables })
  signal.addEventListener('abort', () => void events.return?.())
  for await (const { data } of events) {
    if (!data) continue
    if (!(await post(data.orgEvents, url, secret, signal))) return
    await place.write(data.orgEvents.cursor)
  }
}

/** Tries until it is taken, for the next event waits behind it. False where it was told to stop before. */
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
    const taken = await fetch(url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(10_000),
    }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (taken) return true
    await sleep(waitMs, undefined, { signal }).catch(() => {})
  }
  return false
}
