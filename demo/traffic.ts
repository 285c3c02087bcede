import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../src/lib/log.js'
import { playOne } from './acts.js'
import { type DemoOrg, demoOrgs, findOrg, type Stage } from './stage.js'

/** The people of the demo, acting until they are paused. */
export interface Traffic {
  readonly paused: boolean
  /** Resolves once nobody acts any more. */
  pause(): Promise<void>
  resume(): void
}

/** The pace of an office: mostly a second or three between acts, now and then several at once. */
const SHORTEST_MS = 400
const MEAN_MS = 1_700
const LONGEST_MS = 6_000
const BURST_MS = 180
const AFTER_TROUBLE_MS = 5_000

export function startTraffic(stage: Stage, log: Log): Traffic {
  let stopping: AbortController | undefined
  let running: Promise<void> = Promise.resolve()

  async function play(signal: AbortSignal): Promise<void> {
    let burst = 0
    while (!signal.aborted) {
      try {
        const org = await findOrg(stage, nextOrg(stage.random))
        if (org && !signal.aborted) await playOne(stage, org)
        burst = burst > 0 ? burst - 1 : stage.random() < 0.08 ? 4 : 0
        await wait(burst > 0 ? BURST_MS : gap(stage.random), signal)
      } catch (error) {
        log.warn({ err: error }, 'the demo’s traffic was held up')
        await wait(AFTER_TROUBLE_MS, signal)
      }
    }
  }

  function resume(): void {
    if (stopping) return
    stopping = new AbortController()
    const { signal } = stopping
    running = running.then(() => play(signal))
  }

  resume()
  return {
    get paused() {
      return stopping === undefined
    },
    async pause() {
      stopping?.abort()
      stopping = undefined
      await running
    },
    resume,
  }
}

/** Half of it in the first org, which a newcomer looks at. */
function nextOrg(random: () => number): DemoOrg {
  return demoOrgs[random() < 0.5 ? 0 : Math.floor(random() * demoOrgs.length)] ?? demoOrgs[0]
}

function gap(random: () => number): number {
  return Math.min(LONGEST_MS, SHORTEST_MS - MEAN_MS * Math.log(1 - random()))
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
