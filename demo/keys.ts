import type { ReadStream } from 'node:tty'

/**
 * Calls back for every key, as it is pressed where a terminal is, else as it comes in: a script may send `t` and
 * a line feed. Ctrl-C is `q`. Returns the way out, which gives the terminal back as it was.
 */
export function listenForKeys(stdin: ReadStream, onKey: (key: string) => void): () => void {
  const raw = stdin.isTTY === true
  const listen = (text: string) => {
    for (const key of text.replaceAll('\u0003', 'q')) onKey(key.toLowerCase())
  }
  if (raw) stdin.setRawMode(true)
  stdin.setEncoding('utf8').on('data', listen).resume()
  return () => {
    stdin.off('data', listen).pause()
    if (raw) stdin.setRawMode(false)
  }
}
