/** A reply of a mail server. */
export interface SmtpReply {
  /** Three digits (RFC 5321 4.2). */
  code: number
  /** The enhanced status code (RFC 3463), `5.1.1`, where the server gives one. */
  status: string | undefined
  /** Its words, without the numbers. */
  text: string
}

const numbers = /^(\d{3})[ -]?(?:([245]\.\d{1,3}\.\d{1,3})(?= |$))?/

/** Undefined where it isn't one. A reply of several lines repeats its numbers in each. */
export function readReply(response: string): SmtpReply | undefined {
  const lines = response.slice(0, 2_000).split(/\r?\n/)
  const [, code, status] = numbers.exec(lines.at(-1) ?? '') ?? []
  if (code === undefined) return undefined
  const first = numbers.exec(lines[0] ?? '')?.[2]
  const text = lines.map((line) => line.replace(numbers, '').trim()).join(' ')
  return { code: Number(code), status: status ?? first, text }
}
