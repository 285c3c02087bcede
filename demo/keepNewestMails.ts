import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../src/lib/errorCode.js'
import type { Log } from '../src/lib/log.js'

const KEPT = 300
const EVERY_MS = 60_000

/** Deletes all but the newest mails once a minute, so that a long demo doesn't fill the disk. Returns the stop function. */
export function keepNewestMails(mailbox: string, log: Log): () => void {
  const cleanUp = async () => {
    // The names sort by time.
    const mails = (await readdir(mailbox)).filter((name) => name.endsWith('.eml')).sort()
    for (const old of mails.slice(0, -KEPT)) await rm(join(mailbox, old), { force: true })
  }
  const timer = setInterval(() => {
    cleanUp().catch((error) => {
      if (errorCode(error) !== 'ENOENT')
        log.warn({ err: error }, 'old mails of the demo could not be deleted')
    })
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
