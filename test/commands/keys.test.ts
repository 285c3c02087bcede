import pg from 'pg'
import { expect, it, vi } from 'vitest'
import { lastMessage, runCli } from '../support/cli.js'
import { createDatabase } from '../support/database.js'
import { useTestServer } from '../support/testServer.js'

vi.setConfig({ testTimeout: 90_000 })

const secret = 'the secret that encrypts the keys of this test'
const testServer = useTestServer({ env: { KEY_ENCRYPTION_SECRET: secret } })

/** Runs the command as an operator does. */
const run = (args: string[], env: Record<string, string> = {}) =>
  runCli(['keys', ...args], {
    DATABASE_URL: testServer.database.url,
    KEY_ENCRYPTION_SECRET: secret,
    ...env,
  })

async function kids(): Promise<string[]> {
  const client = new pg.Client({ connectionString: testServer.database.url })
  await client.connect()
  const { rows } = await client.query('select kid from signing_key order by number desc')
  await client.end()
  return rows.map(({ kid }) => kid)
}

it('keys rotate makes a new key beside a running server, and says from when on it signs', async () => {
  const before = await kids()
  const { code, out } = await run(['rotate', '--json'])
  const { kid, signsFrom } = JSON.parse(out)
  expect(code).toBe(0)
  expect(await kids()).toEqual([kid, ...before])
  const inS = (new Date(signsFrom).getTime() - Date.now()) / 1_000
  expect(inS).toBeGreaterThan(100)
  expect(inS).toBeLessThanOrEqual(120)
  expect(await run(['rotate'])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^The key \S+ signs from \S+ on\.\n$/),
  })
})

it('keys rotate --withdraw leaves only the new key', async () => {
  const { code, out } = await run(['rotate', '--withdraw', '--json'])
  expect(code).toBe(0)
  expect(await kids()).toEqual([JSON.parse(out).kid])
})

it.each<[string, string[], Record<string, string>, RegExp]>([
  ['without the secret', ['rotate'], { KEY_ENCRYPTION_SECRET: '' }, /^KEY_ENCRYPTION_SECRET is not set/],
  [
    'with another secret',
    ['rotate'],
    { KEY_ENCRYPTION_SECRET: 'y'.repeat(32) },
    /^KEY_ENCRYPTION_SECRET is not the/,
  ],
])('the command keys changes nothing %s', async (_, args, env, message) => {
  const before = await kids()
  const { code, err } = await run(args, env)
  expect(code).toBe(1)
  expect(lastMessage(err)).toMatch(message)
  expect(await kids()).toEqual(before)
})

it.each<[string, string[], RegExp]>([
  ['with an unknown option', ['rotate', '--now'], /^error: unknown option '--now'/],
  ['with an unknown action', ['rotat'], /^error: unknown command 'rotat'\n\(Did you mean rotate\?\)/],
  ['without an action', [], /^Usage: guildhall keys/],
])('the command keys changes nothing %s', async (_, args, message) => {
  const before = await kids()
  const { code, out, err } = await run(args)
  expect([code, out, err]).toEqual([2, '', expect.stringMatching(message)])
  expect(await kids()).toEqual(before)
})

it('the command keys names what a database lacks that no server has used', async () => {
  const empty = await createDatabase({ empty: true })
  try {
    const { code, err } = await run(['rotate'], { DATABASE_URL: empty.url })
    expect([code, JSON.parse(err).msg]).toEqual([1, expect.stringContaining('migrate')])
  } finally {
    await empty.drop()
  }
})
