import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { type Account, accountFor } from '../../packages/embedded-postgres/src/account.js'
import { type Binaries, findBinaries } from '../../packages/embedded-postgres/src/binaries.js'
import { clusterDir, pathFromWithin } from '../../packages/embedded-postgres/src/cluster.js'
import { startEmbeddedPostgres } from '../../packages/embedded-postgres/src/embedded.js'
import { start } from '../../packages/embedded-postgres/src/program.js'
import { cleanUpAfterCrash } from './cleanUpAfterCrash.js'
import { freePort } from './freePort.js'
import { silent } from './jobs.js'

/** A PostgreSQL on a fixed port, which can be stopped and started again. */
export interface PostgresNode {
  readonly url: string
  /**
   * @param follows the node to stream from. null: a standby without a primary. Left out: a primary.
   */
  start(follows?: PostgresNode | null): Promise<void>
  /** @param how immediately: as in a crash, so that the next start recovers from the log */
  stop(how?: 'fast' | 'immediately'): Promise<void>
  /** Suspends all its processes. Returns a function that resumes them. Linux only. */
  freeze(): Promise<() => void>
  /** Makes a standby the primary. */
  promote(): Promise<void>
}

/** A new cluster in a data directory, which is not running. */
export interface NewCluster {
  dataDir: string
  account: Account | undefined
  binaries: Binaries
  password: string
}

export async function makeCluster(dataDir: string): Promise<NewCluster> {
  const made = await startEmbeddedPostgres({ dataDir, log: silent, durable: false })
  const { password } = new URL(made.connectionString)
  await made.stop()
  const account = accountFor(clusterDir(dataDir))
  return { dataDir, account, binaries: await findBinaries(account, dataDir), password }
}

/** Starts a PostgreSQL with a new cluster. */
export async function startPostgresNode(): Promise<
  PostgresNode & { account: Account | undefined; close(): Promise<void> }
> {
  const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-node-'))
  const cleared = cleanUpAfterCrash(dataDir)
  const cluster = await makeCluster(dataDir)
  const node = await nodeOn(cluster)
  await node.start()
  return {
    ...node,
    account: cluster.account,
    async close() {
      await node.stop()
      cleared()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export async function nodeOn({ dataDir, account, binaries, password }: NewCluster): Promise<PostgresNode> {
  const cwd = clusterDir(dataDir)
  const port = await freePort()
  const url = `postgresql://guildhall:${password}@127.0.0.1:${port}/guildhall`
  let child: ChildProcess | undefined
  return {
    url,
    async start(follows) {
      const settings: Record<string, string> = {
        port: String(port),
        listen_addresses: '127.0.0.1',
        unix_socket_directories: '',
        fsync: 'off',
        // A standby needs at least the number that the cluster was created with.
        max_connections: '300',
        wal_keep_size: '64MB',
        log_min_messages: 'log',
      }
      if (follows) settings.primary_conninfo = follows.url
      if (follows !== undefined) {
        const signal = join(cwd, 'standby.signal')
        await writeFile(signal, '')
        if (account) await chown(signal, account.uid, account.gid)
      }
      const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
      const started = start(
        binaries.program('postgres'),
        ['-D', pathFromWithin(cwd, account), ...args],
        { cwd, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
        account,
      )
      child = started
      const words: string[] = []
      await new Promise<void>((resolve, reject) => {
        started.once('close', () => reject(new Error(`PostgreSQL did not start:\n${words.join('\n')}`)))
        createInterface({ input: started.stderr as NodeJS.ReadableStream }).on('line', (line) => {
          words.push(line)
          if (/ready to accept (read-only )?connections/.test(line)) resolve()
        })
      })
    },
    async stop(how = 'fast') {
      if (child?.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'close')
      child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await ended
    },
    async freeze() {
      const pids = await processesOf(child?.pid ?? 0)
      for (const pid of pids) process.kill(pid, 'SIGSTOP')
      return () => {
        for (const pid of pids) process.kill(pid, 'SIGCONT')
      }
    },
    async promote() {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      await client.query('select pg_promote()')
      await client.end()
    },
  }
}

/** The postmaster first, so that it starts no more children, and then its children. */
async function processesOf(postmaster: number): Promise<number[]> {
  const pids = [postmaster]
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : ''
    if (Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]) === postmaster) pids.push(Number(name))
  }
  return pids
}
