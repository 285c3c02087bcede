import type { Log } from '../src/lib/log.js'
import { type DemoContext, demoOrgs } from './context.js'
import { keepNewestMails } from './keepNewestMails.js'
import { listenForKeys } from './keys.js'
import { deleteDemoOrgs, seedDemo } from './seedDemo.js'
import { startTraffic } from './traffic.js'

export interface Demo {
  /** The help for the terminal: the page of the components, the orgs and the keys. */
  help(url: string): string
  /** Resolves once no action is running. */
  stop(): Promise<void>
}

const help = (url: string) => `
  React components  ${url}/components

  Live: ${demoOrgs.map(({ name }) => name).join(', ')}. People invite, accept, decline, join and leave as you watch.

  q  quits      t  pauses or resumes the traffic      r  deletes the orgs and creates them again
`

/** Seeds the demo orgs that are missing, starts the traffic, and handles keys until stopped. */
export async function openDemo({
  context,
  log,
  mailbox,
  stdin,
  say,
  quit,
}: {
  context: DemoContext
  log: Log
  /** The folder of the mails. Only the newest are kept. */
  mailbox: string
  stdin: NodeJS.ReadStream
  say: (line: string) => void
  quit: () => void
}): Promise<Demo> {
  await seedDemo(context)
  const traffic = startTraffic(context, log)
  const stopCleanUp = keepNewestMails(mailbox, log)
  let isReseeding = false

  async function reseed(): Promise<void> {
    if (isReseeding) return
    isReseeding = true
    const wasPaused = traffic.paused
    say('Seeding again …')
    try {
      await traffic.pause()
      await deleteDemoOrgs(context)
      await seedDemo(context)
      say('Seeded again.')
    } catch (error) {
      log.error({ err: error }, 'the demo could not be seeded again')
    } finally {
      isReseeding = false
      if (!wasPaused) traffic.resume()
    }
  }

  async function pauseOrResume(): Promise<void> {
    if (isReseeding) return
    if (traffic.paused) traffic.resume()
    else await traffic.pause()
    say(traffic.paused ? 'Traffic is paused: t resumes it.' : 'Traffic is running.')
  }

  const stopListening = listenForKeys(stdin, (key) => {
    if (key === 'q') quit()
    else if (key === 't') void pauseOrResume()
    else if (key === 'r') void reseed()
  })

  return {
    help,
    async stop() {
      stopListening()
      stopCleanUp()
      await traffic.pause()
    },
  }
}
