import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { ask } from '../support/testServer.js'

/** An event as a subscriber got it. */
export interface SeenEvent {
  /** Only of a stream of all orgs. */
  orgId?: string
  seq: number
  cursor: string
  /** From performance.now(). */
  at: number
}

export interface Subscriber {
  /** In the order in which they came. */
  readonly seen: SeenEvent[]
  stop(): void
}

/** A subscription of one of these two fields. */
interface Stream {
  field: 'orgEvents' | 'instanceEvents'
  query: string
  variables: Record<string, unknown>
}

/**
 * Subscribes to an org from its first event on. After each break it resumes from its last cursor, on the next server.
 * @param first the place of the server that it asks first
 */
export function follow(
  servers: readonly { url: string }[],
  orgId: string,
  authorization: string,
  first: number,
): Subscriber {
  const stream: Stream = {
    field: 'orgEvents',
    query:
      'subscription($orgId: ID!, $after: String) { orgEvents(orgId: $orgId, after: $after) { seq cursor } }',
    variables: { orgId },
  }
  return subscribe(servers, authorization, first, stream, async (see) => {
    const event = await firstEvent(servers[0]?.url ?? '', authorization, orgId)
    see(event)
    return event.cursor
  })
}

/** The same for the events of all orgs, from a cursor on. */
export function followInstance(
  servers: readonly { url: string }[],
  authorization: string,
  first: number,
  after: string,
): Subscriber {
  const stream: Stream = {
    field: 'instanceEvents',
    query: 'subscription($after: String) { instanceEvents(after: $after) { orgId seq cursor } }',
    variables: {},
  }
  return subscribe(servers, authorization, first, stream, async () => after)
}

function subscribe(
  servers: readonly { url: string }[],
  authorization: string,
  first: number,
  { field, query, variables }: Stream,
  begin: (see: (event: Omit<SeenEvent, 'at'>) => void) => Promise<string>,
): Subscriber {
  const seen: SeenEvent[] = []
  const see = (event: Omit<SeenEvent, 'at'>) => void seen.push({ ...event, at: performance.now() })
  let stopped = false
  let tries = first
  let stopNow = () => {}
  const once = (after: string) =>
    new Promise<void>((resolve) => {
      const url = servers[tries++ % servers.length]?.url.replace('http', 'ws')
      const client = createClient({
        url: `${url}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization },
        retryAttempts: 0,
        keepAlive: 2_000,
      })
      const end = () => {
        void client.dispose()
        resolve()
      }
      stopNow = end
      client.subscribe<Record<string, Omit<SeenEvent, 'at'>>>(
        { query, variables: { ...variables, after } },
        {
          next: ({ data }) => void (data?.[field] && see(data[field])),
          error: end,
          complete: end,
        },
      )
    })
  const run = async () => {
    const start = await begin(see)
    while (!stopped) {
      await once(seen.at(-1)?.cursor ?? start)
      await delay(50)
    }
  }
  void run()
  return {
    seen,
    stop() {
      stopped = true
      stopNow()
    },
  }
}

/** Reads the event before the stream from the history. */
async function firstEvent(url: string, authorization: string, orgId: string) {
  for (;;) {
    const answer = await ask(
      url,
      authorization,
      'query($orgId: ID!) { org(id: $orgId) { events(first: 1) { nodes { seq cursor } } } }',
      { orgId },
    ).catch(() => null)
    const [event] = (answer?.data?.org?.events?.nodes ?? []) as { seq: number; cursor: string }[]
    if (event) return event
    await delay(100)
  }
}
