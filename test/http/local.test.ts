import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { banner } from '../../demo/banner.js'
import { isLoopback } from '../../src/http/local.js'
import { mailboxPages } from '../../src/pages/mailbox.js'
import { webPages } from '../../src/pages/web.js'
import { sendRaw } from './support/rawHttp.js'
import { startHttpServer } from './support/startHttpServer.js'

/** Starts the server with its local-only pages: sign-in as anybody, and mails with their links. */
const open = async (env: NodeJS.ProcessEnv = {}) => {
  const directory = await mkdtemp(join(tmpdir(), 'guildhall-local-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const ada = { name: 'Ada', member: null, token: 'eyJ' }
  const people = { list: async () => [ada], signInAs: async () => ada }
  return startHttpServer(env, { pages: [...webPages({ directory, people }), mailboxPages(directory)] })
}

const body = '{"name":"Eve","email":"eve@example.com"}'
const requests = (headers: string) => [
  `GET /live/people.json HTTP/1.1\r\n${headers}\r\n`,
  `GET /mail HTTP/1.1\r\n${headers}\r\n`,
  `GET /mail.json HTTP/1.1\r\n${headers}\r\n`,
  `POST /live/people.json HTTP/1.1\r\n${headers}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
]

const statuses = async (url: string, headers: string): Promise<Set<number | undefined>> =>
  new Set(await Promise.all(requests(headers).map(async (request) => (await sendRaw(url, request))?.status)))

describe('the local-only pages', () => {
  test.each([
    'localhost',
    'localhost:4000',
    'LOCALHOST',
    'app.localhost:80',
    '127.0.0.1:4000',
    '127.8.9.1',
    '[::1]:4000',
    'guild.example',
    'guild.example:443',
  ])('are served under the host name %s', async (host) => {
    const { url } = await open({ APP_URL: 'https://guild.example/app' })
    expect(await statuses(url, `host: ${host}\r\n`)).toEqual(new Set([200]))
  })

  test.each([
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    'evillocalhost',
    '127.0.0.1.evil.example',
    '127.evil.example',
    'evil.example@localhost',
    'localhost@evil.example',
    'localhost/evil',
    '192.168.1.7:4000',
    '0.0.0.0:4000',
    'guild.example:8443',
    '',
  ])('are refused under the host name %s', async (host) => {
    const { url } = await open({ APP_URL: 'https://guild.example/app' })
    expect(await statuses(url, `host: ${host}\r\n`)).toEqual(new Set([403]))
  })

  test.each(['http://evil.example', 'https://localhost.evil.example', 'null', 'http://localhost:3000'])(
    'are refused to a page of the origin %s',
    async (origin) => {
      const { url } = await open()
      expect(await statuses(url, `host: localhost:4000\r\norigin: ${origin}\r\n`)).toEqual(new Set([403]))
    },
  )

  test('are served to a page of the same origin', async () => {
    const { url } = await open()
    const headers = 'host: localhost:4000\r\norigin: http://localhost:4000\r\n'
    expect(await statuses(url, headers)).toEqual(new Set([200]))
  })
})

test.each([
  ['127.0.0.1', true],
  ['127.1', true],
  ['localhost', true],
  ['::1', true],
  ['[::1]:4000', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.1.7', false],
  ['128.0.0.1', false],
  ['::ffff:8.8.8.8', false],
  ['guild.example', false],
])('the host %s is this machine only: %s', (host, itIs) => {
  expect(isLoopback(host)).toBe(itIs)
})

test('the banner warns if the local-only pages can be reached from the network', async () => {
  const said = (host: string, mailbox = true) =>
    banner('http://localhost:4000', { host, jwtSecret: undefined, mailbox })
  expect(await said('0.0.0.0')).toContain('HOST is 0.0.0.0')
  expect(await said('127.0.0.1')).not.toContain('HOST')
  expect(await said('0.0.0.0', false)).not.toContain('HOST')
})
