import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Agent, fetch } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { rawSocket } from '../http/support/socket.js'
import { type Started, startHttpServer } from '../http/support/startHttpServer.js'
import { freePort } from '../support/freePort.js'
import { selfSigned } from '../support/selfSigned.js'

type Kind = 'nginx' | 'caddy'

const program = (kind: Kind) => {
  const flag = kind === 'nginx' ? '-v' : 'version'
  return spawnSync(kind, [flag]).status === 0
}
for (const kind of ['nginx', 'caddy'] as const)
  if (process.env.CI === 'true' && !program(kind)) throw new Error(`CI needs ${kind} on the PATH`)

async function startProxy(kind: Kind, servers: string[]): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), `guildhall-${kind}-`))
  // nginx reads requests as another user.
  chmodSync(home, 0o755)
  const port = await freePort()
  const { command, env, url } = kind === 'nginx' ? nginx(home, port, servers) : caddy(home, port, servers)
  const [name = '', ...args] = command
  const child = spawn(name, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk
    })
  onTestFinished(async () => {
    await stop(child)
    rmSync(home, { recursive: true, force: true })
  })
  for (let tries = 0; ; tries++) {
    const answer = await get(`${url}/health`).catch(() => undefined)
    if (answer?.status === 200) return url
    if (tries === 100 || child.exitCode !== null) throw new Error(`${kind} does not answer: ${said}`)
    await delay(100)
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  if ((await Promise.race([ended, delay(3_000, 'late')])) === 'late') child.kill('SIGKILL')
  await ended
}

const sample = (file: string) => readFileSync(`deploy/proxies/${file}`, 'utf8')

/** Replaces parts of a text that must be there. */
function replaced(text: string, pairs: [RegExp, string][]): string {
  return pairs.reduce((result, [from, to]) => {
    expect(result).toMatch(from)
    return result.replace(from, to)
  }, text)
}

function nginx(home: string, port: number, servers: string[]) {
  writeFileSync(join(home, 'cert.pem'), selfSigned.cert)
  writeFileSync(join(home, 'key.pem'), selfSigned.key)
  mkdirSync(join(home, 'temp'))
  const [first = '', second = first] = servers.map((server) => new URL(server).host)
  const site = replaced(sample('nginx.conf'), [
    [/listen 443 ssl;/, `listen 127.0.0.1:${port} ssl;`],
    [/\/etc\/ssl\/guildhall\.pem/, join(home, 'cert.pem')],
    [/\/etc\/ssl\/guildhall\.key/, join(home, 'key.pem')],
    [/127\.0\.0\.1:4000/, first],
    [/127\.0\.0\.1:4001/, second],
  ])
  writeFileSync(join(home, 'guildhall.conf'), site)
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${home}/temp/${name};`)
    .join(' ')
  writeFileSync(
    join(home, 'nginx.conf'),
    `daemon off; pid ${home}/pid; error_log stderr; events {} http { access_log off; ${temps} include ${home}/guildhall.conf; }`,
  )
  return {
    command: ['nginx', '-e', 'stderr', '-p', home, '-c', join(home, 'nginx.conf')],
    env: {},
    url: `https://localhost:${port}`,
  }
}

function caddy(home: string, port: number, servers: string[]) {
  // Caddy's own API listens on a fixed port.
  writeFileSync(join(home, 'Caddyfile'), `{\n\tadmin off\n}\n${sample('Caddyfile')}`)
  return {
    command: ['caddy', 'run', '--adapter', 'caddyfile', '--config', join(home, 'Caddyfile')],
    env: {
      HOME: home,
      GUILDHALL_SITE: `http://localhost:${port}`,
      GUILDHALL_SERVERS: servers.map((server) => new URL(server).host).join(' '),
    },
    url: `http://localhost:${port}`,
  }
}

/** Sends from an address of loopback. Each has connections of its own. */
const agentOf = (localAddress = '127.0.0.1') =>
  new Agent({ localAddress, connect: { ca: selfSigned.cert, family: 4 } })
const usual = agentOf()
const get = (url: string) => fetch(url, { dispatcher: usual })
const ask = (
  url: string,
  query: string,
  { headers = {}, agent = usual }: { headers?: Record<string, string>; agent?: Agent } = {},
) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  })

const started = (env: Record<string, string> = {}) => startHttpServer({ TRUST_PROXY: '1', ...env })

