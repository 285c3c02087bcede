import type { EventEmitter } from 'node:events'
import type pg from 'pg'

/** True on a standby, and on a server that is set to read-only. */
export const READ_ONLY = "current_setting('transaction_read_only') = 'on'"

/** SQLSTATE of a write that a read-only server refuses. */
const READ_ONLY_TRANSACTION = '25006'

/** Calls `tell` when PostgreSQL refuses a write on this connection because the server is read-only. */
export function onWriteRefused(client: pg.ClientBase, tell: () => void): void {
  // The driver's types leave the connection out.
  const { connection } = client as unknown as { connection: EventEmitter }
  connection.on('errorMessage', ({ code }: { code?: unknown }) => {
    if (code === READ_ONLY_TRANSACTION) tell()
  })
}
