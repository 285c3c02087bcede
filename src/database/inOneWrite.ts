import type pg from 'pg'
import { socketOf } from './socketOf.js'

/** Sends all statements of one turn of the event loop in one write. A write costs as much as a small query. */
export function inOneWrite(connection: pg.ClientBase): void {
  const socket = socketOf(connection)
  if (socket.writableCorked > 0) return
  socket.cork()
  process.nextTick(() => socket.uncork())
}
