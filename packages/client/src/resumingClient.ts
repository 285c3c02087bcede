import type { Client, FormattedExecutionResult, Sink as GraphqlWsSink, SubscribePayload } from 'graphql-ws'
import { follow } from './events/follow.js'
import { iterator, type Source } from './events/iterator.js'
import type { Numbered } from './events/position.js'
import { openSocket, type SocketOptions } from './events/socket.js'

interface Arrived extends Numbered {
  readonly data: Record<string, unknown>
}

/**
 * A graphql-ws client that resumes its subscriptions. After a disconnect, a restart of the server, an expired token, or
 * SLOW_CONSUMER, a subscription continues after the cursor of the last event. Every event comes exactly once and in
 * order. Use it alone, or wherever a graphql-ws client fits: urql, Apollo's GraphQLWsLink, Relay.
 *
 * A subscription is resumed if it has a variable `$after` and selects `cursor`. For events of one org select `seq` too:
 * then the client notices a missing event. Pass as `after` the cursor that you read with your data (`eventCursor`).
 * Without it the subscription starts now. If it then disconnects before the first event, it starts at the time of the
 * reconnect.
 *
 * It fails with the code FORBIDDEN if the user loses the permission, and UNAUTHENTICATED if there is no fresh token. With
 * EVENTS_GONE (events after the cursor are deleted, because the server keeps them for some time only) and BAD_USER_INPUT
 * (`after` is not a cursor of this stream) load all data again, and subscribe with a new cursor. It completes if the org
 * is deleted. Queries and mutations are never repeated.
 *
 * `iterate` buffers at most about 1,000 unread events. It pauses the subscription there and resumes it once they are
 * read.
 */
export function resumingClient(options: SocketOptions): Client {
  const socket = openSocket(options)

  function open<Data, Extensions>(
    payload: SubscribePayload,
    sink: GraphqlWsSink<FormattedExecutionResult<Data, Extensions>>,
  ): Source {
    const stream = streamOf(payload.query)
    let ended = false
    const end = (report: () => void) => {
      if (!ended) report()
      ended = true
    }
    const complete = () => end(() => sink.complete())
    const fail = (code: string, message: string) => end(() => sink.error([{ message, extensions: { code } }]))
    // The type is not checked: the caller declares what the document selects.
    const take = (data: unknown) => sink.next({ data: data as Data })
    if (!stream) {
      const unsubscribe = socket.subscribe(payload, {
        open() {},
        next: take,
        end(ending) {
          if (ending.kind === 'complete') complete()
          else if (ending.kind === 'error') fail(ending.error.code, ending.error.message)
          else fail('UNREACHABLE', 'The connection was lost before the response arrived.')
        },
      })
      return {
        stop() {
          unsubscribe()
          complete()
        },
      }
    }

    const { after = null, ...variables } = payload.variables ?? {}
    let arrivals = 0
    let lastMessage = 'The server ended the subscription.'
    const follower = follow<Arrived>({
      from: { seq: stream.numbered ? null : 0, cursor: typeof after === 'string' ? after : null },
      dense: stream.dense,
      head: async () => null,
      subscribe: (cursor, events) =>
        socket.subscribe<Record<string, unknown>>(
          { query: payload.query, variables: { ...variables, after: cursor } },
          {
            open: () => events.open(),
            next(data) {
              const event = Object.values(data)[0]
              const cursor = read(event, 'cursor')
              const seq = stream.numbered ? read(event, 'seq') : ++arrivals
              if (typeof cursor === 'string' && typeof seq === 'number') events.next({ seq, cursor, data })
              else {
                follower.stop()
                fail(
                  'BAD_USER_INPUT',
                  'Select `cursor` and `seq`: without them the subscription can’t be resumed.',
                )
              }
            },
            end(ending) {
              if (ending.kind === 'error') lastMessage = ending.error.message
              events.end(ending)
            },
          },
        ),
      onEvent: ({ data }) => take(data),
      onConnection(connection) {
        if (connection.state !== 'ended') return
        if (connection.code === 'COMPLETE') complete()
        else fail(connection.code, lastMessage)
      },
      onLost: (error) =>
        fail(error?.code ?? 'BAD_USER_INPUT', error?.message ?? 'Events are missing: load all data again.'),
    })
    return {
      stop() {
        follower.stop()
        complete()
      },
      pause: follower.disconnect,
      resume: follower.reconnect,
    }
  }

  return {
    on: socket.on,
    subscribe: (payload, sink) => open(payload, sink).stop,
    iterate: <Data, Extensions>(payload: SubscribePayload) =>
      iterator<FormattedExecutionResult<Data, Extensions>>((sink) => open<Data, Extensions>(payload, sink)),
    terminate: socket.terminate,
    dispose: socket.close,
  }
}

/** How the events of a subscription are numbered. Null for an operation that can't be resumed. */
function streamOf(query: string): { numbered: boolean; dense: boolean } | null {
  if (!/\$after\b/.test(query)) return null
  // `viewerOrgInviteEvents` has events from many orgs, whose numbers are unrelated.
  const numbered = /\borg(Invite)?Events\s*\(/.test(query)
  return { numbered, dense: /\borgEvents\s*\(/.test(query) }
}

function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
