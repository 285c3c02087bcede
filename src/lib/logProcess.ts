import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { format } from 'node:util'
import type { Log } from './log.js'

/**
 * Has the log take what else would be plain text on stdout or stderr: what libraries print, Node's warnings, and an
 * error that nobody caught, which ends the process as ever. For production, where each line is JSON.
 */
export function logProcess(log: Log): void {
  const printed = new Console({
    stdout: linesTo((printed) => log.info({ printed }, 'a library printed')),
    stderr: linesTo((printed) => log.warn({ printed }, 'a library printed')),
    colorMode: false,
  })
  // The job queue hands the same error to its logger.
  printed.trace = (...texts) => log.debug({ printed: format(...texts) }, 'a library printed')
  globalThis.console = printed

  // Node prints warnings by a listener of its own.
  process.removeAllListeners('warning')
  process.on('warning', (warning) => log.warn({ err: warning }, 'Node warns'))

  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'an error that nobody caught')
    process.exit(1)
  })
}

/** Each write is one message, however many lines it has. */
function linesTo(say: (printed: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      say(String(text).trimEnd())
      done()
    },
  })
}
