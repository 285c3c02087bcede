import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { accountFor } from '../../packages/embedded-postgres/src/account.js'
import { findBinaries } from '../../packages/embedded-postgres/src/binaries.js'
import { clusterDir } from '../../packages/embedded-postgres/src/cluster.js'
import { lockDirectory } from '../../packages/embedded-postgres/src/directoryLock.js'
import { startEmbeddedPostgres } from '../../packages/embedded-postgres/src/embedded.js'
import { DataDirInUseError } from '../../packages/embedded-postgres/src/errors.js'
import { stopOrphan } from '../../packages/embedded-postgres/src/orphan.js'
import { errorCode } from '../../src/lib/errorCode.js'
import { bootSteps } from './bootSteps.js'
import { cleanUpAfterCrash } from './cleanUpAfterCrash.js'
import { log } from './log.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's own PostgreSQL: its superuser's URL and the template of all databases. */
    postgres: { url: string; template: string }
  }
}

const PREFIX = 'guildhall-test-'
const TEMPLATE = 'template_guildhall'

/** Starts one temporary PostgreSQL for the whole run, which is cleaned up however the run ends. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandoned()
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX))
  const clearedUp = cleanUpAfterCrash(dataDir)
  const postgres = await startEmbeddedPostgres({ dataDir, log, durable: false })
  await makeTemplate(postgres.connectionString)
  project.provide('postgres', { url: postgres.connectionString, template: TEMPLATE })
  return async () => {
    await postgres.stop()
    await rm(dataDir, { recursive: true })
    clearedUp()
  }
}

async function makeTemplate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`CREATE DATABASE ${TEMPLATE}`)
  const template = new URL(url)
  template.pathname = TEMPLATE
  for (const step of bootSteps) await step(template.href)
  // PostgreSQL cannot copy a database that has a session, so nobody may connect to it.
  await client.query(`ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`)
  await client.end()
}

/** Deletes what earlier runs left that were killed together with their clean-up shell. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const dataDir = join(tmpdir(), name)
    if (!name.startsWith(PREFIX) || !(await mayBeAbandoned(dataDir))) continue
    try {
      const lock = await lockDirectory(dataDir)
      const account = accountFor(clusterDir(dataDir))
      const site = {
        dataDir,
        account,
        binaries: await findBinaries(account, dataDir),
        durable: false,
        connections: 0,
      }
      await stopOrphan(site, log)
      await lock.release()
      await rm(dataDir, { recursive: true })
    } catch (error) {
      if (!(error instanceof DataDirInUseError)) throw error
    }
  }
}

/** Whether a data directory is from these tests and not just being created by another run. */
async function mayBeAbandoned(dataDir: string): Promise<boolean> {
  try {
    const { uid, mtimeMs } = await stat(dataDir)
    return Date.now() - mtimeMs > 30_000 && (process.getuid === undefined || process.getuid() === uid)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}
