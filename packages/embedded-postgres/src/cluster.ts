import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.js'
import type { Binaries } from './binaries.js'
import { errorCode } from './errorCode.js'
import { EmbeddedPostgresError } from './errors.js'
import type { PostgresLog } from './postmaster.js'
import { run } from './program.js'

/** The name of the database and of the superuser. */
export const NAME = 'guildhall'

/** Everything that is needed to run PostgreSQL: its programs, its account, its files and its options. */
export interface Site {
  dataDir: string
  binaries: Binaries
  account: Account | undefined
  /** False: commits don't wait for the disk. */
  durable: boolean
  /** The smallest number of connections that must be possible at once. */
  connections: number
}

/** The cluster's folder in a data directory. */
export function clusterDir(dataDir: string): string {
  return join(dataDir, 'postgres')
}

/**
 * The path by which PostgreSQL opens the cluster, which is also its working directory. If root's data directory is
 * inside a private directory such as /root, another account can't open its path, but it can use its working directory.
 */
export function pathFromWithin(cluster: string, account: Account | undefined): string {
  return account ? '/proc/self/cwd' : cluster
}

/**
 * Creates the cluster if there is none. It is created in a temporary folder, which is then renamed. If the start is
 * killed, only the temporary folder is left, and the next start deletes it. The caller must hold the lock of the data
 * directory.
 *
 * @returns the superuser's password, which is stored in a file beside the cluster.
 * @throws EmbeddedPostgresError if the cluster has another version or can't be created.
 */
export async function ensureCluster(site: Site, log: PostgresLog): Promise<string> {
  const { dataDir, binaries } = site
  const cluster = clusterDir(dataDir)
  for (const name of await readdir(dataDir))
    if (name.startsWith('postgres.new-')) await remove(join(dataDir, name))

  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(missing)
  if (version === undefined) {
    log.info(`creating the database in ${dataDir}: only the first start does this`)
    return makeCluster(site, cluster)
  }
  if (Number(version) !== binaries.major)
    throw new EmbeddedPostgresError(
      `${cluster} belongs to PostgreSQL ${version.trim()}, and this is ${binaries.major}. ` +
        'Dump it with the old version and restore it into a new DATA_DIR.',
    )
  await denyOthers(cluster)
  const password = await readFile(passwordFile(dataDir), 'utf8').catch(missing)
  return password?.trim() || setPassword(site, cluster)
}

/** PostgreSQL refuses a directory that others can write. A restored backup or `chmod -R g+w` can cause that. */
async function denyOthers(cluster: string): Promise<void> {
  const { mode } = await stat(cluster)
  // If this process may not change the mode, PostgreSQL reports the problem.
  if ((mode & 0o027) !== 0) await chmod(cluster, 0o700).catch(() => {})
}

async function makeCluster(site: Site, cluster: string): Promise<string> {
  const { account, binaries, dataDir, durable } = site
  const fresh = join(dataDir, `postgres.new-${randomBytes(4).toString('hex')}`)
  await mkdir(fresh, { mode: 0o700 })
  if (account)
    await chown(fresh, account.uid, account.gid).catch((error: unknown) => {
      throw new EmbeddedPostgresError(
        `PostgreSQL does not run as root, and ${dataDir} can't be given to another user (${String(error)}). ` +
          'Start the server as another user, or set another DATA_DIR.',
      )
    })
  const args = ['-D', pathFromWithin(fresh, account), '-U', NAME, '--auth=trust', '--no-instructions']
  // PostgreSQL's built-in collation gives the same order on every system, independent of the C library and of ICU.
  args.push('--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8')
  if (!durable) args.push('--no-sync')
  const { code, output } = await run(binaries.program('initdb'), args, { account, cwd: fresh })
  if (/could not look up effective user ID/.test(output))
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL can't make its files as user ${process.geteuid?.()}, whom /etc/passwd doesn't name. ` +
        'Set DATABASE_URL to a PostgreSQL of your own, or start the server as a user that /etc/passwd names.',
    )
  if (code !== 0) throw new EmbeddedPostgresError(`PostgreSQL's initdb failed:\n${output}`)
  await writeFile(join(fresh, 'pg_hba.conf'), 'host all all 127.0.0.1/32 scram-sha-256\n')
  await runSingleUser(site, fresh, `CREATE DATABASE ${NAME}`)
  const password = await setPassword(site, fresh)
  await rename(fresh, cluster)
  if (durable) await sync(dataDir)
  return password
}

/** Sets a new password. It does not need the old one, so a lost password file is no problem. */
async function setPassword(site: Site, cluster: string): Promise<string> {
  const password = randomBytes(24).toString('base64url')
  await runSingleUser(site, cluster, `ALTER ROLE ${NAME} PASSWORD '${password}'`)
  await writeFile(passwordFile(site.dataDir), `${password}\n`, { mode: 0o600, flush: site.durable })
  return password
}

function passwordFile(dataDir: string): string {
  return join(dataDir, 'postgres.password')
}

/** Runs one statement in PostgreSQL's single-user mode, which needs no server and no password. */
async function runSingleUser(site: Site, cluster: string, statement: string): Promise<void> {
  const args = ['--single', '-D', pathFromWithin(cluster, site.account), '-c', 'exit_on_error=on']
  if (!site.durable) args.push('-c', 'fsync=off')
  const { code, output } = await run(site.binaries.program('postgres'), [...args, 'postgres'], {
    account: site.account,
    cwd: cluster,
    input: `${statement}\n`,
  })
  if (code !== 0) throw new EmbeddedPostgresError(`PostgreSQL can't open ${cluster}:\n${output}`)
}

function missing(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error
}

/** Retries for a while: an initdb whose parent was killed may still be writing. */
function remove(dir: string): Promise<void> {
  return rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 })
}

async function sync(dir: string): Promise<void> {
  if (process.platform === 'win32') return // can't open a directory
  const handle = await open(dir)
  await handle.sync().finally(() => handle.close())
}
