import { readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusterDir, type Site } from './cluster.js'
import { errorCode } from './errorCode.js'
import { EmbeddedPostgresError } from './errors.js'
import { clusterName, type PostgresLog } from './postmaster.js'
import { run } from './program.js'

/**
 * Stops the PostgreSQL that a server left running when it was killed by -9, if possible cleanly. The caller must hold
 * the lock of the data directory: then a running postmaster belongs to no living server.
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
    // It is dead, or another process has its id by now (common in containers). PostgreSQL would mistake that process
    // for itself and refuse to start, so remove the file. If the other process is a postgres, let PostgreSQL decide.
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
      await rm(pidFile, { force: true }) // a crashed postmaster leaves it
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
