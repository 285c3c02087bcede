import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './freePort.js'

/** Why tests with PgBouncer cannot run here, or undefined if they can. In CI they must run. */
export function whyNoPgBouncer(): string | undefined {
  if (spawnSync('pgbouncer', ['--version'], { env: PATH }).status === 0) return undefined
  if (process.env.CI === 'true') throw new Error('CI needs a pgbouncer on the PATH')
  return 'no pgbouncer on the PATH'
}

/** Debian has it in /usr/sbin, which is not on everybody's PATH. */
const PATH = { PATH: `${process.env.PATH}:/usr/sbin` }

/** A real PgBouncer in front of a database, on a free loopback port. */
export async function startPgBouncer(
  databaseUrl: string,
  poolMode: 'session' | 'transaction',
): Promise<{ url: string; close(): Promise<void> }> {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl)
  const dir = await mkdtemp(join(tmpdir(), 'guildhall-pgbouncer-'))
  const ownPort = await freePort()
  await writeFile(join(dir, 'users'), `"${username}" "${decodeURIComponent(password)}"\n`)
  await writeFile(
    join(dir, 'settings.ini'),
    `[databases]
${pathname.slice(1)} = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ownPort}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(dir, 'users')}
pool_mode = ${poolMode}
default_pool_size = 40
`,
  )
  // PgBouncer does not run as root, so another user must be able to read its files.
  await chmod(dir, 0o755)
  const isRoot = process.getuid?.() === 0
  const child = spawn('pgbouncer', [...(isRoot ? ['-u', 'nobody'] : []), join(dir, 'settings.ini')], {
    env: PATH,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const words: string[] = []
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`PgBouncer did not start:\n${words.join('\n')}`)))
    createInterface({ input: child.stderr }).on('line', (line) => {
      words.push(line)
      if (line.includes('process up')) resolve()
    })
  })
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(ownPort)
  return {
    url: url.href,
    async close() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      await rm(dir, { recursive: true })
    },
  }
}
