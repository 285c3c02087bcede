import type pg from 'pg'
import { giveUp } from './socketOf.js'

/** The greatest age of a connection, ms. Each one ends up to a quarter earlier, so that not all end at once. */
const GREATEST_AGE_MS = 15 * 60_000

/** @returns after how many ms a new connection has to be replaced */
export const ageOfNext = (): number => GREATEST_AGE_MS * (1 - Math.random() / 4)

/** Replaces connections of a pool, because after a failover only new ones lead to the new server. */
export interface Renewal {
  /** Closes a connection: at once if it is idle, else when it is released. */
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
