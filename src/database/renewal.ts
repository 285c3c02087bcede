import type pg from 'pg'
import { giveUp } from './socketOf.js'

/** The greatest age of a connection, ms; its own is up to a quarter less, so that not all end at once. */
const GREATEST_AGE_MS = 15 * 60_000

/** @returns ms after which a new connection is to be replaced */
export const ageOfNext = (): number => GREATEST_AGE_MS * (1 - Math.random() / 4)

/** Replaces connections of a pool, whatever server they lead to: new ones lead to where the name or the proxy does. */
export interface Renewal {
  /** Closes a connection: at once where it is idle, else as soon as it is given back. */
  retire(client: pg.ClientBase): void
  retireAll(): void
}

export function renewalOf(pool: pg.Pool): Renewal {
  const open = new Set<pg.ClientBase>()
  const inUse = new Set<pg.ClientBase>()
  const retired = new WeakSet<pg.ClientBase>()
  const retire = (client: pg.ClientBase) => {
    retired.add(client)
    if (!inUse.has(client)) giveUp(client, new Error('this connection is replaced'))
  }
  pool.on('connect', (client) => {
    open.add(client)
    const age = setTimeout(retire, ageOfNext(), client).unref()
    client.once('end', () => {
      clearTimeout(age)
      open.delete(client)
      inUse.delete(client)
    })
  })
  pool.on('acquire', (client) => inUse.add(client))
  pool.on('release', (_error, client) => {
    inUse.delete(client)
    if (!retired.has(client)) return
    // The pool keeps no connection that is ending.
    client.end().catch(() => {})
    giveUp(client, new Error('this connection is replaced'))
  })
  return {
    retire,
    retireAll() {
      for (const client of open) retire(client)
    },
  }
}
