import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../lib/errorCode.js'
import { packageRoot } from '../lib/packageRoot.js'

/** One folder of prisma/migrations. */
export interface Migration {
  name: string
  /** The text of `migration.sql`, which Prisma applies and checksums are made of. */
  sql: string
  checksum: string
  /**
   * Statements that run one by one without a transaction, so that a live server is not blocked: those of `online.sql`,
   * or of a `migration.sql` that uses CONCURRENTLY. Each of them can be run again. Undefined if `sql` runs in one
   * transaction.
   */
  steps?: readonly string[]
}

export const MIGRATIONS_DIR = join(packageRoot(), 'prisma', 'migrations')

/** In the order in which they are applied. */
export async function readMigrations(dir: string): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(names.sort().map((name) => readMigration(dir, name)))
}

async function readMigration(dir: string, name: string): Promise<Migration> {
  const sql = await readFile(join(dir, name, 'migration.sql'), 'utf8')
  const online = await readFile(join(dir, name, 'online.sql'), 'utf8').catch((error) => {
    if (errorCode(error) !== 'ENOENT') throw error
    return isConcurrent(sql) ? sql : undefined
  })
  return {
    name,
    sql,
    checksum: createHash('sha256').update(sql).digest('hex'),
    ...(online !== undefined && { steps: statementsOf(online) }),
  }
}

/** Whether a statement uses CONCURRENTLY, which PostgreSQL allows only without a transaction. */
export const isConcurrent = (statement: string) => /\bconcurrently\b/i.test(withoutComments(statement))

/** The index that a statement builds concurrently. Undefined if it builds none. */
export function indexBuiltBy(statement: string): string | undefined {
  const words = withoutComments(statement).trim().split(/\s+/)
  const lower = words.map((word) => word.toLowerCase())
  const at = lower.indexOf('concurrently')
  if (lower[0] !== 'create' || lower[at - 1] !== 'index') return undefined
  const name = words[at + 1 + (lower[at + 1] === 'if' ? IF_NOT_EXISTS.length : 0)]
  return name?.replaceAll('"', '')
}

const IF_NOT_EXISTS = ['if', 'not', 'exists']

/** A statement ends with a semicolon at the end of a line. */
const statementsOf = (sql: string) =>
  withoutComments(sql)
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')

const withoutComments = (sql: string) => sql.replace(/^[ \t]*--.*$/gm, '')
