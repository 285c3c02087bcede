import pg from 'pg'
import type { Sql } from 'sql-template-tag'

/** Anything that runs one statement: the pool, or the connection of an open transaction. */
export interface Queryable {
  /** Runs one prepared statement. Rows come with the columns' names in camelCase. */
  query<Row>(statement: Sql): Promise<Row[]>
}

export interface DatabaseOptions {
  connectionString: string
  /** Connections at most. */
  poolSize: number
}

export interface Database extends Queryable {
  pool: pg.Pool
  close(): Promise<void>
}

const STATEMENT_TIMEOUT_MS = 15_000
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000
const CONNECT_TIMEOUT_MS = 5_000

/**
 * Opens the one pool that operations and Prisma share.
 * @throws where the server can't be reached or refuses the credentials
 */
export async function openDatabase({ connectionString, poolSize }: DatabaseOptions): Promise<Database> {
  const pool = new pg.Pool({
    connectionString,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    application_name: 'guildhall',
  })
  // A connection that dies is replaced at the next use; without a listener its error would end the process.
  pool.on('error', () => {})
  pool.on('connect', (connection) => connection.on('error', () => {}))
  try {
    await parseEnumArrays(pool)
  } catch (error) {
    await pool.end()
    throw error
  }
  return {
    pool,
    query: (statement) => runStatement(pool, statement),
    close: () => pool.end(),
  }
}

/** The driver knows no array types of our own enums and would hand them on as '{USER,ADMIN}'. */
async function parseEnumArrays(pool: pg.Pool): Promise<void> {
  const enums = await pool.query<{ typarray: number }>(
    `select typarray::int from pg_type where typtype = 'e'`,
  )
  const textArray = pg.types.getTypeParser(1009 as never)
  for (const { typarray } of enums.rows) pg.types.setTypeParser(typarray as never, textArray)
}

/** Statements prepared by name at most; texts beyond it run unnamed, so that no text list grows without end. */
const MAX_NAMED_STATEMENTS = 500
const statementNames = new Map<string, string>()

/** The prepared statement's name for a text, or undefined once there are too many texts. */
export function statementName(text: string): string | undefined {
  let name = statementNames.get(text)
  if (name === undefined && statementNames.size < MAX_NAMED_STATEMENTS) {
    name = `guildhall_${statementNames.size}`
    statementNames.set(text, name)
  }
  return name
}

export async function runStatement<Row>(target: pg.Pool | pg.PoolClient, statement: Sql): Promise<Row[]> {
  const text = statement.text
  const name = statementName(text)
  const { rows } = await target.query<Record<string, unknown>>({
    text,
    values: statement.values,
    ...(name !== undefined && { name }),
  })
  return rows.map(camelCased) as Row[]
}

const camelNames = new Map<string, string>()

function camelCased(row: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const column in row) {
    let name = camelNames.get(column)
    if (name === undefined) {
      name = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
      camelNames.set(column, name)
    }
    result[name] = row[column]
  }
  return result
}
