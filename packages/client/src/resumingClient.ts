import type { Client, FormattedExecutionResult, Sink as GraphqlWsSink, SubscribePayload } from 'graphql-ws'
import { follow } from './events/follow.js'
import { iterator, type Source } from './events/iterator.js'
import { type LineOptions, openLine } from './events/line.js'
import type { Numbered } from './events/position.js'

interface Arrived extends Numbered {
  readonly data: Record<string, unknown>
}

/**
 * A client of graphql-ws whose subscriptions survive: over every break, a restart of the server, a token that runs
 * out or a reader that was too slow, each goes on from the cursor of the last event, and every event comes once,
 * in order. Give it to whatever takes a graphql-ws client: urql, Apollo's GraphQLWsLink, Relay, or nothing.
 *
 * A subscription takes part if it has a variable `$after` and selects `cursor`; with `seq` beside it a gap in an
 * org's history is noticed as well. Pass as `after` the cursor of what you have read (`eventCursor`): without one
 * it begins at the moment of subscribing, and a break before the first event begins it anew.
 *
 * It ends with an error of the code FORBIDDEN where the right is lost, UNAUTHENTICATED where no fresh token is to
 * be had, BAD_USER_INPUT where `after` is no cursor of this stream (then read everything anew); and it completes
 * where its org is gone. Queries and mutations are never repeated.
 *
 * Read by `iterate`, a subscription comes no further ahead of its reader than some thousand events: it is left where
 * they pile up, and gone on with where they are read.
 */
export function resumingClient(options: LineOptions): Client {
  const line = openLine(options)

  function open<Data, Extensions>(
    payload: SubscribePayload,
    sink: GraphqlWsSink<FormattedExecutionResult<Data, Extensions>>,
  ): Source {
    const stream = streamOf(payload.query)
    let ended = false
    const end = (tell: () => void) => {
      if (!ended) tell()
      ended = true
    }
    const complete = () => end(() => sink.complete())
    const fail = (code: string, message: string) => end(() => sink.error([{ message, extensions: { code } }]))
    // The sink's types are the caller's word for what the document selects.
    const take = (data: unknown) => sink.next({ data: data as Data })
    if (!stream) {
      const unsubscribe = line.subscribe(payload, {
        open() {},
        next: take,
        end(ending) {
          if (ending.kind === 'over') complete()
          else if (ending.kind === 'refused') fail(ending.error.code, ending.error.message)
          else fail('UNREACHABLE', 'The connection broke before the answer came.')
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
    let lastWords = 'The server ended the subscription.'
    const following = follow<Arrived>({
      from: { seq: stream.numbered ? null : 0, cursor: typeof after === 'string' ? after : null },
      dense: stream.dense,
      head: async () => null,
      subscribe: (cursor, events) =>
        line.subscribe<Record<string, unknown>>(
          { query: payload.query, variables: { ...variables, after: cursor } },
          {
            open: () => events.open(),
            next(data) {
              const event = Object.values(data)[0]
              const cursor = read(event, 'cursor')
              const seq = stream.numbered ? read(event, 'seq') : ++arrivals
              if (typeof cursor === 'string' && typeof seq === 'number') events.next({ seq, cursor, data })
              else {
                following.stop()
                fail('BAD_USER_INPUT', 'Select `cursor` and `seq`: without them no break can be survived.')
              }
            },
            end(ending) {
              if (ending.kind === 'refused') lastWords = ending.error.message
              events.end(ending)
            },
          },
        ),
      onEvent: ({ data }) => take(data),
      onConnection(connection) {
        if (connection.state !== 'ended') return
        if (connection.code === 'OVER') complete()
        else fail(connection.code, lastWords)
      },
      onLost: (error) =>
        fail('BAD_USER_INPUT', error?.message ?? 'Events are missing: read everything anew.'),
    })
    return {
      stop() {
        following.stop()
        complete()
      },
      wait: following.cut,
      goOn: following.mend,
    }
  }

  return {
    on: line.on,
    subscribe: (payload, sink) => open(payload, sink).stop,
    iterate: <Data, Extensions>(payload: SubscribePayload) =>
      iterator<FormattedExecutionResult<Data, Extensions>>((sink) => open<Data, Extensions>(payload, sink)),
    terminate: line.terminate,
    dispose: line.close,
  }
}

/** How the events of a subscription are numbered; null for whatever can't be resumed. */
function streamOf(query: string): { numbered: boolean; dense: boolean } | null {
  if (!/\$after\b/.test(query)) return null
  // An inbox has events of many orgs, whose numbers don't compare.
  const numbered = /\borg(Invite)?Events\s*\(/.test(query)
  return { numbered, dense: /\borgEvents\s*\(/.test(query) }
}

function read(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
