import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { discoveryUrl, openIdProvider } from '../../src/auth/openIdProvider.js'

/** A provider whose document is `document` of its issuer. */
async function openProvider(document: (issuer: string) => unknown) {
  let requests = 0
  const state = { isDown: false }
  const server = createServer((_, res) => {
    requests++
    if (state.isDown) return void res.writeHead(503).end()
    const body = document(issuer)
    res.setHeader('content-type', 'application/json')
    res.end(typeof body === 'string' ? body : JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const reasons: string[] = []
  let recoveries = 0
  const provider = openIdProvider(issuer, {
    report: (error) => void reasons.push((error as Error).message),
    over: () => void recoveries++,
  })
  return { provider, issuer, state, reasons, requests: () => requests, recoveries: () => recoveries }
}

const usual = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  end_session_endpoint: `${issuer}/end`,
  userinfo_endpoint: `${issuer}/me`,
  authorization_response_iss_parameter_supported: true,
})

test('a discovery document is below its issuer, with or without a slash', () => {
  expect(discoveryUrl('https://id.example.com/')).toBe(
    'https://id.example.com/.well-known/openid-configuration',
  )
  expect(discoveryUrl('https://id.example.com/realms/a')).toBe(
    'https://id.example.com/realms/a/.well-known/openid-configuration',
  )
})

test('a provider’s document is read once for all who ask, and again when it is too old', async () => {
  const { provider, issuer, requests } = await openProvider(usual)
  const all = await Promise.all([provider.known(), provider.current(60_000), provider.current(60_000)])
  expect(all[0]).toEqual({
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    end_session_endpoint: `${issuer}/end`,
    authorization_response_iss_parameter_supported: true,
  })
  expect(requests()).toBe(1)
  await provider.current(0)
  expect(requests()).toBe(2)
})

test('a provider that is down is reported, asked once a second, and known as before', async () => {
  const { provider, state, reasons, requests, recoveries } = await openProvider(usual)
  await provider.known()
  state.isDown = true
  expect(await provider.current(0)).toBeNull()
  expect(await provider.current(0)).toBeNull()
  expect(requests()).toBe(2)
  expect(reasons).toEqual(['the answer was HTTP 503'])
  expect(await provider.known()).not.toBeNull()
  state.isDown = false
  await expect.poll(() => provider.current(0), { timeout: 5_000 }).not.toBeNull()
  expect(recoveries()).toBeGreaterThan(0)
})

test('a page waits for the first attempt to reach the provider, and for no other', async () => {
  const { provider, state, requests } = await openProvider(usual)
  state.isDown = true
  expect(await provider.known()).toBeNull()
  expect(await provider.known()).toBeNull()
  expect(requests()).toBe(1)
})

test.each([
  [
    'another issuer',
    (issuer: string) => ({ ...usual(issuer), issuer: `${issuer}/` }),
    'AUTH_ISSUER has to be',
  ],
  ['no issuer', () => ({ keys: [] }), 'it names no issuer'],
  [
    'no token endpoint',
    (issuer: string) => ({ ...usual(issuer), token_endpoint: 'javascript:x' }),
    'names no',
  ],
  ['HTML', () => '<!doctype html>', 'it is not JSON'],
])('a document with %s is refused, and the reason is told', async (_, document, reason) => {
  const { provider, reasons } = await openProvider(document)
  expect(await provider.known()).toBeNull()
  expect(reasons.join()).toContain(reason)
})
