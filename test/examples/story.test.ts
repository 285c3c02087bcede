import { execFile } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { smtpMailer } from '../../src/mail/mailer.js'
import { freePort } from '../support/freePort.js'
import { JWT_SECRET, useTestServer } from '../support/testServer.js'

/** Runs `npm run example` in its own process. */
function runExample(env: NodeJS.ProcessEnv): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'examples/story.ts'],
      { env: { ...process.env, AUTH_JWT_SECRET: JWT_SECRET, ...env } },
      (_, stdout) => resolve({ code: child.exitCode ?? -1, output: stripVTControlCharacters(stdout) }),
    )
  })
}

describe('the example', async () => {
  const port = await freePort()
  const testServer = useTestServer({
    mailer: () => smtpMailer(`smtp://127.0.0.1:${port}`, 'Guildhall <guildhall@example.com>'),
  })

  it('plays the whole story with real mail and sees every step of it, in order', async () => {
    const { code, output } = await runExample({
      GUILDHALL_URL: testServer.url,
      EXAMPLE_SMTP_PORT: String(port),
    })
    const rows = [...output.matchAll(/^ {2}([ \d]{5}) .{8} {2}([A-Z_]+) /gm)]
    expect(rows.map(([, seq]) => Number(seq))).toEqual(Array.from({ length: 16 }, (_, index) => index + 1))
    expect(rows.map(([, , type]) => type)).toEqual([
      ...['CREATED', 'JOINED'],
      ...['CREATED', 'SENT', 'ACCEPTED', 'JOINED'],
      ...['CREATED', 'SENT', 'RESENT', 'SENT', 'DECLINED'],
      'ROLES_CHANGED',
      ...['CREATED', 'SENT', 'REVOKED', 'ROLES_CHANGED'],
    ])
    expect(output).toContain('✓ Seen: events 1 to 16')
    expect(code).toBe(0)
  })
})

describe('the example fails with a message', () => {
  const testServer = useTestServer()

  it('if the server sends no mail', async () => {
    const { code, output } = await runExample({ GUILDHALL_URL: testServer.url })
    expect(output).toContain('✗ EmailNotConfiguredError: This server sends no e-mail')
    expect(code).toBe(1)
  })

  it('if there is no server', async () => {
    const { code, output } = await runExample({ GUILDHALL_URL: 'http://127.0.0.1:1' })
    expect(output).toMatch(/✗ fetch failed .*at http:\/\/127\.0\.0\.1:1/)
    expect(code).toBe(1)
  })
})
