import { LRUCache } from 'lru-cache'
import type { IdSql } from './database.js'
import type { TimeLimit } from './timeLimit.js'

/**
 * Transactions at once that may hold a connection for one thing: the one that has it locked, and two that wait for
 * the lock at PostgreSQL, so that it is passed on without a round trip. More would only take connections from others.
 */
const AT_ONCE = 3
/** Connections of the pool on which the two queues listen for jobs. */
const LISTENING = 2
/** Transactions that may wait in memory for one thing. Whoever comes then is refused at once. */
const MAX_WAITING = 200

/** Parts of things, an org's invites say, of which it is known what they are a part of. */
const MAX_KNOWN = 10_000

/** The right to hold a connection for a thing that many may want to lock. */
export interface Turn {
  /** The thing turned out to be this one: from now on the turn counts as one of its own. */
  isOf(id: string): void
  end(): void
}

/** Keeps transactions that want the same thing from holding all connections: they wait in memory, in order. */
export interface Turns {
  /** A turn where one is free and it is known what for; undefined where `take` has to wait. */
  takeFree(thing: IdSql): Turn | undefined
  /**
   * Waits for a turn.
   * @throws where too many wait already, or the time is over
   */
  take(thing: IdSql, limit: TimeLimit): Promise<Turn>
  /** A part, which is never another's: whoever wants its thing by the part's id alone need not ask. */
  isPartOf(partId: string, thingId: string): void
}

/** What is in `lines` for those who don't know yet which thing they want. */
const UNKNOWN = ''

interface Line {
  holding: number
  /** In the order in which they came. */
  waiting: Set<() => void>
}

/**
 * @param connections of the pool: one thing gets half of a small one at most
 * @param idOf reads an id, on no connection that transactions wait for. Asked only where a few transactions that
 *   don't know their thing's id hold connections already: so it costs nothing as long as few come at once.
 */
export function openTurns(
  connections: number,
  idOf: (thing: Exclude<IdSql, string>) => Promise<string | null>,
): Turns {
  const lines = new Map<string, Line>()
  const ofOneThing = Math.max(1, Math.min(AT_ONCE, Math.floor((connections - LISTENING) / 2)))
  // They may all want what is taken already: a connection is to be left for others even then.
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
        // It doesn't wait any more: a connection is held, and the thing is locked.
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
      // Where there is no such thing nobody else waits for it either.
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
