import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { createDatabase } from '../support/database.js'
import { isFrom } from '../support/logLines.js'
import { mutate } from '../support/mutate.js'
import { APP_URL, ask, type Client, INSTANCE_TOKEN, JWT_SECRET } from '../support/testServer.js'

/**
 * A proxy to PostgreSQL that the test can close, as if PostgreSQL had stopped: it resets
 * connections and refuses new ones.
 */
async function openProxy(databaseUrl: string) {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const pair = (client: Socket) => {
    const database = connect(Number(target.port), target.hostname)
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {})
      one.once('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  }
  let server: Server
  const open = async (port: number) => {
    server = createServer(pair).listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await open(0)
  const shut = async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.resetAndDestroy()
    await closed
  }
  onTestFinished(shut)
  const url = new URL(databaseUrl)
  url.port = String(port)
  return { url: url.href, shut, open: () => open(port) }
}

/** Accepts connections and never answers. */
async function silentListener(): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.resume()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

/** Starts the server in production mode. */
function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [inject('serverMain')], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_ENV: 'production',
      PORT: '0',
      APP_URL,
      AUTH_JWT_SECRET: JWT_SECRET,
      INSTANCE_TOKEN,
      MAIL_FROM: 'guildhall@app.example',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\n')
      rest = parts.pop() ?? ''
      printed.push(...parts)
    })
    stream.on('end', () => rest && printed.push(rest))
  }
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    printed,
    lines: () => printed.map((line) => JSON.parse(line) as { level: string; msg: string; url?: string }),
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

const within = (check: () => unknown, timeout = 60_000) => vi.waitFor(check, { timeout, interval: 100 })

describe('the log in production', () => {
  it.each([1, 2])(
    'has only JSON lines, and per process one line when something fails and one when it works again (WORKERS=%i)',
    async (workers) => {
      const database = await createDatabase()
      onTestFinished(() => database.drop())
      const door = await openProxy(database.url)
      const main = start({
        DATABASE_URL: door.url,
        WORKERS: String(workers),
        SMTP_URL: 'smtp://127.0.0.1:1',
        REDIS_URL: `redis://127.0.0.1:${await silentListener()}`,
      })
      const url = await within(() => {
        const found = main.lines().find(({ msg }) => msg === 'listening')?.url
        if (!found) throw new Error(`not listening: ${main.printed.join('\n')}`)
        return found
      })
      const authorization = `Bearer ${INSTANCE_TOKEN}`
      const instance: Client = {
        authorization,
        ask: (document, variables) => ask(url as string, authorization, document, variables),
      }
      const { user } = await mutate(
        instance,
        'upsertUser',
        { subject: 'owner', email: 'owner@acme.example', emailVerified: true },
        'user { id }',
      )
      const { org } = await mutate(instance, 'createOrg', { name: 'Acme', ownerId: user.id }, 'org { id }')
      const invitees = Array.from({ length: 30 }, (_, n) => ({ email: `guest${n}@new.example` }))
      await mutate(instance, 'createOrgInvites', { orgId: org.id, invitees }, '__typename')

      // As when PostgreSQL stops: it ends every session, and then is gone.
      const admin = new pg.Client({ connectionString: database.url })
      await admin.connect()
      await admin.query(`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
      `)
      await admin.end()
      await door.shut()
      const refused: string[] = []
      for (let n = 0; n < 40; n++) {
        const { errors } = await instance.ask('query($id: ID!) { org(id: $id) { name } }', { id: org.id })
        refused.push(errors?.[0]?.extensions.code ?? 'none')
        await sleep(100)
      }
      expect(new Set(refused)).toEqual(new Set(['UNAVAILABLE']))
      await door.open()
      const said = (msg: string) => main.lines().filter((line) => line.msg === msg)
      await within(() => expect(said('the database works again')).not.toHaveLength(0))
      await sleep(5_000)
      expect((await instance.ask('{ __typename }')).errors).toBeUndefined()
      await main.stop()

      // The helper above has parsed every line.
      const lines = main.lines()
      expect(lines.filter(isFrom('error'))).toEqual([])
      expect(said('the database failed; retrying until it works')).toHaveLength(workers)
      expect(said('the database works again')).toHaveLength(workers)
      // One worker alone may have taken all mails.
      expect([1, workers]).toContain(said('Mail failed; retrying until it works').length)
      expect(said('Receiving notifications from other servers failed; retrying until it works')).toHaveLength(
        workers,
      )
      expect(lines.length, JSON.stringify(lines, null, 1)).toBeLessThan(15 * workers)
    },
    180_000,
  )
})
