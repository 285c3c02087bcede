import type { Client } from 'graphql-ws'
import { openSocket, type SocketOptions } from './events/socket.js'
import { resuming } from './resuming.js'

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
  return { ...resuming(socket), on: socket.on, terminate: socket.terminate, dispose: socket.close }
}