describe.each(['nginx', 'caddy'] as const)('the sample for %s', (kind) => {
  const run = it.runIf(program(kind))

  run('passes requests, and the host that the page has', async () => {
    const { url: server } = await started()
    const url = await startProxy(kind, [server])
    const answer = await ask(url, '{ hello }', { headers: { origin: url } })
    expect([answer.status, await answer.json()]).toEqual([200, { data: { hello: 'world' } }])
    // The server grants its own origin, and so must have seen this host.
    expect(answer.headers.get('access-control-allow-origin')).toBe(url)
    const foreign = await ask(url, '{ hello }', { headers: { origin: 'https://foreign.example' } })
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
  })

  run('passes WebSockets', async () => {
    const { url: server, state } = await started()
    const url = await startProxy(kind, [server])
    const { messages, opened, send } = rawSocket(url, { ca: selfSigned.cert, origin: url, family: 4 })
    await opened
    send({ type: 'connection_init' })
    await expect.poll(() => messages).toContainEqual({ type: 'connection_ack' })
    send({ id: '1', type: 'subscribe', payload: { query: 'subscription { ticks }' } })
    await expect.poll(() => state.open).toBe(1)
    state.events.emit('tick', 7)
    await expect.poll(() => messages.at(-1)).toMatchObject({ type: 'next', payload: { data: { ticks: 7 } } })
  })

  run('sends each event of a stream on at once', async () => {
    const { url: server, state } = await started()
    const url = await startProxy(kind, [server])
    const response = await ask(url, 'subscription { ticks }', { headers: { accept: 'text/event-stream' } })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const reader = response.body?.getReader()
    let text = ''
    for (const tick of [1, 2, 3]) {
      await expect.poll(() => state.open).toBe(1)
      state.events.emit('tick', tick)
      while (!text.includes(`"ticks":${tick}`)) {
        const part = await Promise.race([reader?.read(), delay(2_000, undefined)])
        if (part === undefined) throw new Error(`event ${tick} did not arrive: ${text}`)
        text += new TextDecoder().decode(part.value)
      }
    }
    await reader?.cancel()
    // The server learns that the client has left.
    await expect.poll(() => state.open).toBe(0)
  })

  run('tells the server the address of the client, and not what the client says it is', async () => {
    const { url: server } = await started({ RATE_LIMIT_PER_ADDRESS: '20' })
    const url = await startProxy(kind, [server])
    const statuses = async (agent: Agent, headers: Record<string, string> = {}) => {
      const found = new Set<number>()
      for (let n = 0; n < 25; n++) {
        const answer = await ask(url, '{ hello }', { headers, agent })
        await answer.text()
        found.add(answer.status)
      }
      return [...found]
    }
    const [one, two] = [agentOf('127.0.0.2'), agentOf('127.0.0.3')]
    expect(await statuses(one)).toEqual([200, 429])
    expect(await statuses(one, { 'x-forwarded-for': '198.51.100.7' })).toEqual([429])
    expect(await statuses(two)).toEqual([200, 429])
  })

  run(
    'lets the server refuse a body that is too large, and itself refuses one that is far too large',
    async () => {
      const { url: server } = await started()
      const url = await startProxy(kind, [server])
      const tooLarge = await ask(url, `{ hello } #${'x'.repeat(300_000)}`)
      expect(tooLarge.status).toBe(413)
      expect(((await tooLarge.json()) as { errors: unknown[] }).errors).toHaveLength(1)
      const farTooLarge = await ask(url, `{ hello } #${'x'.repeat(900_000)}`)
      const text = await farTooLarge.text()
      // Caddy 2.6 has no answer of its own for this, and passes the body on while it counts: the server may refuse first.
      if (kind === 'caddy') return expect([413, 502]).toContain(farTooLarge.status)
      expect(farTooLarge.status).toBe(413)
      expect(text).not.toContain('"errors"')
    },
  )

  run('passes long sign-in tokens', async () => {
    const { url: server } = await started()
    const url = await startProxy(kind, [server])
    const name = 'x'.repeat(12_000)
    const answer = await ask(url, '{ viewer }', { headers: { authorization: `Bearer ${name}` } })
    expect([answer.status, await answer.json()]).toEqual([200, { data: { viewer: name } }])
  })

  run('fails no request if one of the servers stops', async () => {
    const servers: [Started, Started] = [await started(), await started()]
    const url = await startProxy(
      kind,
      servers.map((server) => server.url),
    )
    const many = async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(url, '{ hello }')))
      return [...new Set(answers.map(({ status }) => status))]
    }
    expect(await many()).toEqual([200])
    // As after SIGTERM with SHUTDOWN_DELAY_S=5: it goes on serving, and /ready tells that it stops.
    servers[0].server.leave()
    const until = Date.now() + 5_000
    while (Date.now() < until) expect(await many()).toEqual([200])
    await servers[0].server.close()
    for (let n = 0; n < 10; n++) expect(await many()).toEqual([200])
  })
})

it('the sample for Traefik does not buffer', () => {
  const { http } = parse(sample('traefik.yaml'))
  expect(Object.values<object>(http.middlewares).flatMap((one) => Object.keys(one))).toEqual(['retry'])
  expect(http.services.guildhall.loadBalancer).toMatchObject({
    passHostHeader: true,
    healthCheck: { path: '/ready' },
  })
})
