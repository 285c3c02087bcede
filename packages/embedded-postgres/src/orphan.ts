import { readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusterDir, type Site } from './cluster.js'
import { errorCode } from './errorCode.js'
import { EmbeddedPostgresError } from './errors.js'
import { clusterName, type PostgresLog } from './postmaster.js'
import { run } from './program.js'

/**
 * Stops a PostgreSQL that was left running when its server was killed by SIGKILL. It first tries a clean shutdown. The
 * caller must hold the lock of the data directory, so the running postmaster can't belong to a living server.
 */
export async function stopOrphan(site: Site, log: PostgresLog): Promise<void> {
  const cluster = clusterDir(site.dataDir)
  const pidFile = join(cluster, 'postmaster.pid')
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10)
  if (!(pid > 1)) return
  if (process.platform === 'win32') {
    await run(site.binaries.program('pg_ctl'), ['stop', '-m', 'fast', '-D', cluster])
    return
  }

  const name = clusterName(site.dataDir)
  const command = await commandOf(pid)
  if (!command.includes(`cluster_name=${name}`)) {
    // The postmaster is dead. Another process may have its id now, which is common in containers. PostgreSQL would take
    // that process for a postmaster and refuse to start, so this removes the file. If the other process is a postgres,
    // the file stays and PostgreSQL decides.
    if (basename(command.split(/\0| /)[0] ?? '') !== 'postgres') await rm(pidFile, { force: true })
    return
  }
  log.info(`stopping the PostgreSQL (process ${pid}) that a killed server left behind`)
  for (const [signal, patience] of [
    ['SIGINT', 5_000],
    ['SIGQUIT', 5_000],
  ] as const) {
    kill(pid, signal)
    for (const until = Date.now() + patience; Date.now() < until; await sleep(10)) {
      if ((await commandOf(pid)).includes(name)) continue
      await rm(pidFile, { force: true }) // a crashed postmaster does not delete it
      return
    }
  }
  throw new EmbeddedPostgresError(
    `A PostgreSQL that a killed server left behind on ${cluster} doesn't stop: end process ${pid} by hand.`,
  )
}

/** The command and arguments of a process. Empty if it is gone or a zombie. */
async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return (await run('ps', ['-ww', '-o', 'args=', '-p', String(pid)])).output
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error
  }
}
