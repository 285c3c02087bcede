import type { Socket } from 'node:net'
import type pg from 'pg'

/** Looks before a connection is given up: so many, and not a time, so that a process that stood still blames nobody. */
const LOOKS = 8
/** Of one whose statements may take long. */
const PATIENT_LOOKS = 30 * LOOKS

/** What the driver's client knows of itself; its types leave it out. */
interface Inside {
  /** False while an answer is owed. */
  readyForQuery: boolean | null
  connection: { stream: Socket }
}

/** Gives connections up that owe an answer and bring nothing. */
export interface SilenceWatch {
  /** From now until it ends. */
  watch(client: pg.ClientBase): void
  /** Whether its statements may take long. */
  bePatient(client: pg.ClientBase, patient: boolean): void
  stop(): void
}

/**
 * A host that vanishes without a word closes nothing: whoever waits for its answer would wait until TCP gives up,
 * for a quarter of an hour. One look at all connections now and then costs a query nothing.
 * @param withinMs that an answer takes at most, or the next part of it
 */
export function watchForSilence(withinMs: number): SilenceWatch {
  /** Bytes read at the last look, and looks since then. */
  const silences = new Map<Inside, { bytesRead: number; looks: number; patient: boolean }>()
  const look = () => {
    for (const [client, silence] of silences) {
      const { stream } = client.connection
      if (client.readyForQuery || stream.bytesRead !== silence.bytesRead) silence.looks = 0
      else if (++silence.looks > (silence.patient ? PATIENT_LOOKS : LOOKS)) stream.destroy(noAnswer(withinMs))
      silence.bytesRead = stream.bytesRead
    }
  }
  const timer = setInterval(look, withinMs / LOOKS)
  timer.unref()
  return {
    watch(client) {
      const inside = client as unknown as Inside
      silences.set(inside, { bytesRead: 0, looks: 0, patient: false })
      client.once('end', () => silences.delete(inside))
    },
    bePatient(client, patient) {
      const silence = silences.get(client as unknown as Inside)
      if (silence) silence.patient = patient
    },
    stop: () => clearInterval(timer),
  }
}

function noAnswer(withinMs: number): Error {
  const error = new Error(`the database gave no answer within ${withinMs} ms`)
  return Object.assign(error, { code: 'ETIMEDOUT' })
}
