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

/** What happened, in the API's own words: CREATED, JOINED, … */
export function typeOf(event: OrgEvent): string {
  if (event.__typename === 'OrgInviteEvent') return event.inviteEventType
  return event.__typename === 'OrgUserEvent' ? event.memberEventType : event.orgEventType
}

/** An org's history, followed from its first event on. */
export interface Dashboard {
  /** Takes the next events, waiting 10 s for each. Throws where one is another than expected, or misses. */
  sees(...types: string[]): Promise<void>
  /** The number of the newest event seen. */
  readonly seq: number
  /** Breaks the connection off without a word, as a tunnel does. */
  cut(): void
  resume(): void
  close(): Promise<void>
}

export async function openDashboard(
  viewer: Api,
  orgId: string,
  onEvent: (event: OrgEvent, how: 'history' | 'live') => void,
): Promise<Dashboard> {
  // First what is there, together with the cursor of its newest event: from there on nothing is missed.
  const { org } = await viewer.ask(OrgDashboardDocument, { orgId })
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
    cut: () => client.terminate(),
    resume() {
      ;({ client, stream } = connect())
    },
    close: async () => client.dispose(),
  }
}
