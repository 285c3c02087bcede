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
  /** What happened to its connections, for a test that fails. */
  readonly connections: string[]
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
  const connections: string[] = []
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
      const note = (what: string) =>
        void connections.push(`${Math.round(performance.now())} ${url} ${what} after ${seen.length} events`)
      client.on('connected', () => note('connected'))
      const end = (why: unknown) => {
        note(`ended (${described(why)})`)
        void client.dispose()
        resolve()
      }
      stopNow = () => end('stopped')
      client.subscribe<Record<string, Omit<SeenEvent, 'at'>>>(
        { query, variables: { ...variables, after } },
        {
          next: ({ data }) => void (data?.[field] && see(data[field])),
          error: end,
          complete: () => end('complete'),
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
    connections,
    stop() {
      stopped = true
      stopNow()
    },
  }
}

/** Why a subscription ended: an error of the socket, its close event, or GraphQL errors. */
function described(why: unknown): string {
  if (typeof why === 'string') return why
  if (why instanceof Error) return why.message
  const { code, reason } = why as { code?: number; reason?: string }
  return code === undefined ? JSON.stringify(why) : `${code} ${reason}`
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
