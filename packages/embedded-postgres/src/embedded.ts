import { mkdir, realpath } from 'node:fs/promises'
import { accountFor } from './account.js'
import { findBinaries } from './binaries.js'
import { clusterDir, ensureCluster, NAME, type Site } from './cluster.js'
import { type DirectoryLock, lockDirectory } from './directoryLock.js'
import { errorCode } from './errorCode.js'
import { EmbeddedPostgresError } from './errors.js'
import { stopOrphan } from './orphan.js'
import { type PostgresLog, startPostmaster } from './postmaster.js'

export interface EmbeddedPostgres {
  /** `postgresql://…` of the superuser, on a loopback port that is another one at each start. */
  connectionString: string
  /** When PostgreSQL ended, asked or not: how, in words. It is not started again. */
  ended: Promise<string>
  /** Fast shutdown; then the data directory is free for another. Any number of times. */
  stop(): Promise<void>
}

/**
 * Runs PostgreSQL's own programs, from npm, on a data directory: made at the first start, kept at the next ones,
 * whatever ended the last one. While it runs, the directory is this process's alone.
 *
 * @param options.durable false for throw-away data: no commit waits for the disk, a crash of the machine loses all.
 * @param options.connections that are to be possible at once; a hundred are in any case.
 * @throws EmbeddedPostgresError with what to do; DataDirInUseError where another server holds the directory.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string
  log: PostgresLog
  durable?: boolean
  connections?: number
}): Promise<EmbeddedPostgres> {
  const { log, durable = true, connections = 0 } = options
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
    const password = await ensureCluster(site)
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
    throw forbidden(error) ? new EmbeddedPostgresError(`${noEntry(dataDir)} (${String(error)})`) : error
  }
}

/** @returns its path without symlinks. */
async function makeDirectory(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    return await realpath(path)
  } catch (error) {
    throw new EmbeddedPostgresError(`${noEntry(path)} (${String(error)})`)
  }
}

function forbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error) ?? '')
}

function noEntry(dataDir: string): string {
  return `DATA_DIR ${dataDir} is not this user's to write: hand it over (chown -R), or set another DATA_DIR.`
}
