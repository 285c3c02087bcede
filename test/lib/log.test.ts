import { describe, expect, test } from 'vitest'
import { createLog } from '../../src/lib/log.js'

const written = (production: boolean, write: (log: ReturnType<typeof createLog>) => void) => {
  const lines: string[] = []
  write(createLog({ level: 'info', production }, { write: (line) => void lines.push(line) }))
  return lines
}

describe('the log', () => {
  test('has one JSON object per line in production, with the name of its level', () => {
    const [line, ...more] = written(true, (log) => log.info({ org: 'Acme' }, 'an org was made'))
    expect(JSON.parse(line ?? '')).toMatchObject({ level: 'info', org: 'Acme', msg: 'an org was made' })
    expect(more).toEqual([])
    const levels = written(true, (log) => {
      log.warn('one')
      log.error('two')
      log.fatal('three')
    }).map((line) => JSON.parse(line).level)
    expect(levels).toEqual(['warn', 'error', 'fatal'])
  })

  test('is readable text otherwise, with an error’s stack', () => {
    const [line] = written(false, (log) =>
      log.error({ to: 'a@example.com', err: new Error('no route') }, 'mail failed'),
    )
    expect(line).toMatch(/^\d\d:\d\d:\d\d ERROR mail failed to=a@example\.com\n {2}Error: no route\n {6}at /)
  })

  test('gives a terminal nothing to obey', () => {
    const bad = '\u001b[31m\u009b2J\u202e\r'
    const [line] = written(false, (log) => log.error({ to: bad, err: new Error(bad) }, `failed ${bad}`))
    for (const one of ['\u001b', '\u009b', '\u202e', '\r']) expect(line).not.toContain(one)
    expect(line?.match(/\ufffd\[31m/g)).toHaveLength(2)
  })

  test('leaves out lines below its level', () => {
    expect(written(true, (log) => log.debug('chatter'))).toEqual([])
  })

  test.each([true, false])('never shows a credential, wherever it occurs (production: %s)', (production) => {
    const lines = written(production, (log) => {
      log.info({ token: 'gh_hush', secret: 'hush' }, 'made')
      log.info({ req: { headers: { authorization: 'Bearer hush', host: 'shown' } } }, 'asked')
      log.info({ settings: { password: 'hush' } }, 'read')
    })
    expect(lines.join('')).not.toContain('hush')
    expect(lines.join('')).toContain('shown')
    expect(lines.join('').match(/\[redacted\]/g)).toHaveLength(4)
  })
})
