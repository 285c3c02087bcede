import { chmodSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { runCli } from '../support/cli.js'
import { createDatabase } from '../support/database.js'
import { temporaryFolder } from '../support/temporaryFolder.js'

vi.setConfig({ testTimeout: 90_000 })

const token = 't'.repeat(32)
const secret = 'hush-hush, a secret of thirty-two bytes or more'

/** A folder with settings in all forms, and the environment beside it. */
function configured(more = '') {
  const cwd = temporaryFolder({
    'guildhall.config.yaml': `PORT: 8080\nAPP_URL: https://app.example/\nSMTP_URL: smtp://u:hush@mail\nMAIL_FROM: a@b.example\n${more}`,
    token: `${token}\n`,
  })
  chmodSync(`${cwd}/guildhall.config.yaml`, 0o600)
  const env = {
    INSTANCE_TOKEN_FILE: 'token',
    AUTH_JWT_SECRET: secret,
    ALLOWED_ORIGINS: 'https://a.example,https://b.example',
  }
  return { cwd, env }
}

interface Listed {
  ok: boolean
  problems: string[]
  warnings: string[]
  settings?: { name: string; value: unknown; from: string }[]
}

/** Of a server with `APP_URL`, without a database of its own and without a provider to sign in at. */
const warnings = /^DATABASE_URL is not set.*\nOIDC_CLIENT_ID is not set.*\n$/

describe('guildhall settings', () => {
  it('lists each setting with its value and where it comes from, and never a secret', async () => {
    const { cwd, env } = configured()
    const [list, json] = await Promise.all([
      runCli(['settings'], env, { cwd }),
      runCli(['settings', '--json'], env, { cwd }),
    ])
    expect(list).toMatchObject({
      code: 0,
      err: expect.stringMatching(warnings),
    })
    expect(list.out).toMatch(/^SETTING +FROM +VALUE\n/)
    expect(list.out).toMatch(/^PORT +guildhall\.config\.yaml +8080$/m)
    expect(list.out).toMatch(/^ALLOWED_ORIGINS +environment +https:\/\/a\.example,https:\/\/b\.example$/m)
    expect(list.out).toMatch(/^INSTANCE_TOKEN +INSTANCE_TOKEN_FILE +set$/m)
    expect(list.out).toMatch(/^SMTP_URL +guildhall\.config\.yaml +set$/m)
    expect(list.out).toMatch(/^HOST +default +127\.0\.0\.1$/m)
    expect(list.out).toMatch(/^DATABASE_URL +default +\(embedded PostgreSQL in DATA_DIR\)$/m)
    const { settings = [], ...rest } = JSON.parse(json.out) as Listed
    expect(rest).toEqual({ ok: true, problems: [], warnings: list.err.trimEnd().split('\n') })
    expect(settings).toContainEqual({ name: 'PORT', value: 8080, from: 'guildhall.config.yaml' })
    expect(settings).toContainEqual({
      name: 'APP_URL',
      value: 'https://app.example',
      from: 'guildhall.config.yaml',
    })
    expect(settings).toContainEqual({ name: 'AUTH_JWT_SECRET', value: 'set', from: 'environment' })
    expect(settings).toContainEqual({ name: 'REDIS_URL', value: null, from: 'default' })
    for (const { out, err } of [list, json]) expect(out + err).not.toMatch(/hush|ttt/)
  })

  it('names all that is wrong, on stderr or in the JSON, and lists nothing then', async () => {
    const { cwd, env } = configured('MAX_DEPTH: deep\nSMTPURL: hush\n')
    const wrong = { ...env, MAX_COST: '0', REDIS_URL_FILE: 'hush' }
    const expected = [
      'SMTPURL is not a setting: did you mean SMTP_URL? (guildhall.config.yaml, line 6)',
      'REDIS_URL_FILE names a file that can’t be read (ENOENT)',
      'MAX_DEPTH must be a whole number from 1 to 100, not "deep" (guildhall.config.yaml)',
      'MAX_COST must be a whole number from 1 to 2147483647, not "0" (environment)',
    ]
    const [list, json] = await Promise.all([
      runCli(['settings'], wrong, { cwd }),
      runCli(['settings', '--json', '--check'], wrong, { cwd }),
    ])
    expect(list).toEqual({ code: 1, out: '', err: `${expected.join('\n')}\n` })
    expect(json).toMatchObject({ code: 1, err: '' })
    expect(JSON.parse(json.out)).toEqual({ ok: false, problems: expected, warnings: [] })
  })

  it.each([['settings'], ['serve']])(
    '%s --check says whether a server would start, and starts none',
    async (command) => {
      const { cwd, env } = configured()
      expect(await runCli([command, '--check'], env, { cwd })).toMatchObject({
        code: 0,
        out: 'The settings are right.\n',
        err: expect.stringMatching(warnings),
      })
      expect(await runCli([command, '--check'], { ...env, PORT: '0x' }, { cwd })).toMatchObject({
        code: 1,
        out: '',
        err: 'PORT must be a whole number from 0 to 65535, not "0x" (environment)\n',
      })
    },
  )
})

describe('other commands', () => {
  it('read the configuration file and the files of secrets too, and only those that they need', async () => {
    const database = await createDatabase()
    try {
      const cwd = temporaryFolder({
        'guildhall.config.yaml': 'DATABASE_URL_FILE: url\nREDIS_URL_FILE: none\nPORT: x',
        url: `${database.url}\n`,
      })
      const { code, out } = await runCli(['migrate', '--status', '--json'], {}, { cwd })
      expect({ code, isApplied: JSON.parse(out)[0].state }).toEqual({ code: 0, isApplied: 'applied' })
    } finally {
      await database.drop()
    }
  })

  it('name what is wrong with them', async () => {
    const cwd = temporaryFolder({ 'guildhall.config.yaml': 'DATABASE_URL_FILE: hush\nPROT: 1' })
    const { code, err } = await runCli(['migrate', '--status'], {}, { cwd })
    expect({ code, err }).toEqual({
      code: 1,
      err: `2 settings are wrong:
  PROT is not a setting: did you mean PORT? (guildhall.config.yaml, line 2)
  DATABASE_URL_FILE names a file that can’t be read (ENOENT)
`,
    })
    const json = await runCli(['migrate', '--status', '--json'], {}, { cwd })
    expect(JSON.parse(json.err).msg).toMatch(/^2 settings are wrong: PROT .*; DATABASE_URL_FILE /)
  })

  it('doctor reads them too, and still checks what can be read', async () => {
    const { cwd, env } = configured('DATA_DIR: data\nMAX_DEPTH: deep\nREDIS_URL_FILE: none\n')
    const { out } = await runCli(['doctor', '--json'], env, { cwd })
    const { findings } = JSON.parse(out) as { findings: { check: string; status: string; message: string }[] }
    expect(findings.filter(({ check }) => check === 'settings').map(({ message }) => message)).toEqual([
      'REDIS_URL_FILE names a file that can’t be read (ENOENT)',
      'MAX_DEPTH must be a whole number from 1 to 100, not "deep" (guildhall.config.yaml)',
    ])
    expect(findings.map(({ check }) => check)).toContain('mail')
    expect(findings.map(({ check }) => check)).not.toContain('redis')
    expect(out).not.toMatch(/hush|ttt/)
  })
})
