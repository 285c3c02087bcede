import { expect, test } from 'vitest'
import { progressOn } from '../../src/lib/progress.js'

function terminal(isTTY: boolean) {
  const written: string[] = []
  return { written, isTTY, columns: 20, write: (text: string) => void written.push(text) }
}

test('progress is one line that is replaced, and removed at the end', () => {
  const to = terminal(true)
  const progress = progressOn(to, true)
  progress.show('one')
  progress.show('a text that is longer than the terminal is wide')
  progress.end()
  progress.end()
  expect(to.written).toEqual(['\r\u001b[2Kone', '\r\u001b[2Ka text that is long', '\r\u001b[2K'])
})

test('a line of the log replaces the progress, which is shown again below it', () => {
  const to = terminal(true)
  const progress = progressOn(to, true)
  const log = progress.beside({ write() {} })
  log.write('first\n')
  progress.show('half')
  log.write('second\n')
  expect(to.written).toEqual(['first\n', '\r\u001b[2Khalf', '\r\u001b[2K', 'second\n', '\r\u001b[2Khalf'])
})

test('no progress is shown where nobody watches', () => {
  for (const [isTTY, enabled] of [
    [false, true],
    [true, false],
  ] as const) {
    const to = terminal(isTTY)
    const progress = progressOn(to, enabled)
    progress.show('one')
    progress.end()
    expect(to.written).toEqual([])
    const log = { write() {} }
    expect(progress.beside(log)).toBe(log)
  }
})
