import type { ReadStream } from 'node:tty'

/**
 * Calls `onKey` for every key press in a terminal. Without a terminal it is called for every character of stdin, so
 * that a script can send `t`. Ctrl-C is `q`. Returns the stop function, which restores the terminal.
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
