import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Debian installs it where only root looks. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }

/** Why tests with haproxy cannot run here, or undefined if they can. In CI they must run. */
export function whyNoHaproxy(): string | undefined {
  if (spawnSync('haproxy', ['-v'], { env }).status === 0) return undefined
  if (process.env.CI === 'true') throw new Error('CI needs haproxy on the PATH')
  return 'no haproxy on the PATH'
}

export interface Haproxy {
  url: string
  /** Waits until it sends requests to all servers. */
  allUp(): Promise<void>
  stop(): Promise<void>
}

/**
 * A load balancer in front of servers. It asks each server for /ready five times a second. It never repeats a request, so
 * a test sees every one that is lost.
 */
export async function startHaproxy(
  ports: { own: number; stats: number },
  servers: string[],
): Promise<Haproxy> {
  const dir = await mkdtemp(join(tmpdir(), 'guildhall-haproxy-'))
  const file = join(dir, 'haproxy.cfg')
  await writeFile(
    file,
    `
defaults
  mode http
  retries 0
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout check 2s
frontend clients
  bind 127.0.0.1:${ports.own}
  default_backend guildhall
backend guildhall
  balance roundrobin
  option httpchk GET /ready
  http-check expect status 200
  default-server check inter 200ms fall 2 rise 2
${servers.map((url, n) => `  server s${n} ${new URL(url).host}`).join('\n')}
frontend stats
  bind 127.0.0.1:${ports.stats}
  stats enable
  stats uri /
`,
  )
  const child = spawn('haproxy', ['-db', '-f', file], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const ended = once(child, 'exit')

  const states = async (): Promise<string[]> => {
    const response = await fetch(`http://127.0.0.1:${ports.stats}/;csv`).catch(() => null)
    if (!response) return []
    const [head = '', ...rows] = (await response.text()).replace('# ', '').split('\n')
    const columns = head.split(',')
    const status = columns.indexOf('status')
    return rows
      .map((row) => row.split(','))
      .filter(([proxy, server]) => proxy === 'guildhall' && server !== 'BACKEND')
      .map((row) => row[status] ?? '')
  }

  return {
    url: `http://127.0.0.1:${ports.own}`,
    async allUp() {
      for (let tries = 0; tries < 300; tries++) {
        const all = await states()
        if (all.length === servers.length && all.every((state) => state === 'UP')) return
        await delay(100)
      }
      throw new Error(`haproxy does not see all servers: ${await states()} ${said}`)
    },
    async stop() {
      child.kill('SIGKILL')
      await ended
      await rm(dir, { recursive: true, force: true })
    },
  }
}
