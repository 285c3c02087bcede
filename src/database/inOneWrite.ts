import type pg from 'pg'
import { socketOf } from './socketOf.js'

/** Has all that is asked of a connection in one turn go out in one write: each costs as much as a small query. */
export function inOneWrite(connection: pg.ClientBase): void {
  const socket = socketOf(connection)
  if (socket.writableCorked > 0) return
  socket.cork()
  process.nextTick(() => socket.uncork())
}
