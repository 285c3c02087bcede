import { setTimeout as delay } from 'node:timers/promises'
import { type ContestantName, startContestant } from '../contestants.js'
import type { StartOptions } from '../program.js'
import { memoryOf } from './cpu.js'

export interface Startup {
  /** From the start of the process until it is ready, ms. The database is already migrated. */
  readyMs: number
  /** Resident memory after `IDLE_MS` without requests. */
  idleMb: number
}

export const IDLE_MS = 3_000

/** Starts a contestant alone, waits `IDLE_MS`, and stops it. */
export async function startAndIdle(name: ContestantName, options: StartOptions): Promise<Startup> {
  const contestant = await startContestant(name, options)
  try {
    await delay(IDLE_MS)
    return { readyMs: contestant.readyMs, idleMb: memoryOf(contestant.pid) }
  } finally {
    await contestant.stop()
  }
}
