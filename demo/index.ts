import type { Log } from '../src/lib/log.js'
import { type DemoContext, demoContext } from './context.js'
import { type Demo, openDemo } from './demo.js'
import { seed } from './seed.js'

export { componentPages } from './componentPages.js'
export { offeredPeople } from './offered.js'
export type { Demo }

/** Creates the example people on a server outside production. With `isDemo` they also act, until stopped. */
export async function populate(
  app: Pick<DemoContext, 'transact' | 'database'>,
  { isDemo, log, mailbox, quit }: { isDemo: boolean; log: Log; mailbox: string; quit: () => void },
): Promise<Demo | undefined> {
  if (!isDemo) {
    await seed(app)
    return undefined
  }
  const say = (line: string) => process.stdout.write(`  ${line}\n`)
  return openDemo({ context: demoContext(app), log, mailbox, stdin: process.stdin, say, quit })
}
