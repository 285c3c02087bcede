import { LRUCache } from 'lru-cache'
import type { IdSql } from './database.js'
import type { TimeLimit } from './timeLimit.js'

/**
 * The most transactions that may hold a connection for one row: one that has locked the row, and two that wait for the
 * lock in PostgreSQL, so that it is passed on without a round trip. More would only take connections away from others.
 */
const AT_ONCE = 3
/** Each of the two job queues uses a connection of the pool to listen. */
const LISTENING = 2
/** The most transactions that may wait in memory for one row. Further ones are refused at once. */
const MAX_WAITING = 200

/** The most invites (and other parts of an org) whose org is remembered. */
const MAX_KNOWN = 10_000

/** The right to hold a connection for a row that many transactions want to lock. */
export interface Turn {
  /** Call it when the row's id becomes known. From now on the turn counts for that row. */
  moveTo(id: string): void
  end(): void
}

/**
 * Queues of transactions, one queue for each row that many want to lock. They prevent that the transactions for one row
 * hold all connections: the transactions wait in memory, in order. `p-limit` can't do this: its queue has no limit, a
 * waiting task can't leave it after a timeout, and a turn can't move to another row.
 */
export interface RowQueues {
  /** A turn, if one is free and the row's id is known. Undefined if `take` has to wait. */
  takeFree(row: IdSql): Turn | undefined
  /**
   * Waits for a turn.
   * @throws if too many transactions are waiting, or after a timeout
   */
  take(row: IdSql, limit: TimeLimit): Promise<Turn>
  /** Remembers to which row a part belongs, for example to which org an invite. It never changes. This saves a query. */
  rememberRow(partId: string, rowId: string): void
  /** The transactions that have a turn, and those that wait in memory for one. */
  load(): { holding: number; waiting: number }
}

/** The key in `queues` for transactions that do not know the id of their row yet. */
const UNKNOWN = ''

interface Queue {
  /** The number of transactions that have a turn. */
  holding: number
  /** In the order of their arrival. */
  waiting: Set<() => void>
}

/**
 * @param connections the size of the pool. If it is small, one row gets at most half of it.
 * @param idOf reads an id on a connection that no transaction waits for. It is called only if some transactions without
 *   a known id already hold connections, so it costs nothing while there are few transactions.
 */
export function openRowQueues(
  connections: number,
  idOf: (row: Exclude<IdSql, string>) => Promise<string | null>,
): RowQueues {
  const queues = new Map<string, Queue>()
  const limitPerRow = Math.max(1, Math.min(AT_ONCE, Math.floor((connections - LISTENING) / 2)))
  // All of them may want the same locked row. Even then one connection must be left for others.
  const limitOfUnknown = Math.max(1, limitPerRow - 1)
  const limitOf = (key: string) => (key === UNKNOWN ? limitOfUnknown : limitPerRow)

  const queueOf = (key: string): Queue => {
    let queue = queues.get(key)
    if (!queue) {
      queue = { holding: 0, waiting: new Set() }
      queues.set(key, queue)
    }
    return queue
  }

  const leave = (key: string): void => {
    const queue = queueOf(key)
    if (queue.holding <= limitOf(key))
      for (const begin of queue.waiting) {
        queue.waiting.delete(begin)
        begin()
        return
      }
    if (--queue.holding === 0) queues.delete(key)
  }

  const turnIn = (first: string): Turn => {
    let key = first
    return {
      moveTo(id) {
        if (key === id) return
        // It does not wait in the new queue, because it already has a connection and has locked the row.
        queueOf(id).holding++
        leave(key)
        key = id
      },
      end: () => leave(key),
    }
  }

  const known = new LRUCache<string, string>({ max: MAX_KNOWN })
  const knownId = (row: IdSql): string | undefined => {
    if (typeof row === 'string') return row
    const [part, ...more] = row.values
    return typeof part === 'string' && more.length === 0 ? known.get(part) : undefined
  }

  const takeFree = (row: IdSql): Turn | undefined => {
    const key = knownId(row) ?? UNKNOWN
    const queue = queueOf(key)
    if (queue.holding >= limitOf(key)) return undefined
    queue.holding++
    return turnIn(key)
  }

  const takeNext = (key: string, limit: TimeLimit): Promise<Turn> => {
    const { waiting } = queueOf(key)
    if (waiting.size >= MAX_WAITING) throw tooMany()
    return new Promise((resolve, reject) => {
      const begin = () => resolve(turnIn(key))
      waiting.add(begin)
      limit.breakOffBy((error) => {
        waiting.delete(begin)
        reject(error)
      })
    })
  }

  return {
    takeFree,
    async take(row, limit) {
      const id = knownId(row) ?? (await idOf(row as Exclude<IdSql, string>))
      // If the row does not exist, there is nothing to queue for.
      return id === null ? { moveTo: () => {}, end: () => {} } : (takeFree(id) ?? takeNext(id, limit))
    },
    rememberRow: (partId, rowId) => void known.set(partId, rowId),
    load() {
      const sum = { holding: 0, waiting: 0 }
      for (const { holding, waiting } of queues.values()) {
        sum.holding += holding
        sum.waiting += waiting.size
      }
      return sum
    },
  }
}

function tooMany(): Error {
  return Object.assign(new Error(`${MAX_WAITING} transactions already wait for the same row`), {
    code: 'EBUSY',
  })
}
