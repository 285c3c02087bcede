import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { format } from 'node:util'
import type { Log } from './log.js'

/**
 * Redirects to the log what would otherwise be plain text on stdout or stderr: output of libraries, Node's warnings,
 * and an uncaught error, which still ends the process. Used in production, where each line is JSON.
 */
export function logProcess(log: Log): void {
  const printed = new Console({
    stdout: linesTo((printed) => log.info({ printed }, 'a library printed')),
    stderr: linesTo((printed) => log.warn({ printed }, 'a library printed')),
    colorMode: false,
  })
  // Level debug: the job queue calls `console.trace` for errors that it also logs.
  printed.trace = (...texts) => log.debug({ printed: format(...texts) }, 'a library printed')
  globalThis.console = printed

  // Node's own listener prints warnings.
  process.removeAllListeners('warning')
  process.on('warning', (warning) => log.warn({ err: warning }, 'warning from Node'))

  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught error')
    process.exit(1)
  })
}

/** Each write becomes one message, however many lines it has. */
function linesTo(print: (printed: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      print(String(text).trimEnd())
      done()
    },
  })
}
