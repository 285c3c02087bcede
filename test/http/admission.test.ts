import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { admission, type Slot } from '../../src/http/admission.js'
import { ask, codes } from './support/ask.js'
import { callers, fakeSchema, newState } from './support/fakeSchema.js'
import { connect } from './support/socket.js'
import { startHttpServer } from './support/startHttpServer.js'

/** Blocks the field `wait` until the test releases it, or ends. */
const hold = (state: { gate: Promise<void> }) => {
  let releaseWait = () => {}
  state.gate = new Promise((resolve) => {
    releaseWait = resolve
  })
  onTestFinished(() => releaseWait())
  return () => releaseWait()
}

const by = (name: string) => ({ headers: { authorization: `Bearer ${name}` } })
const refusals = (answers: Awaited<ReturnType<typeof ask>>[]) =>
  answers.filter(({ status }) => status !== 200)

describe('running operations', () => {
  test('are limited per caller: one more is RATE_LIMITED at once, and other callers are not affected', async () => {
    const { url, state } = await startHttpServer({ MAX_IN_FLIGHT_PER_CALLER: '3' })
    const releaseWait = hold(state)
    const held = Array.from({ length: 3 }, () => ask(url, '{ wait }', by('ada')))
    await expect.poll(() => state.contexts).toBe(3)
    const refused = await ask(url, '{ hello }', by('ada'))
    expect([refused.status, ...codes(refused)]).toEqual([429, 'RATE_LIMITED'])
    expect(refused.headers.get('retry-after')).toBe('1')
    expect((await ask(url, '{ hello }', by('bob'))).status).toBe(200)
    expect((await ask(url, '{ hello }')).status).toBe(200)
    releaseWait()
    expect(refusals(await Promise.all(held))).toEqual([])
    expect((await ask(url, '{ hello }', by('ada'))).status).toBe(200)
    expect(state.contexts).toBe(6)
  })

  test('of anonymous callers are counted per address, and a /64 network of IPv6 counts as one address', async () => {
    const { url, state } = await startHttpServer({ MAX_IN_FLIGHT_PER_CALLER: '2', TRUST_PROXY: '1' })
    hold(state)
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })
    void ask(url, '{ wait }', from('2001:db8::1')).catch(() => {})
    void ask(url, '{ wait }', from('2001:db8::2')).catch(() => {})
    await expect.poll(() => state.contexts).toBe(2)
    expect(codes(await ask(url, '{ hello }', from('2001:db8::3')))).toEqual(['RATE_LIMITED'])
    expect(codes(await ask(url, '{ hello }', from('2001:db8:0:1::3')))).toEqual([])
  })

  test('over WebSocket and HTTP are counted together, and open streams do not count', async () => {
    const { url, state } = await startHttpServer({ MAX_IN_FLIGHT_PER_CALLER: '2' })
    const releaseWait = hold(state)
    const socket = await connect(url, by('ada').headers)
    for (let open = 1; open <= 4; open++) {
      socket.stream('subscription { ticks }')
      await expect.poll(() => state.open).toBe(open)
    }
    const held = [socket.ask('{ wait }'), ask(url, '{ wait }', by('ada'))]
    await expect.poll(() => state.contexts).toBe(6)
    expect((await socket.ask('{ hello }')).errors?.[0]?.extensions?.code).toBe('RATE_LIMITED')
    expect(codes(await ask(url, '{ hello }', by('ada')))).toEqual(['RATE_LIMITED'])
    releaseWait()
    await Promise.all(held)
    expect((await socket.ask('{ hello }')).data).toEqual({ hello: 'world' })
  })

  test('are limited in total: one more is UNAVAILABLE at once with Retry-After, and this is logged once', async () => {
    const { url, state, lines } = await startHttpServer({ MAX_IN_FLIGHT: '3' })
    const releaseWait = hold(state)
    const held = ['ada', 'bob', 'cyd'].map((name) => ask(url, '{ wait }', by(name)))
    await expect.poll(() => state.contexts).toBe(3)
    const refused = await ask(url, '{ hello }', by('dan'))
    expect([refused.status, ...codes(refused)]).toEqual([503, 'UNAVAILABLE'])
    expect(refused.headers.get('retry-after')).toBe('1')
    expect((await ask(url, '{ hello }', by('eve'))).status).toBe(503)
    expect(lines.filter(({ reason }) => reason === 'too many in flight')).toHaveLength(1)
    expect(state.contexts).toBe(3)
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    releaseWait()
    await Promise.all(held)
    expect((await ask(url, '{ hello }', by('dan'))).status).toBe(200)
  })

  test('that wait for something else leave their turn to others', async () => {
    const { url, state } = await startHttpServer({ MAX_IN_FLIGHT_PER_CALLER: '200' })
    hold(state)
    for (let n = 0; n < 100; n++) void ask(url, '{ wait }').catch(() => {})
    await expect.poll(() => state.contexts).toBe(100)
    expect((await ask(url, '{ hello }')).status).toBe(200)
  })

  test('whose client disconnected while they queued are not started', async () => {
    let identified = 0
    let releaseWait = () => {}
    const gate = new Promise<void>((resolve) => {
      releaseWait = resolve
    })
    const state = newState()
    const slowly = {
      ...callers(state),
      identify: async () => {
        identified++
        await gate
        return { name: 'ada' }
      },
    }
    const { url } = await startHttpServer({}, { schema: fakeSchema(state), callers: slowly })
    const gone = request(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    })
    gone.on('error', () => {})
    gone.end(JSON.stringify({ query: 'mutation { add }' }))
    await expect.poll(() => identified).toBe(1)
    gone.destroy()
    await delay(300)
    releaseWait()
    await delay(300)
    expect([state.contexts, state.mutations]).toEqual([0, 0])
  })
})

