import type { Socket } from 'node:net'
import type pg from 'pg'

/**
 * A connection is closed after this many checks without an answer. Checks are counted, and not time, so that a
 * pause of this process closes no connection.
 */
const CHECKS = 8
/** For a connection whose statements may take long. */
const PATIENT_CHECKS = 30 * CHECKS

/** Private fields of the driver's client. Its types leave them out. */
interface Inside {
  /** False while the client waits for an answer. */
  readyForQuery: boolean | null
  connection: { stream: Socket }
}

/** What is known of a connection. */
interface Watched {
  readonly client: pg.ClientBase
  bytesRead: number
  checksWithoutAnswer: number
  patient: boolean
  /** The number of received bytes at the last `mark`. */
  marked: number | undefined
}

/** Closes connections that wait for an answer and receive nothing. */
export interface DeadConnections {
  /** Watches a connection until it ends. */
  watch(client: pg.ClientBase): void
  /** Remembers how much each connection has received. */
  mark(): void
  /** The connections that have received nothing since `mark`. */
  unheard(): pg.ClientBase[]
  /** Closes those of them that wait for an answer, unless their statements may take long. */
  closeUnheard(): void
  /** Says whether the statements of a connection may take long. */
  bePatient(client: pg.ClientBase, patient: boolean): void
  stop(): void
}

/**
 * Finds connections to a host that vanished. Such a host closes nothing, and TCP gives up only after a quarter of an
 * hour. All connections are checked at intervals, so a query costs nothing more.
 * @param withinMs the longest wait for an answer, or for the next part of one
 */
export function closeDeadConnections(withinMs: number): DeadConnections {
  const watched = new Map<Inside, Watched>()
  const check = () => {
    for (const [client, state] of watched) {
      const { stream } = client.connection
      const isAlive = client.readyForQuery || stream.bytesRead !== state.bytesRead
      state.checksWithoutAnswer = isAlive ? 0 : state.checksWithoutAnswer + 1
      state.bytesRead = stream.bytesRead
      if (state.checksWithoutAnswer > (state.patient ? PATIENT_CHECKS : CHECKS))
        stream.destroy(noAnswer(withinMs))
    }
  }
  const timer = setInterval(check, withinMs / CHECKS)
  timer.unref()
  return {
    watch(client) {
      const inside = client as unknown as Inside
      watched.set(inside, { client, bytesRead: 0, checksWithoutAnswer: 0, patient: false, marked: undefined })
      client.once('end', () => watched.delete(inside))
    },
    mark() {
      for (const [{ connection }, state] of watched) state.marked = connection.stream.bytesRead
    },
    unheard: () =>
      [...watched].flatMap(([{ connection }, { client, marked }]) =>
        connection.stream.bytesRead === marked ? client : [],
      ),
    closeUnheard() {
      for (const [{ readyForQuery, connection }, { marked, patient }] of watched)
        if (!readyForQuery && !patient && connection.stream.bytesRead === marked)
          connection.stream.destroy(noAnswer(withinMs))
    },
    bePatient(client, patient) {
      const state = watched.get(client as unknown as Inside)
      if (state) state.patient = patient
    },
    stop: () => clearInterval(timer),
  }
}

function noAnswer(withinMs: number): Error {
  const error = new Error(`the database gave no answer within ${withinMs} ms`)
  return Object.assign(error, { code: 'ETIMEDOUT' })
}
