import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.js'
import type { Binaries } from './binaries.js'
import { errorCode } from './errorCode.js'
import { EmbeddedPostgresError } from './errors.js'
import { run } from './program.js'

/** Database and superuser of the embedded PostgreSQL. */
export const NAME = 'guildhall'

/** Where PostgreSQL runs: its programs, as whom, on which files. */
export interface Site {
  dataDir: string
  binaries: Binaries
  account: Account | undefined
  /** False skips every wait for the disk. */
  durable: boolean
  /** That are to be possible at once. */
  connections: number
}

/** The cluster's folder in a data directory. */
export function clusterDir(dataDir: string): string {
  return join(dataDir, 'postgres')
}

/**
 * How to name the cluster to PostgreSQL, which runs with it as working directory. Root's data directory may lie
 * behind a closed one (/root, or itself): a process can't walk there under another account, but it can be put there.
 */
export function pathFromWithin(cluster: string, account: Account | undefined): string {
  return account ? '/proc/self/cwd' : cluster
}

/**
 * Makes the cluster where there is none yet. It appears by renaming, whole, so that a kill in between leaves
 * only rubbish, cleared away here. Needs the data directory's lock.
 *
 * @returns the superuser's password, kept beside it for whoever may read the data directory.
 * @throws EmbeddedPostgresError where there is something else, or a cluster of another version.
 */
export async function ensureCluster(site: Site): Promise<string> {
  const { dataDir, binaries } = site
  const cluster = clusterDir(dataDir)
  for (const name of await readdir(dataDir))
    if (name.startsWith('postgres.new-')) await remove(join(dataDir, name))

  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(missing)
  if (version === undefined) return makeCluster(site, cluster)
  if (Number(version) !== binaries.major)
    throw new EmbeddedPostgresError(
      `${cluster} belongs to PostgreSQL ${version.trim()}, and this is ${binaries.major}. ` +
        'Dump it with the old version and restore it into a new DATA_DIR.',
    )
  await closeToOthers(cluster)
  const password = await readFile(passwordFile(dataDir), 'utf8').catch(missing)
  return password?.trim() || setPassword(site, cluster)
}

/** PostgreSQL runs on no directory that others may write, as a backup or `chmod -R g+w` can leave it. */
async function closeToOthers(cluster: string): Promise<void> {
  const { mode } = await stat(cluster)
  // Where it isn't ours to close, PostgreSQL says so.
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
  // PostgreSQL's own collation: one order everywhere, whatever the system's C library or ICU thinks.
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
  await runAlone(site, fresh, `CREATE DATABASE ${NAME}`)
  const password = await setPassword(site, fresh)
  await rename(fresh, cluster)
  if (durable) await sync(dataDir)
  return password
}

/** Without the old one, so that a lost password file is no lost database. */
async function setPassword(site: Site, cluster: string): Promise<string> {
  const password = randomBytes(24).toString('base64url')
  await runAlone(site, cluster, `ALTER ROLE ${NAME} PASSWORD '${password}'`)
  await writeFile(passwordFile(site.dataDir), `${password}\n`, { mode: 0o600, flush: site.durable })
  return password
}

function passwordFile(dataDir: string): string {
  return join(dataDir, 'postgres.password')
}

/** One statement in PostgreSQL's single-user mode, which needs neither a server nor a password. */
async function runAlone(site: Site, cluster: string, statement: string): Promise<void> {
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

/** Again and again for a while: an initdb whose parent was killed may still be writing. */
function remove(dir: string): Promise<void> {
  return rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 })
}

async function sync(dir: string): Promise<void> {
  if (process.platform === 'win32') return // can't open a directory
  const handle = await open(dir)
  await handle.sync().finally(() => handle.close())
}
