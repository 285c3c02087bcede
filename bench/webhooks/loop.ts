import { once } from 'node:events'
import type { Agent } from 'undici'

/** How many messages the first endpoint gets before it is measured. */
export const WARM_UP = 2_000

/** What a loop is told. */
export interface LoopWork {
  databaseUrl: string
  /** Where the measured messages go. */
  places: LoopPlace[]
  /** Where messages go before it is measured. */
  warmUp: LoopPlace
  /** How many messages each place gets. */
  each: number
  body: string
}

export interface LoopPlace {
  webhookId: string
  orgId: string
  url: string
  secret: string
}

export interface LoopResult {
  ms: number
  /** CPU time of the process, µs. */
  cpuUs: number
}

/**
 * Runs a loop in a process that `runLoop` has started: warms it up, tells so, waits until it may begin, and tells how
 * long it took.
 */
export async function measured(
  agent: Agent,
  run: (places: readonly LoopPlace[], each: number, body: string) => Promise<void>,
): Promise<void> {
  const work = JSON.parse(process.argv[2] ?? '{}') as LoopWork
  await run([work.warmUp], WARM_UP, work.body)
  process.send?.('warm')
  await once(process, 'message')
  const [cpu, start] = [process.cpuUsage(), performance.now()]
  await run(work.places, work.each, work.body)
  const { user, system } = process.cpuUsage(cpu)
  process.send?.({ ms: performance.now() - start, cpuUs: user + system } satisfies LoopResult)
  await agent.close()
  process.disconnect()
}
