import { readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { clusterDir, type Site } from './cluster.js'
import { errorCode } from './errorCode.js'
import { EmbeddedPostgresError } from './errors.js'
import { clusterName, type PostgresLog } from './postmaster.js'
import { run } from './program.js'

/**
 * A server killed by -9 leaves its PostgreSQL running. Stops it, cleanly if it lets itself be. Needs the data
 * directory's lock: under it, a running postmaster is nobody's.
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
    // It is dead, buried or not, or the number is another process's by now (in containers it soon is). PostgreSQL
    // would take that for itself and refuse. Another postgres is left to it: it knows best who is in whose way.
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
      await rm(pidFile, { force: true }) // still there where it was dying of something worse already
      return
    }
  }
  throw new EmbeddedPostgresError(
    `A PostgreSQL that a killed server left behind on ${cluster} doesn't stop: end process ${pid} by hand.`,
  )
}

/** Command and arguments of a process; empty where it is gone, or dead and not yet buried. */
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
