import { describe, expect, test } from 'vitest'
import { rateLimit } from '../../src/http/rateLimit.js'
import { ask, codes } from './support/ask.js'
import { connect, rawSocket } from './support/socket.js'
import { startHttpServer } from './support/startHttpServer.js'

describe('one address', () => {
  test('may send RATE_LIMIT_PER_ADDRESS operations a minute, and then gets 429 RATE_LIMITED with Retry-After', async () => {
    const { url, state } = await startHttpServer({ RATE_LIMIT_PER_ADDRESS: '3' })
    for (let n = 0; n < 3; n++) expect((await ask(url, 'mutation { add }')).status).toBe(200)
    const refused = await ask(url, 'mutation { add }')
    expect([refused.status, ...codes(refused)]).toEqual([429, 'RATE_LIMITED'])
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(50)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(refused.body.errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfter: seconds })
    expect(state.mutations).toBe(3)
  })

  test('is counted over HTTP and WebSocket together, and other operations on its socket go on', async () => {
    const { url, state } = await startHttpServer({ RATE_LIMIT_PER_ADDRESS: '4' })
    const socket = await connect(url)
    const { results } = socket.stream('subscription { ticks }')
    expect((await socket.ask('{ hello }')).data).toEqual({ hello: 'world' })
    expect((await ask(url, '{ hello }')).status).toBe(200)
    expect((await socket.ask('{ hello }')).errors?.[0]?.extensions?.code).toBe('RATE_LIMITED')
    expect((await ask(url, '{ hello }')).status).toBe(429)
    state.events.emit('tick', 7)
    await expect.poll(() => results).toEqual([{ data: { ticks: 7 } }])
  })

  test('cannot open more sockets either', async () => {
    const { url } = await startHttpServer({ RATE_LIMIT_PER_ADDRESS: '1' })
    await rawSocket(url).opened
    await expect(rawSocket(url).opened).rejects.toThrow('429')
  })

  test('cannot guess credentials any faster', async () => {
    const { url } = await startHttpServer({ RATE_LIMIT_PER_ADDRESS: '2' })
    const guess = () => ask(url, '{ hello }', { headers: { authorization: 'Bearer revoked' } })
    expect([(await guess()).status, (await guess()).status, (await guess()).status]).toEqual([401, 401, 429])
  })

  test('that is refused is logged once a minute', async () => {
    const { url, lines } = await startHttpServer({ RATE_LIMIT_PER_ADDRESS: '1' })
    for (let n = 0; n < 20; n++) await ask(url, '{ hello }')
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        msg: 'too many requests from one address',
        address: '127.0.0.1',
        count: 1,
      }),
    ])
  })

  test('may ask for the server’s health without a limit', async () => {
    const { url } = await startHttpServer({ RATE_LIMIT_PER_ADDRESS: '1' })
    for (let n = 0; n < 5; n++) expect((await fetch(`${url}/ready`)).status).toBe(200)
  })

  test('is not limited if the limit is 0', async () => {
    const { url } = await startHttpServer({ RATE_LIMIT_PER_ADDRESS: '0' })
    for (let n = 0; n < 20; n++) expect((await ask(url, '{ hello }')).status).toBe(200)
  })
})

