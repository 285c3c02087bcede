import { LRUCache } from 'lru-cache'
import type { IdSql } from './database.js'
import type { TimeLimit } from './timeLimit.js'

/**
 * So many transactions may hold a connection for one row: the one that has locked it, and two that wait for the lock in
 * PostgreSQL, so that it is passed on without a round trip. More would only take connections away from others.
 */
const AT_ONCE = 3
/** The two job queues use a connection of the pool each to listen. */
const LISTENING = 2
/** So many transactions may wait in memory for one row. More are refused at once. */
const MAX_WAITING = 200

/** The most parts, such as invites, of which the whole, the org, is remembered. */
const MAX_KNOWN = 10_000

/** The right to hold a connection for a row that many may want to lock. */
export interface Turn {
  /** The row has turned out to be this one. From now on the turn counts for it. */
  isOf(id: string): void
  end(): void
}

/**
 * Prevents that transactions which want the same row hold all connections: they wait in memory, in order. `p-limit` can't
 * do this: its queue has no bound, a waiting task can't leave it when its time is over, and a turn can't move to another
 * row.
 */
export interface Turns {
  /** A turn, if one is free and the row's id is known. Undefined if `take` has to wait. */
  takeFree(thing: IdSql): Turn | undefined
  /**
   * Waits for a turn.
   * @throws if too many are waiting, or the time is over
   */
  take(thing: IdSql, limit: TimeLimit): Promise<Turn>
  /** Remembers the whole of a part, which never changes. Then the whole is known by the part's id without a query. */
  isPartOf(partId: string, thingId: string): void
}

/** The key in `lines` of transactions that don't know the id of their row yet. */
const UNKNOWN = ''

interface Line {
  holding: number
  /** In the order of their arrival. */
  waiting: Set<() => void>
}

/**
 * @param connections the size of the pool. If it is small, one row gets half of it at most.
 * @param idOf reads an id, on a connection that no transaction waits for. It is called only if some transactions without
 *   a known id already hold connections, so it costs nothing while few come at once.
 */
export function openTurns(
  connections: number,
  idOf: (thing: Exclude<IdSql, string>) => Promise<string | null>,
): Turns {
  const lines = new Map<string, Line>()
  const ofOneThing = Math.max(1, Math.min(AT_ONCE, Math.floor((connections - LISTENING) / 2)))
  // They may all want the same locked row. Even then a connection must be left for others.
  const ofUnknown = Math.max(1, ofOneThing - 1)
  const roomOf = (key: string) => (key === UNKNOWN ? ofUnknown : ofOneThing)

  const lineOf = (key: string): Line => {
    let line = lines.get(key)
    if (!line) {
      line = { holding: 0, waiting: new Set() }
      lines.set(key, line)
    }
    return line
  }

  const leave = (key: string): void => {
    const line = lineOf(key)
    if (line.holding <= roomOf(key))
      for (const begin of line.waiting) {
        line.waiting.delete(begin)
        begin()
        return
      }
    if (--line.holding === 0) lines.delete(key)
  }

  const turnIn = (first: string): Turn => {
    let key = first
    return {
      isOf(id) {
        if (key === id) return
        // The turn doesn't wait any more: it holds a connection and the row is locked.
        lineOf(id).holding++
        leave(key)
        key = id
      },
      end: () => leave(key),
    }
  }

  const known = new LRUCache<string, string>({ max: MAX_KNOWN })
  const knownId = (thing: IdSql): string | undefined => {
    if (typeof thing === 'string') return thing
    const [part, ...more] = thing.values
    return typeof part === 'string' && more.length === 0 ? known.get(part) : undefined
  }

  const takeFree = (thing: IdSql): Turn | undefined => {
    const key = knownId(thing) ?? UNKNOWN
    const line = lineOf(key)
    if (line.holding >= roomOf(key)) return undefined
    line.holding++
    return turnIn(key)
  }

  const takeNext = (key: string, limit: TimeLimit): Promise<Turn> => {
    const { waiting } = lineOf(key)
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
    async take(thing, limit) {
      const id = knownId(thing) ?? (await idOf(thing as Exclude<IdSql, string>))
      // If there is no such row, nobody else waits for it.
      return id === null ? { isOf: () => {}, end: () => {} } : (takeFree(id) ?? takeNext(id, limit))
    },
    isPartOf: (partId, thingId) => void known.set(partId, thingId),
  }
}

function tooMany(): Error {
  return Object.assign(new Error(`${MAX_WAITING} transactions wait for the same thing already`), {
    code: 'EBUSY',
  })
}
