import { createLog, type Log } from '../../src/lib/log.js'

export type LogLine = Record<string, unknown> & { level: number; msg: string }

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