describe('the count of requests', () => {
  test('starts again after a minute, and is separate for each address', () => {
    let time = 0
    const limit = rateLimit(2, () => time)
    expect([limit.count('192.0.2.1'), limit.count('192.0.2.1'), limit.count('192.0.2.1')]).toEqual([
      0, 0, 60_000,
    ])
    expect(limit.count('192.0.2.2')).toBe(0)
    time = 59_999
    expect(limit.count('192.0.2.1')).toBe(1)
    time = 60_000
    expect(limit.count('192.0.2.1')).toBe(0)
  })

  test('is shared by all addresses of a /64 network of IPv6', () => {
    const limit = rateLimit(1, () => 0)
    expect(limit.count('2001:db8:1:2:aaaa::1')).toBe(0)
    expect(limit.count('2001:db8:1:2:bbbb::2')).toBe(60_000)
    expect(limit.count('2001:db8:1:2::')).toBe(60_000)
    expect(limit.count('2001:db8:1:3::1')).toBe(0)
    expect(limit.count('::1')).toBe(0)
    expect(limit.count('fe80::1%eth0')).toBe(0)
    expect(limit.count('fe80::2%eth1')).toBe(60_000)
  })

  test('remembers a limited number of addresses, however many there are', () => {
    const limit = rateLimit(1, () => 0)
    for (let n = 0; n <= 50_000; n++) limit.count(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`)
    // The first address was dropped for the last.
    expect(limit.count('10.0.0.0')).toBe(0)
    expect(limit.count('10.0.195.80')).toBe(60_000)
  })
})

describe('the client’s address', () => {
  const seen = async (env: NodeJS.ProcessEnv, forwarded?: string) => {
    const { url } = await startHttpServer(env)
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
    return (await ask(url, '{ client }', { headers })).body.data?.client
  }

  test('is the socket’s, whatever the request’s headers say', async () => {
    expect(await seen({}, '203.0.113.9')).toBe('127.0.0.1')
  })

  test.each([
    ['1', '203.0.113.9', '203.0.113.9'],
    ['1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['2', '198.51.100.1, 203.0.113.9', '198.51.100.1'],
    ['2', '203.0.113.9', '203.0.113.9'],
    ['127.0.0.0/8', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['127.0.0.1, 203.0.113.0/24', '198.51.100.1, 203.0.113.9', '198.51.100.1'],
    ['10.0.0.0/8', '203.0.113.9', '127.0.0.1'],
    ['1', 'nonsense', '127.0.0.1'],
    ['1', '::ffff:203.0.113.9', '203.0.113.9'],
    ['1', '2001:db8::7', '2001:db8::7'],
    ['1', '203.0.113.7:51234', '203.0.113.7'],
    ['1', '::ffff:203.0.113.7', '203.0.113.7'],
    ['1', '[::ffff:203.0.113.7]:80', '203.0.113.7'],
    ['1', '[2001:db8::1]:443', '2001:db8::1'],
    ['1', '[2001:db8::2]', '2001:db8::2'],
    ['1', '203.0.113.9, ', '203.0.113.9'],
    ['2', '198.51.100.1:80,, 203.0.113.9:443 ,', '198.51.100.1'],
    ['127.0.0.1,10.0.0.0/8', '203.0.113.7:51234, 10.0.0.5:80', '203.0.113.7'],
    ['1', '203.0.113.7:99999', '127.0.0.1'],
    ['1', '203.0.113.7:', '127.0.0.1'],
    ['1', '[203.0.113.7]:80', '127.0.0.1'],
    ['1', '[2001:db8::1]443', '127.0.0.1'],
    ['1', '[2001:db8::1', '127.0.0.1'],
    ['1', 'unknown', '127.0.0.1'],
    ['1', 'for=203.0.113.7', '127.0.0.1'],
  ])('behind TRUST_PROXY=%s, forwarded for %s, is %s', async (trusted, forwarded, address) => {
    expect(await seen({ TRUST_PROXY: trusted }, forwarded)).toBe(address)
  })

  test('is counted without its port', async () => {
    const { url } = await startHttpServer({ TRUST_PROXY: '1', RATE_LIMIT_PER_ADDRESS: '1' })
    const status = async (forwarded: string) =>
      (await ask(url, '{ hello }', { headers: { 'x-forwarded-for': forwarded } })).status
    expect([await status('203.0.113.7:1'), await status('203.0.113.7:2')]).toEqual([200, 429])
    expect([await status('[2001:db8::1]:443'), await status('[2001:db8:0:1::1]')]).toEqual([200, 200])
  })

  test('is the socket’s if no proxy forwarded the request', async () => {
    expect(await seen({ TRUST_PROXY: '1' })).toBe('127.0.0.1')
  })
})
