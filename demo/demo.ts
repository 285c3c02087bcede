import type { Log } from '../src/lib/log.js'
import { seedDemo, strikeDemo } from './history.js'
import { keepNewestMails } from './keepNewestMails.js'
import { listenForKeys } from './keys.js'
import { demoOrgs, type Stage } from './stage.js'
import { startTraffic } from './traffic.js'

export interface Demo {
  /** What a terminal shows about the demo's keys. */
  help: string
  /** Resolves once nobody acts any more. */
  stop(): Promise<void>
}

const help = `
  Live: ${demoOrgs.map(({ name }) => name).join(', ')}. People invite, accept, decline, join and leave as you watch.

  q  quits      t  pauses the traffic, and lets it go on      r  deletes the orgs and seeds them anew
`

/** Seeds what is missing, lets people act, and listens to keys until stopped. */
export async function openDemo({
  stage,
  log,
  mailbox,
  stdin,
  say,
  quit,
}: {
  stage: Stage
  log: Log
  /** Where the mails are, which are kept few. */
  mailbox: string
  stdin: NodeJS.ReadStream
  say: (line: string) => void
  quit: () => void
}): Promise<Demo> {
  await seedDemo(stage)
  const traffic = startTraffic(stage, log)
  const stopSweeping = keepNewestMails(mailbox, log)
  let reseeding = false

  async function reseed(): Promise<void> {
    if (reseeding) return
    reseeding = true
    const wasPaused = traffic.paused
    say('Seeding anew …')
    try {
      await traffic.pause()
      await strikeDemo(stage)
      await seedDemo(stage)
      say('Seeded anew.')
    } catch (error) {
      log.error({ err: error }, 'the demo could not be seeded anew')
    } finally {
      reseeding = false
      if (!wasPaused) traffic.resume()
    }
  }

  async function pauseOrResume(): Promise<void> {
    if (reseeding) return
    if (traffic.paused) traffic.resume()
    else await traffic.pause()
    say(traffic.paused ? 'Traffic is paused: t lets it go on.' : 'Traffic goes on.')
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
      stopSweeping()
      await traffic.pause()
    },
  }
}