describe('a valid API token', () => {
  test('is not counted towards its address', async () => {
    const { url } = await startHttpServer({ RATE_LIMIT_PER_ADDRESS: '3' })
    for (let n = 0; n < 10; n++) expect((await ask(url, '{ hello }', by('robot'))).status).toBe(200)
    for (let n = 0; n < 3; n++) expect((await ask(url, '{ hello }')).status).toBe(200)
    expect((await ask(url, '{ hello }')).status).toBe(429)
    expect((await ask(url, '{ hello }', by('robot'))).status).toBe(200)
    // A token that the server has not seen yet needs a lookup.
    expect((await ask(url, '{ hello }', { headers: { authorization: 'bearer robot' } })).status).toBe(429)
  })
})

describe('more operations than the server can start at once', () => {
  /**
   * Each operation takes 30 ms. Returns how many ran at once at most, and how many were refused.
   */
  const load = () => {
    const admitted = admission({ inFlight: 10_000, inFlightPerCaller: 10_000 })
    onTestFinished(() => admitted.stop())
    const seen = { atWork: 0, most: 0, done: 0, refused: 0 }
    const operate = async () => {
      const slot: Slot = admitted.enter('anybody')
      try {
        await slot.turn()
        seen.atWork++
        seen.most = Math.max(seen.most, seen.atWork)
        await delay(30)
        seen.atWork--
        seen.done++
      } catch {
        seen.refused++
      } finally {
        slot.release()
      }
    }
    return { seen, come: (many: number) => Promise.all(Array.from({ length: many }, operate)) }
  }

  test('are all answered if they come in one burst, 64 at a time', async () => {
    const { seen, come } = load()
    await come(200)
    expect(seen).toEqual({ atWork: 0, most: 64, done: 200, refused: 0 })
  })

  test('are refused early under constant overload, and only a few run at a time', async () => {
    const { seen, come } = load()
    const all: Promise<unknown>[] = []
    const keepComing = async (ms: number) => {
      for (const end = performance.now() + ms; performance.now() < end; await delay(5)) all.push(come(40))
    }
    await keepComing(500)
    seen.most = 0
    await keepComing(500)
    expect(seen.most).toBeLessThanOrEqual(16)
    await Promise.all(all)
    expect(seen.refused).toBeGreaterThan(seen.done)
    // After the overload everything is as before.
    await delay(1_500)
    seen.most = 0
    await come(64)
    expect(seen.most).toBe(64)
  })
})
