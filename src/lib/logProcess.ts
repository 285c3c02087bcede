import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { format } from 'node:util'
import type { Log } from './log.js'

/**
 * Sends to the log what would otherwise be plain text on stdout or stderr: output of libraries, Node's warnings, and an
 * uncaught error, which still ends the process. For production, where each line is JSON.
 */
export function logProcess(log: Log): void {
  const printed = new Console({
    stdout: linesTo((printed) => log.info({ printed }, 'a library printed')),
    stderr: linesTo((printed) => log.warn({ printed }, 'a library printed')),
    colorMode: false,
  })
  // The job queue traces errors that it also passes to its logger.
  printed.trace = (...texts) => log.debug({ printed: format(...texts) }, 'a library printed')
  globalThis.console = printed

  // Node's own listener prints warnings.
  process.removeAllListeners('warning')
  process.on('warning', (warning) => log.warn({ err: warning }, 'Node warns'))

  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'an error that nobody caught')
    process.exit(1)
  })
}

/** Each write becomes one message, however many lines it has. */
function linesTo(say: (printed: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      say(String(text).trimEnd())
      done()
    },
  })
}
