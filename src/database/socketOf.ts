import type { Socket } from 'node:net'
import type pg from 'pg'

/** The socket of a connection. The driver's types leave it out. */
export function socketOf(client: pg.ClientBase): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream
}

/** Closes a connection at once. Its statements fail with this error, and a pool opens another connection. */
export function giveUp(client: pg.ClientBase, reason: Error): void {
  socketOf(client).destroy(reason)
}
