import { spawn } from 'node:child_process'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { ask } from './support/ask.js'
import { connect, rawSocket } from './support/socket.js'
import { startHttpServer } from './support/startHttpServer.js'

/** A promise that fields of the fake schema wait for. */
const gate = () => {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  return { gate, open }
}

describe('closing the server', () => {
  test('finishes running requests and accepts no new ones', async () => {
    const { url, server, state } = await startHttpServer({ SHUTDOWN_GRACE_S: '5' })
    const { gate: closed, open } = gate()
    state.gate = closed
    const answer = ask(url, 'mutation { addSlowly }')
    await expect.poll(() => state.contexts).toBe(1)
    const closing = server.close()
    await expect(ask(url, '{ hello }')).rejects.toThrow('fetch failed')
    open()
    expect((await answer).body).toEqual({ data: { addSlowly: 1 } })
    expect((await answer).headers.get('connection')).toBe('close')
    await closing
  })

  test('waits for handlers that still run for a disconnected client', async () => {
    const { url, server, state } = await startHttpServer({ SHUTDOWN_GRACE_S: '5' })
    const { gate: closed, open } = gate()
    state.gate = closed
    const gone = new AbortController()
    const answer = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'mutation { addSlowly }' }),
      signal: gone.signal,
    })
    await expect.poll(() => state.contexts).toBe(1)
    gone.abort()
    await expect(answer).rejects.toThrow()
    let isClosed = false
    const closing = server.close().then(() => {
      isClosed = true
    })
    await sleep(300)
    expect(isClosed).toBe(false)
    open()
    await closing
    expect(state.mutations).toBe(1)
  })

  test('cuts off what does not end within the grace time', async () => {
    const { url, server, state } = await startHttpServer({ SHUTDOWN_GRACE_S: '1' })
    state.gate = new Promise(() => {})
    const answer = ask(url, '{ wait }')
    answer.catch(() => {})
    await expect.poll(() => state.contexts).toBe(1)
    const from = performance.now()
    await server.close()
    expect(performance.now() - from).toBeGreaterThan(900)
    expect(performance.now() - from).toBeLessThan(2_000)
    await expect(answer).rejects.toThrow()
  })

  test('closes every socket with 1001 and ends its operations', async () => {
    const { url, server, state } = await startHttpServer()
    const sockets = await Promise.all(
      [1, 2, 3].map(async () => {
        const raw = rawSocket(url)
        await raw.opened
        raw.send({ type: 'connection_init' })
        await expect.poll(() => raw.messages).toHaveLength(1)
        raw.send({ type: 'subscribe', id: '1', payload: { query: 'subscription { ticks }' } })
        return raw
      }),
    )
    const unspoken = rawSocket(url)
    await unspoken.opened
    await expect.poll(() => state.open).toBe(3)
    await server.close()
    for (const { closed } of [...sockets, unspoken]) expect((await closed).code).toBe(1001)
    await expect.poll(() => [state.open, state.events.listenerCount('tick')]).toEqual([0, 0])
  })

  test('closes a socket only after its running mutation is answered', async () => {
    const { url, server, state } = await startHttpServer({ SHUTDOWN_GRACE_S: '5' })
    const { gate: closed, open } = gate()
    state.gate = closed
    const socket = await connect(url)
    const answer = socket.ask('mutation { addSlowly }')
    await expect.poll(() => state.contexts).toBe(1)
    const closing = server.close()
    await sleep(100)
    expect((await socket.ask('mutation { add }')).errors?.[0]?.extensions?.code).toBe('UNAVAILABLE')
    open()
    expect(await answer).toEqual({ data: { addSlowly: 1 } })
    await closing
    expect(state.mutations).toBe(1)
  })

  test.each(['ticks', 'deaf'])(
    'ends streams over SSE with UNAVAILABLE, whether or not their source can be aborted (%s)',
    async (field) => {
      const { url, server, state } = await startHttpServer()
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query: `subscription { ${field} }` }),
      })
      await expect.poll(() => state.open).toBe(1)
      const from = performance.now()
      const [text] = await Promise.all([response.text(), server.close()])
      expect(text).toMatch(/"code":"UNAVAILABLE"\}\}\]\}\n\nevent: complete\ndata:\n\n$/)
      expect(performance.now() - from).toBeLessThan(800)
      // A source that cannot be aborted notices at its next event.
      state.events.emit('tick', 1)
      await expect.poll(() => state.open).toBe(0)
    },
  )

  test('does not wait for idle keep-alive connections', async () => {
    const { url, server } = await startHttpServer({ SHUTDOWN_GRACE_S: '5' })
    const agent = new Agent({ keepAlive: true })
    await new Promise<void>((resolve) => {
      request(`${url}/health`, { agent }, (res) => res.resume().on('end', () => resolve())).end()
    })
    const from = performance.now()
    await server.close()
    expect(performance.now() - from).toBeLessThan(500)
    agent.destroy()
  })

  test('does not wait longer than the grace time for a socket that does not answer the close', async () => {
    const { url, server } = await startHttpServer({ SHUTDOWN_GRACE_S: '1' })
    const deaf = rawSocket(url)
    await deaf.opened
    deaf.socket.pause()
    const from = performance.now()
    await server.close()
    expect(performance.now() - from).toBeLessThan(2_000)
  })

  test('may be called twice', async () => {
    const { server } = await startHttpServer()
    await Promise.all([server.close(), server.close()])
    await server.close()
  })

  test('leaves nothing that keeps the process alive', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', fileURLToPath(new URL('./support/closeAndExit.ts', import.meta.url))],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    const code = await new Promise((resolve) => child.once('exit', resolve))
    expect([code, out]).toEqual([0, 'served\nclosed\n'])
  }, 20_000)
})

describe('starting to listen', () => {
  test('fails with a message if the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    await expect(startHttpServer({ PORT: String(port) })).rejects.toThrow('EADDRINUSE')
    taken.close()
  })

  test('returns a usable URL, even when it listens on all addresses', async () => {
    for (const HOST of ['127.0.0.1', '0.0.0.0', '::1']) {
      const { url } = await startHttpServer({ HOST })
      expect((await fetch(`${url}/health`)).status).toBe(200)
    }
  })
})
