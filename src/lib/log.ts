import { type DestinationStream, type Logger, pino } from 'pino'
import { cleanLines } from './cleanText.js'

export type Log = Logger

/** Keys whose values are credentials. They are redacted at the top of the logged object and up to two levels below. */
const secretKeys = ['authorization', 'Authorization', 'cookie', 'token', 'secret', 'password']
const redact = {
  paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
  censor: '[redacted]',
}

const formatValue = (value: unknown) =>
  typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)

/** Formats a line: `09:41:07 ERROR could not send mail to=a@example.com`, and below it the stack of an error. */
const readable = (line: string): string => {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as {
    level: string
    time: number
    msg?: string
    err?: { stack?: string }
  } & Record<string, unknown>
  const clock = new Date(time).toTimeString().slice(0, 8)
  const name = level.toUpperCase().padEnd(5)
  const facts = Object.entries(rest).map(([key, value]) => `${key}=${formatValue(value)}`)
  const stack = err?.stack === undefined ? '' : `\n  ${err.stack.replaceAll('\n', '\n  ')}`
  // A message or an error may repeat what a client sent, and a terminal would obey it.
  return `${cleanLines([clock, name, msg, ...facts].filter(Boolean).join(' ') + stack)}\n`
}

/**
 * Creates the log: one JSON object a line in production, with the level's name, and readable lines otherwise. Values of the keys above are
 * redacted. A caller must not log a credential under another key or inside a text.
 */
export const createLog = (
  { level, production }: { level: string; production: boolean },
  to: DestinationStream = pino.destination(1),
): Log =>
  pino(
    { level, base: null, redact, formatters: { level: (name) => ({ level: name }) } },
    production ? to : { write: (line) => to.write(readable(line)) },
  )
