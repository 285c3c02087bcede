import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import {
  OrgDashboardDocument,
  type OrgEventRowFragment,
  WatchOrgDocument,
  type WatchOrgSubscription,
} from '../../operations/generated/graphql.js'
import type { Api } from '../api.js'

export type OrgEvent = OrgEventRowFragment

/** The type of an event, as in the API: CREATED, JOINED, … */
export function typeOf(event: OrgEvent): string {
  if (event.__typename === 'OrgInviteEvent') return event.inviteEventType
  if (event.__typename === 'OrgJoinRequestEvent') return event.joinRequestEventType
  return event.__typename === 'OrgUserEvent' ? event.memberEventType : event.orgEventType
}

/** A subscriber that receives an org's history from the first event on. */
export interface Dashboard {
  /** Reads the next events, waiting at most 10 s for each. Throws if one has another type or a gap before it. */
  sees(...types: string[]): Promise<void>
  /** The number of the newest event received. */
  readonly seq: number
  /** Drops the connection without a close frame, as a lost network does. */
  disconnect(): void
  /** Subscribes again, from the cursor of the newest event. */
  reconnect(): void
  close(): Promise<void>
}

export async function openDashboard(
  viewer: Api,
  orgId: string,
  onEvent: (event: OrgEvent, how: 'history' | 'live') => void,
): Promise<Dashboard> {
  // First read the history with the cursor of its newest event. A subscription from that cursor misses nothing.
  const { org } = await viewer.query(OrgDashboardDocument, { orgId })
  const history = org?.events?.nodes ?? []
  let position = { seq: history.at(-1)?.seq ?? 0, cursor: org?.eventCursor ?? null }
  let { client, stream } = connect()
  for (const event of history) onEvent(event, 'history')

  function connect() {
    const client = createClient({
      url: `${viewer.url.replace('http', 'ws')}/graphql`,
      connectionParams: { authorization: `Bearer ${viewer.token}` },
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    })
    const variables = { orgId, after: position.cursor }
    const query = WatchOrgDocument.toString()
    return { client, stream: client.iterate<WatchOrgSubscription>({ query, variables }) }
  }

  async function next(expected: string): Promise<OrgEvent> {
    let late: NodeJS.Timeout | undefined
    const waiting = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(new Error(`No ${expected} came within 10 s.`)), 10_000)
    })
    const { value } = await Promise.race([stream.next(), waiting]).finally(() => clearTimeout(late))
    if (!value?.data) throw new Error(`No ${expected} came: ${JSON.stringify(value ?? 'the stream ended')}`)
    return value.data.orgEvents
  }

  return {
    async sees(...types) {
      for (const expected of types) {
        const event = await next(expected)
        onEvent(event, 'live')
        if (event.seq !== position.seq + 1)
          throw new Error(`After number ${position.seq} came number ${event.seq}.`)
        if (typeOf(event) !== expected) throw new Error(`${typeOf(event)} came, not ${expected}.`)
        position = event
      }
    },
    get seq() {
      return position.seq
    },
    disconnect: () => client.terminate(),
    reconnect() {
      ;({ client, stream } = connect())
    },
    close: async () => client.dispose(),
  }
}
