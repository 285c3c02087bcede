// `npm run migrate -- dev --name add_nickname`: runs prisma migrate on a temporary PostgreSQL.

import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '@guildhall/embedded-postgres'

const silent = () => {}
const dataDir = await mkdtemp(join(tmpdir(), 'guildhall-migrate-'))
// Ctrl-C reaches the whole process group: it ends prisma. This process must first clean up.
process.on('SIGINT', silent)
try {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: { debug: silent, info: silent, warn: console.error },
    durable: false,
  })
  const cli = createRequire(import.meta.url).resolve('prisma/build/index.js')
  const prisma = spawn(process.execPath, [cli, 'migrate', ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: postgres.connectionString },
  })
  process.exitCode = await new Promise<number>((resolve) => prisma.on('close', (code) => resolve(code ?? 1)))
  await postgres.stop()
} finally {
  await rm(dataDir, { recursive: true, force: true })
}
