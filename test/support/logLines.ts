import { createLog, type Log } from '../../src/lib/log.js'

export type LogLine = Record<string, unknown> & { level: string; msg: string }

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const

/** Whether a line has this level or a higher one. */
export const isFrom =
  (lowest: (typeof levels)[number]) =>
  ({ level }: { level?: unknown }): boolean =>
    levels.indexOf(level as typeof lowest) >= levels.indexOf(lowest)

/** A log as in production at level `debug`, with lines that a test can read. */
export function logLines(): { log: Log; lines: LogLine[]; text(): string } {
  const written: string[] = []
  const lines: LogLine[] = []
  const write = (line: string) => {
    written.push(line)
    lines.push(JSON.parse(line))
  }
  return {
    log: createLog({ level: 'debug', production: true }, { write }),
    lines,
    text: () => written.join(''),
  }
}
