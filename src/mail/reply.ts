/** A reply from a mail server. */
export interface SmtpReply {
  /** Three digits (RFC 5321 4.2). */
  code: number
  /** The enhanced status code (RFC 3463), such as `5.1.1`, if the server sends one. */
  status: string | undefined
  /** The text without the codes. */
  text: string
}

const numbers = /^(\d{3})[ -]?(?:([245]\.\d{1,3}\.\d{1,3})(?= |$))?/

/** Parses a reply; undefined if it is none. A reply of several lines repeats the codes on each. */
export function readReply(response: string): SmtpReply | undefined {
  const lines = response.slice(0, 2_000).split(/\r?\n/)
  const [, code, status] = numbers.exec(lines.at(-1) ?? '') ?? []
  if (code === undefined) return undefined
  const first = numbers.exec(lines[0] ?? '')?.[2]
  const text = lines.map((line) => line.replace(numbers, '').trim()).join(' ')
  return { code: Number(code), status: status ?? first, text }
}
