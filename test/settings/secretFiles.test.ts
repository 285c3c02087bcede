import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { secretNames } from '../../src/settings/environment.js'
import { BadSettings, readSettings, settingsReference } from '../../src/settings/settings.js'
import { likelyTypos } from '../../src/settings/typos.js'
import { temporaryFolder } from '../support/temporaryFolder.js'

const secret = 'a secret of thirty-two bytes, or more'

const problems = (env: NodeJS.ProcessEnv): readonly string[] => {
  try {
    readSettings(env)
    return []
  } catch (error) {
    if (error instanceof BadSettings) return error.problems
    throw error
  }
}

/** The path of a new file. */
const fileWith = (content: string | Buffer) => join(temporaryFolder({ secret: content }), 'secret')

describe('a secret may be in the file that X_FILE names', () => {
  test.each([
    ['without a line break', secret],
    ['with a line break at its end, which is cut', `${secret}\n`],
    ['with a line break of Windows', `${secret}\r\n`],
    ['with a byte order mark', `\uFEFF${secret}\n`],
  ])('%s', (_, content) => {
    expect(readSettings({ AUTH_JWT_SECRET_FILE: fileWith(content) }).auth.keys).toMatchObject({ secret })
  })

  test('blanks inside and around it belong to it', () => {
    const content = `  ${secret} , with commas \n`
    expect(readSettings({ KEY_ENCRYPTION_SECRET_FILE: fileWith(content) }).accessTokens.keySecret).toBe(
      `  ${secret} , with commas `,
    )
  })

  test('for every secret, which then means the same as in its variable', () => {
    const values: Record<string, string> = {
      AUTH_JWT_SECRET: secret,
      AUTH_JWT_SECRET_PREVIOUS: `${secret}, once`,
      INSTANCE_TOKEN: 'x'.repeat(32),
      INSTANCE_TOKEN_PREVIOUS: 'y'.repeat(32),
      DATABASE_URL: 'postgres://u:p@db/x?sslmode=require',
      REDIS_URL: 'redis://:pw@redis',
      SMTP_URL: 'smtp://u:p@mail.example.com',
      KEY_ENCRYPTION_SECRET: secret,
      WEBHOOK_PROXY: 'http://u:p@proxy.example.com:3128',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://u:p@collector.example.com:4318',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://u:p@collector.example.com:4318/v1/traces',
    }
    const folder = temporaryFolder(values)
    const files = Object.keys(values).map((name) => [`${name}_FILE`, join(folder, name)])
    expect(readSettings(Object.fromEntries(files))).toEqual(readSettings(values))
    expect([...secretNames].filter((name) => !(name in values))).toEqual(['AUTH_JWKS_URL'])
    const keys = fileWith('https://id.example.com/keys')
    expect(readSettings({ AUTH_JWKS_URL_FILE: keys }).auth.keys).toMatchObject({ by: 'jwks' })
  })

  test('an empty X_FILE counts as unset', () => {
    expect(problems({ AUTH_JWT_SECRET_FILE: ' ', AUTH_JWT_SECRET: secret })).toEqual([])
  })
})

describe('a bad file of a secret is a bad setting', () => {
  test.each([
    ['is missing', () => '/no/such/file', 'names a file that can’t be read (ENOENT)'],
    ['is a folder', () => temporaryFolder(), 'names a file that is not a regular file'],
    ['is empty', () => fileWith('\n'), 'names a file that is empty'],
    ['has two lines', () => fileWith(`${secret}\n${secret}\n`), 'names a file that has more than one line'],
    ['is large', () => fileWith('s3cret'.repeat(3_000)), 'names a file that is larger than 16384 bytes'],
    ['is not UTF-8', () => fileWith(Buffer.from([0xff, 0xfe, 0x41])), 'names a file that is not UTF-8 text'],
  ])('if it %s, and neither its content nor its path is repeated', (_, path, problem) => {
    const said = problems({
      AUTH_JWT_SECRET_FILE: path(),
      NODE_ENV: 'production',
      APP_URL: 'https://a.example',
    })
    expect(said).toEqual([`AUTH_JWT_SECRET_FILE ${problem}`])
    expect(said.join()).not.toMatch(/s3cret|thirty|\//)
  })

  test('if nobody writes into the pipe that it is', () => {
    const path = join(temporaryFolder(), 'pipe')
    execFileSync('mkfifo', [path])
    expect(problems({ SMTP_URL_FILE: path })).toEqual([
      'SMTP_URL_FILE names a file that is not a regular file',
    ])
  })

  test('if its content is one, which is named with the variable', () => {
    expect(problems({ AUTH_JWT_SECRET_FILE: fileWith('short') })).toEqual([
      'AUTH_JWT_SECRET must be 32 bytes or more (AUTH_JWT_SECRET_FILE)',
    ])
    expect(problems({ DATABASE_URL_FILE: fileWith('mysql://u:hush-hush@db') }).join()).not.toContain('hush')
  })

  test('if the variable is set too', () => {
    expect(problems({ INSTANCE_TOKEN: 'x'.repeat(32), INSTANCE_TOKEN_FILE: '/run/hush' })).toEqual([
      'INSTANCE_TOKEN_FILE and INSTANCE_TOKEN exclude each other: set one of them',
    ])
  })

  test('beside all other bad settings', () => {
    expect(
      problems({ PORT: 'http', SMTP_URL_FILE: '/no/such/file', REDIS_URL_FILE: '/no/such/file' })
        .map((problem) => problem.split(' ')[0])
        .sort(),
    ).toEqual(['PORT', 'REDIS_URL_FILE', 'SMTP_URL_FILE'])
  })
})

test('misspelt names of such variables are suggested, also for settings that no file may hold', () => {
  const typos = (env: NodeJS.ProcessEnv) => likelyTypos(env).map(({ name, meant }) => `${name} ${meant}`)
  expect(typos({ AUTH_JWT_SECERT_FILE: 'x', SMTPURL_FILE: 'x', MAIL_FROM_FILE: 'x' })).toEqual([
    'AUTH_JWT_SECERT_FILE AUTH_JWT_SECRET_FILE',
    'SMTPURL_FILE SMTP_URL_FILE',
    'MAIL_FROM_FILE MAIL_FROM',
  ])
  expect(typos({ AUTH_JWT_SECRET_FILE: 'x', INSTANCE_TOKEN_PREVIOUS_FILE: 'x', LOG_FILE: 'x' })).toEqual([])
})

test('the reference names the variable of the file for each secret, and for nothing else', () => {
  const files = [...settingsReference().matchAll(/`([A-Z_]+)_FILE`/g)].map(([, name]) => name)
  // It is a setting of its own.
  const named = files.filter((name) => name !== 'BRAND_LOGO')
  expect(named).toEqual([...secretNames])
})

describe('the previous secret', () => {
  test.each(['AUTH_JWT_SECRET', 'INSTANCE_TOKEN'])('of %s needs the present one', (name) => {
    const value = 'x'.repeat(32)
    expect(problems({ [`${name}_PREVIOUS`]: value })).toEqual([
      `${name}_PREVIOUS is only used beside ${name}: set both, or none`,
    ])
    expect(problems({ [`${name}_PREVIOUS`]: value, [name]: 'y'.repeat(32) })).toEqual([])
  })
})
