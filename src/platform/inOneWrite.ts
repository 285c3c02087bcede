import type { Socket } from 'node:net'
import type pg from 'pg'

/** Has all that is asked of a connection in one turn go out in one write: each costs as much as a small query. */
export function inOneWrite(connection: pg.ClientBase): void {
  const { stream } = (connection as unknown as { connection: { stream: Socket } }).connection
  if (stream.writableCorked > 0) return
  stream.cork()
  process.nextTick(() => stream.uncork())
}
