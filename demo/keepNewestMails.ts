import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../src/lib/errorCode.js'
import type { Log } from '../src/lib/log.js'

const KEPT = 300
const EVERY_MS = 60_000

/** Keeps a demo that runs for days from filling the disk with mail. Returns the way out. */
export function keepNewestMails(mailbox: string, log: Log): () => void {
  const sweep = async () => {
    // Named by time.
    const mails = (await readdir(mailbox)).filter((name) => name.endsWith('.eml')).sort()
    for (const old of mails.slice(0, -KEPT)) await rm(join(mailbox, old), { force: true })
  }
  const timer = setInterval(() => {
    sweep().catch((error) => {
      if (errorCode(error) !== 'ENOENT') log.warn({ err: error }, 'the demo’s mailbox could not be swept')
    })
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
