import { mkdir, realpath } from 'node:fs/promises'
import { accountFor } from './account.js'
import { findBinaries, locateBinaries } from './binaries.js'
import { clusterDir, ensureCluster, NAME, type Site } from './cluster.js'
import { type DirectoryLock, lockDirectory } from './directoryLock.js'
import { errorCode } from './errorCode.js'
import { EmbeddedPostgresError } from './errors.js'
import { stopOrphan } from './orphan.js'
import { type PostgresLog, startPostmaster } from './postmaster.js'

export interface EmbeddedPostgres {
  /** `postgresql://…` for the superuser. The loopback port differs at each start. */
  connectionString: string
  /** Resolves when PostgreSQL ends for any reason, with a description of how it ended. It is not restarted. */
  ended: Promise<string>
  /** Fast shutdown, then releases the data directory. May be called several times. */
  stop(): Promise<void>
}

/**
 * Runs PostgreSQL on a data directory, with the programs of an npm package. The first start creates the database. Later
 * starts keep it, even after a crash. While it runs, no other process can use the directory.
 *
 * @param options.durable false for temporary data: commits don't wait for the disk, and if the machine crashes, all
 *   data is lost.
 * @param options.connections the smallest number of connections that must be possible at once; never less than 100.
 * @throws EmbeddedPostgresError whose message says what to do; DataDirInUseError if another server uses the directory.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string
  log: PostgresLog
  durable?: boolean
  connections?: number
}): Promise<EmbeddedPostgres> {
  const { log, durable = true, connections = 0 } = options
  // Without PostgreSQL it does not matter whether the directory can be written.
  locateBinaries()
  const dataDir = await makeDirectory(options.dataDir)
  let lock: DirectoryLock | undefined
  try {
    lock = await lockDirectory(dataDir)
    const { release } = lock
    const account = accountFor(clusterDir(dataDir))
    const site: Site = {
      account,
      binaries: await findBinaries(account, dataDir),
      dataDir,
      durable,
      connections,
    }
    await stopOrphan(site, log)
    const password = await ensureCluster(site, log)
    const { port, ended, stop } = await startPostmaster(site, log)
    let stopped: Promise<void> | undefined
    return {
      connectionString: `postgresql://${NAME}:${password}@127.0.0.1:${port}/${NAME}`,
      ended,
      stop: () => {
        stopped ??= stop().then(release)
        return stopped
      },
    }
  } catch (error) {
    await lock?.release()
    throw isPermissionError(error)
      ? new EmbeddedPostgresError(`${notWritable(dataDir)} (${String(error)})`)
      : error
  }
}

/** @returns the path without symlinks. */
async function makeDirectory(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    return await realpath(path)
  } catch (error) {
    throw new EmbeddedPostgresError(`${notWritable(path)} (${String(error)})`)
  }
}

function isPermissionError(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error) ?? '')
}

function notWritable(dataDir: string): string {
  return `DATA_DIR ${dataDir} is not writable for this user: change its owner (chown -R), or set another DATA_DIR.`
}
