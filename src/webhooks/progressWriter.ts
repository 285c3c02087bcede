import type { Queryable } from '../database/database.js'
import type { Place } from './places.js'
import { type Progress, writeProgress } from './progress.js'

/** Writes the progress of all places of a server, many with one statement. */
export interface ProgressWriter {
  /**
   * Writes soon, in the order of the calls. What ends a lease is written at once, and all before it.
   * @returns whether the place was still this server's. @throws what the database throws
   */
  write(progress: Progress): Promise<boolean>
  /** Writes at once what waits. */
  flush(): void
  /** Runs other work on leases while nothing is written, so that the two never wait for each other's locks. */
  apart<T>(work: () => Promise<T>): Promise<T>
}

/** The most that one statement writes. */
const AT_ONCE = 500
/** How long it waits for more to write with one statement, ms. */
const GATHER_MS = 50

interface Waiting {
  progress: Progress
  resolve: (isOwn: boolean) => void
  reject: (error: unknown) => void
}

export const keyOf = ({ webhookId, orgId }: Place): string => `${webhookId} ${orgId}`

export function progressWriter(database: Queryable, owner: string): ProgressWriter {
  const waiting: Waiting[] = []
  let running: Promise<unknown> = Promise.resolve()
  let isPlanned = false
  let gathering: NodeJS.Timeout | undefined

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = running.then(work)
    running = turn.catch(() => {})
    return turn
  }

  const writeAll = async () => {
    isPlanned = false
    const batch = waiting.splice(0, AT_ONCE)
    if (waiting.length > 0) plan()
    try {
      const written = await writeProgress(
        database,
        owner,
        batch.map(({ progress }) => progress),
      )
      const own = new Set(written.map(keyOf))
      for (const { progress, resolve } of batch) resolve(own.has(keyOf(progress)))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  function plan(): void {
    clearTimeout(gathering)
    gathering = undefined
    if (isPlanned) return
    isPlanned = true
    void inTurn(writeAll)
  }

  return {
    write: (progress) =>
      new Promise((resolve, reject) => {
        waiting.push({ progress, resolve, reject })
        if (progress.release) plan()
        else if (!isPlanned) gathering ??= setTimeout(plan, GATHER_MS)
      }),
    flush() {
      if (waiting.length > 0) plan()
    },
    apart: inTurn,
  }
}
