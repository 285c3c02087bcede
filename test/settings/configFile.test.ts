import { chmodSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { gatherAll } from '../../src/settings/given.js'
import { settingsInForce } from '../../src/settings/inForce.js'
import { BadSettings, readSettings, settingsOf } from '../../src/settings/settings.js'
import { settingsWarnings } from '../../src/settings/warnings.js'
import { temporaryFolder } from '../support/temporaryFolder.js'

const secret = 'a secret of thirty-two bytes, or more'

/** Reads settings in a new folder with these files. */
async function read(files: Record<string, string>, env: NodeJS.ProcessEnv = {}, mode = 0o600) {
  const directory = temporaryFolder(files)
  for (const name of Object.keys(files)) chmodSync(`${directory}/${name}`, mode)
  const given = await gatherAll(env, { directory })
  const problems = (): readonly string[] => {
    try {
      settingsOf(given)
      return []
    } catch (error) {
      if (error instanceof BadSettings) return error.problems
      throw error
    }
  }
  return {
    given,
    settings: () => settingsOf(given),
    problems,
    warnings: () => settingsWarnings(settingsOf(given), env, given),
  }
}
const yaml = (text: string, env?: NodeJS.ProcessEnv) => read({ 'guildhall.config.yaml': text }, env)
const problemsOf = async (text: string, env?: NodeJS.ProcessEnv) => (await yaml(text, env)).problems()

const inYaml = `
# where it listens
PORT: 8080
GRAPHIQL: true
INTROSPECTION: off
ALLOWED_ORIGINS:
  - https://a.example.com
  - https://*.b.example.com
TOKEN_AUDIENCES: [one, two]
TRUST_PROXY: 2
ACCELERATOR: none
AUTH_ISSUER: '0123'
AUTH_AUDIENCE: 00420000000000000000000000000001
MAIL_LOCALE: ~
REDIS_URL:
KEY_ENCRYPTION_SECRET: >-
  ${secret}
`
const inJson = JSON.stringify({
  PORT: 8080,
  GRAPHIQL: true,
  INTROSPECTION: false,
  ALLOWED_ORIGINS: ['https://a.example.com', 'https://*.b.example.com'],
  TOKEN_AUDIENCES: ['one', 'two'],
  TRUST_PROXY: 2,
  ACCELERATOR: 'none',
  AUTH_ISSUER: '0123',
  AUTH_AUDIENCE: '00420000000000000000000000000001',
  MAIL_LOCALE: null,
  REDIS_URL: '',
  KEY_ENCRYPTION_SECRET: secret,
})
const inEnvironment = {
  PORT: '8080',
  GRAPHIQL: 'true',
  INTROSPECTION: 'false',
  ALLOWED_ORIGINS: 'https://a.example.com,https://*.b.example.com',
  TOKEN_AUDIENCES: 'one,two',
  TRUST_PROXY: '2',
  ACCELERATOR: 'none',
  AUTH_ISSUER: '0123',
  AUTH_AUDIENCE: '00420000000000000000000000000001',
  KEY_ENCRYPTION_SECRET: secret,
}

describe('a configuration file', () => {
  test.each([
    ['guildhall.config.yaml', inYaml],
    ['guildhall.config.yml', inYaml],
    ['guildhall.config.json', inJson],
    ['guildhall.config.json', JSON.stringify(JSON.parse(inJson), null, '\t')],
  ])('means what the environment would mean: %s', async (configFile, text) => {
    const { settings } = await read({ [configFile]: text })
    expect(settings()).toEqual({ ...readSettings(inEnvironment), configFile })
  })

  test.each(['', '# nothing yet\n', '---\n', '{}'])('may set nothing: %j', async (text) => {
    const configFile = 'guildhall.config.yaml'
    expect((await yaml(text)).settings()).toEqual({ ...readSettings({}), configFile })
  })

  test('gives way to the environment, where an empty variable counts as unset', async () => {
    const { settings } = await yaml('PORT: 8080\nMAX_DEPTH: 9', { PORT: '9090', MAX_DEPTH: '' })
    expect(settings().http.port).toBe(9090)
    expect(settings().limits.depth).toBe(9)
    const secrets = await yaml('INSTANCE_TOKEN_FILE: /no/such/file', { INSTANCE_TOKEN: 'x'.repeat(32) })
    expect(secrets.settings().auth.instanceToken).toBe('x'.repeat(32))
  })

  test('is found by GUILDHALL_CONFIG, which then must name one', async () => {
    const files = { 'a.yaml': 'PORT: 1', 'guildhall.config.yaml': 'PORT: 2', 'b.conf': 'PORT: 3' }
    expect((await read(files, { GUILDHALL_CONFIG: 'a.yaml' })).settings().http.port).toBe(1)
    expect((await read(files, { GUILDHALL_CONFIG: 'none.yaml' })).problems()).toEqual([
      'GUILDHALL_CONFIG names a file that can’t be read (ENOENT)',
    ])
    expect((await read(files, { GUILDHALL_CONFIG: 'b.conf' })).problems()).toEqual([
      'GUILDHALL_CONFIG must end with .yaml, .yml or .json, not "b.conf"',
    ])
  })

  test('is the only one', async () => {
    const { problems } = await read({ 'guildhall.config.yaml': '', 'guildhall.config.json': '{}' })
    expect(problems()).toEqual(['guildhall.config.yaml and guildhall.config.json both exist: keep one'])
  })

  test('names the files of secrets too', async () => {
    const directory = temporaryFolder({ token: `${'t'.repeat(32)}\n` })
    const { settings, given } = await yaml(`INSTANCE_TOKEN_FILE: ${directory}/token`)
    expect(settings().auth.instanceToken).toBe('t'.repeat(32))
    expect(given.origins.INSTANCE_TOKEN).toBe('INSTANCE_TOKEN_FILE in guildhall.config.yaml')
  })

  test('with secrets causes a warning if every user of the machine can read it', async () => {
    const token = { 'guildhall.config.yaml': `PORT: 1\nINSTANCE_TOKEN: ${'x'.repeat(32)}` }
    expect((await read(token, {}, 0o640)).warnings()).toEqual([])
    expect((await read(token, {}, 0o644)).warnings()).toEqual([
      expect.stringMatching(/^guildhall\.config\.yaml holds INSTANCE_TOKEN, and every user/),
    ])
    expect((await read({ 'guildhall.config.yaml': 'PORT: 1' }, {}, 0o644)).warnings()).toEqual([])
  })
})

const NESTED = 'has values inside values: at most a list of values is allowed'

describe('a bad configuration file', () => {
  test('is reported with all other problems, each with where it comes from', async () => {
    const text = 'PORT: http\nprot: 1\nAPP_URLL: https://a.example\nGUILDHALL_CONFIG: x\nMAX_COST: { a: 1 }\n'
    const env = { MAX_DEPTH: '0', INSTANCE_TOKEN: 'short', SMTP_URL_FILE: '/no/such/file' }
    expect(await problemsOf(text, env)).toEqual([
      'prot is not a setting: did you mean PORT? (guildhall.config.yaml, line 2)',
      'APP_URLL is not a setting: did you mean APP_URL? (guildhall.config.yaml, line 3)',
      'GUILDHALL_CONFIG can’t be set in a file (guildhall.config.yaml, line 4)',
      'MAX_COST must be one value, or a list of values (guildhall.config.yaml, line 5)',
      'SMTP_URL_FILE names a file that can’t be read (ENOENT)',
      'PORT must be a whole number from 0 to 65535, not "http" (guildhall.config.yaml)',
      'INSTANCE_TOKEN must be 32 characters or more, printable ASCII without blanks (environment)',
      'MAX_DEPTH must be a whole number from 1 to 100, not "0" (environment)',
    ])
  })

  test.each([
    ['port: 1', 'port is not a setting: did you mean PORT?'],
    ['smtp-url: x', 'smtp-url is not a setting: did you mean SMTP_URL?'],
    ['authJwtSecret: x', 'authJwtSecret is not a setting: did you mean AUTH_JWT_SECRET?'],
    ['MAIL_FROM_FILE: x', 'MAIL_FROM_FILE is not a setting: did you mean MAIL_FROM?'],
    ['"postgres://u:hush@db": 1', 'A key is not a setting'],
    ['ALLOWED_ORIGINS: []', 'ALLOWED_ORIGINS is an empty list: leave it out'],
    [
      'ALLOWED_ORIGINS: ["https://a.example,https://b.example"]',
      'ALLOWED_ORIGINS must be a list of texts without commas',
    ],
    ['ALLOWED_ORIGINS: [[a]]', 'ALLOWED_ORIGINS must be a list of texts without commas'],
    ['AUTH_ISSUER: [a, b]', 'AUTH_ISSUER must be one value, not a list'],
    ['INSTANCE_TOKEN: !!binary aHVzaA==', 'INSTANCE_TOKEN must be one value, or a list of values'],
  ])('%s', async (text, problem) => {
    const said = await problemsOf(text)
    expect(said).toEqual([`${problem} (guildhall.config.yaml, line 1)`])
    expect(said.join()).not.toContain('hush')
  })

  test.each([
    ['PORT: 1\nPORT: 2', 'is not valid YAML: line 2 (DUPLICATE_KEY)'],
    ['PORT: 1\n---\nPORT: 2', 'is not valid YAML: line 2 (MULTIPLE_DOCS)'],
    ['PORT: 1\nINSTANCE_TOKEN: @hush', 'is not valid YAML: line 2 (BAD_SCALAR_START)'],
    ['INSTANCE_TOKEN: !js/function hush', 'is not valid YAML: line 1 (TAG_RESOLVE_FAILED)'],
    ['- hush', 'must hold names of settings with their values'],
    [`PORT: ${'['.repeat(60_000)}`, NESTED],
    ['- '.repeat(30_000), NESTED],
    ['? '.repeat(30_000), NESTED],
    [`${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`, NESTED],
    [`# ${'x'.repeat(70_000)}`, 'is larger than 65536 bytes'],
  ])('is reported by its line, without its text: case %#', async (text, problem) => {
    const said = await problemsOf(text, { NODE_ENV: 'production' })
    expect(said).toEqual([`guildhall.config.yaml ${problem}`])
    expect(said.join()).not.toContain('hush')
  })

  test('may hold no aliases, so that a small file can’t become a large one', async () => {
    const bomb = [
      'PORT: &a [x, x]',
      ...'bcdefgh'.split('').map((name, i) => `X${name}: &${name} [*${'abcdefg'[i]}, *${'abcdefg'[i]}]`),
    ]
    expect(await problemsOf('AUTH_ISSUER: &a x\nTOKEN_ISSUER: *a')).toEqual([
      'TOKEN_ISSUER is an alias: write the value (guildhall.config.yaml, line 2)',
    ])
    expect(await problemsOf(bomb.join('\n'))).toHaveLength(8)
  })

  test('in JSON is not read as YAML', async () => {
    const { problems } = await read({ 'guildhall.config.json': '{ PORT: 1 }' })
    expect(problems()).toEqual(['guildhall.config.json is not valid JSON'])
    const twice = await read({ 'guildhall.config.json': '{\n"PORT": 1,\n"PORT": 2 }' })
    expect(twice.problems()).toEqual(['guildhall.config.json is not valid JSON: line 3 (DUPLICATE_KEY)'])
  })

  test('names both places of settings that exclude each other', async () => {
    const keys = 'AUTH_JWKS_URL: https://id.example.com/keys'
    expect(await problemsOf(keys, { AUTH_JWT_SECRET: secret })).toEqual([
      'AUTH_JWT_SECRET (environment) and AUTH_JWKS_URL (guildhall.config.yaml) exclude each other: set one of them',
    ])
  })
})

test('the list of what is in force says where each value comes from, and never a secret', async () => {
  const directory = temporaryFolder({ token: `${'t'.repeat(32)}\n` })
  const { given } = await yaml(
    `PORT: 8080\nALLOWED_ORIGINS: [https://a.example]\nSMTP_URL: smtp://u:hush@mail`,
    {
      MAX_DEPTH: '9',
      INSTANCE_TOKEN_FILE: `${directory}/token`,
    },
  )
  const list = settingsInForce(given)
  const of = (name: string) => list.find((one) => one.name === name)
  expect(of('PORT')).toMatchObject({ value: 8080, from: 'guildhall.config.yaml' })
  expect(of('ALLOWED_ORIGINS')).toMatchObject({ value: ['https://a.example'], from: 'guildhall.config.yaml' })
  expect(of('MAX_DEPTH')).toMatchObject({ value: 9, from: 'environment' })
  expect(of('INSTANCE_TOKEN')).toMatchObject({ value: 'set', from: 'INSTANCE_TOKEN_FILE' })
  expect(of('SMTP_URL')).toMatchObject({ value: 'set', from: 'guildhall.config.yaml' })
  expect(of('HOST')).toMatchObject({ value: '127.0.0.1', from: 'default' })
  expect(of('DATABASE_URL')).toMatchObject({ value: null, from: 'default' })
  expect(JSON.stringify(list)).not.toMatch(/hush|ttt/)
})
