import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../src/lib/log.js'
import { runRandomAction } from './actions.js'
import { type DemoContext, type DemoOrg, demoOrgs, findOrg } from './context.js'

/** Random actions of the demo people, until paused. */
export interface Traffic {
  readonly paused: boolean
  /** Resolves once no action is running. */
  pause(): Promise<void>
  resume(): void
}

/** The time between two actions: mostly 1 to 3 s, sometimes several actions in a burst. */
const SHORTEST_MS = 400
const MEAN_MS = 1_700
const LONGEST_MS = 6_000
const BURST_MS = 180
const AFTER_ERROR_MS = 5_000

export function startTraffic(context: DemoContext, log: Log): Traffic {
  let stopping: AbortController | undefined
  let running: Promise<void> = Promise.resolve()

  async function run(signal: AbortSignal): Promise<void> {
    let burst = 0
    while (!signal.aborted) {
      try {
        const org = await findOrg(context, nextOrg(context.random))
        if (org && !signal.aborted) await runRandomAction(context, org)
        burst = burst > 0 ? burst - 1 : context.random() < 0.08 ? 4 : 0
        await wait(burst > 0 ? BURST_MS : gap(context.random), signal)
      } catch (error) {
        log.warn({ err: error }, 'an action of the demo failed')
        await wait(AFTER_ERROR_MS, signal)
      }
    }
  }

  function resume(): void {
    if (stopping) return
    stopping = new AbortController()
    const { signal } = stopping
    running = running.then(() => run(signal))
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

/** More than half of the actions happen in the first org, which a new visitor sees first. */
function nextOrg(random: () => number): DemoOrg {
  return demoOrgs[random() < 0.5 ? 0 : Math.floor(random() * demoOrgs.length)] ?? demoOrgs[0]
}

function gap(random: () => number): number {
  return Math.min(LONGEST_MS, SHORTEST_MS - MEAN_MS * Math.log(1 - random()))
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {})
}
