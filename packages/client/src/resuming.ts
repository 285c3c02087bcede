import { follow } from './events/follow.js'
import { iterator, type Source } from './events/iterator.js'
import type { Numbered } from './events/position.js'
import type { Operation, Sink } from './events/sink.js'

/** What carries subscriptions. It never retries by itself. */
export interface Transport {
  subscribe<Data>(operation: Operation, sink: Sink<Data>): () => void
}

/** A result, as GraphQL clients pass it on. */
export interface Result<Data> {
  readonly data?: Data | null
}

/** Called with results, and once at the end. `error` gets a list of GraphQL errors. */
export interface ResultSink<Data> {
  next(result: Result<Data>): void
  error(error: unknown): void
  complete(): void
}

export interface ResumingSubscriptions {
  /** Returns a function that unsubscribes. */
  subscribe<Data = Record<string, unknown>>(payload: Operation, sink: ResultSink<Data>): () => void
  /** For `for await`. Leaving the loop unsubscribes. */
  iterate<Data = Record<string, unknown>>(payload: Operation): AsyncIterableIterator<Result<Data>>
}

interface Arrived extends Numbered {
  readonly data: Record<string, unknown>
}

/** Makes the subscriptions of a transport resume after each break. */
export function resuming(transport: Transport): ResumingSubscriptions {
  function open<Data>(payload: Operation, sink: ResultSink<Data>): Source {
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
      const unsubscribe = transport.subscribe(payload, {
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
        transport.subscribe<Record<string, unknown>>(
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
    subscribe: (payload, sink) => open(payload, sink).stop,
    iterate: <Data>(payload: Operation) => iterator<Result<Data>>((sink) => open<Data>(payload, sink)),
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
