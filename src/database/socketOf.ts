import type { Socket } from 'node:net'
import type pg from 'pg'

/** The socket of a connection. The driver's types leave it out. */
export function socketOf(client: pg.ClientBase): Socket {
  return (client as unknown as { connection: { stream: Socket } }).connection.stream
}

/** Gives a connection up at once: what is asked on it fails with this error, and a pool opens another in its place. */
export function giveUp(client: pg.ClientBase, reason: Error): void {
  socketOf(client).destroy(reason)
}
