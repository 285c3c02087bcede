import pg from 'pg'
import sql, { type Sql } from 'sql-template-tag'
import { closeDeadConnections } from './deadConnections.js'
import { runPrepared, type Shapes } from './preparedQuery.js'
import { openReadLanes } from './readLanes.js'
import { onWriteRefused, READ_ONLY } from './readOnly.js'
import { renewalOf } from './renewal.js'
import { askedStatementName, ownStatementName } from './statementNames.js'
import { openTurns, type Turns } from './turns.js'
import { enumArray, timestamp } from './values.js'
import { type DatabaseWatch, watchDatabase } from './watch.js'

/** The driver's own, from before `parseValues`. */
const anyTimestamp = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ)

/** An id, or the subquery that tells it: so what is to be found and read takes one round trip. */
export type IdSql = string | Sql

/** Anything that runs one statement: the pool, or the connection of an open transaction. */
export interface Queryable {
  /** Runs one prepared statement. Rows come with the columns' names in camelCase. */
  query<Row>(statement: Sql): Promise<Row[]>
}

export interface DatabaseOptions {
  connectionString: string
  /** Connections at most. */
  poolSize: number
  /** A connection that owes an answer and brings nothing for so long is given up. */
  answerWithinMs?: number | undefined
}

export interface Database extends Queryable {
  pool: pg.Pool
  /** Turns of transactions at what many want to lock. */
  turns: Turns
  watch: DatabaseWatch
  /** Whether statements on this connection of the pool may take long. */
  bePatient(connection: pg.PoolClient, patient: boolean): void
  /** Runs one prepared statement on a connection of the pool, as `query` does on any. */
  queryOn<Row>(connection: pg.PoolClient, statement: Sql): Promise<Row[]>
  /**
   * Runs one short statement that changes nothing and waits for no lock, and is prepared once it is asked often:
   * its text may be a client's making. Rows come as bare cells.
   */
  read(text: string, values: unknown[]): Promise<unknown[][]>
  close(): Promise<void>
}

/**
 * Statements are prepared by name and look a few rows up: to plan them anew takes longer than to run them. And what
 * they look up is in memory or on a disk without a head to move, so that an index is worth its while.
 */
const PLANNING = { plan_cache_mode: 'force_generic_plan', random_page_cost: '1.1' }
/**
 * A client waits for 5 s. A lock that isn't had long before is held by somebody who has forgotten it: whoever waits
 * for it gives its connection back.
 */
const LIMITS = {
  statement_timeout: '4s',
  lock_timeout: '2500ms',
  idle_in_transaction_session_timeout: '10s',
}
const SESSION = { ...PLANNING, ...LIMITS }
const SET_UP = Object.entries(SESSION)
  .map(([name, value]) => `set_config('${name}', '${value}', false)`)
  .join(', ')
/** Above the statements' own limit, which breaks off whatever PostgreSQL is still there to break off. */
const ANSWER_WITHIN_MS = 4_200
/** Also the longest wait for a connection of the pool. */
const CONNECT_TIMEOUT_MS = 4_500
/** Of the pool's size so many connections carry reads, where it isn't too small to give them away. */
const READ_LANES = 2
const POOL_WITH_LANES = 5

/**
 * Opens the one pool that operations and Prisma share.
 * @throws where the server can't be reached or refuses the credentials
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { connectionString, poolSize, answerWithinMs = ANSWER_WITHIN_MS } = options
  const lanes = poolSize < POOL_WITH_LANES ? 0 : READ_LANES
  const connection = {
    connectionString,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'guildhall',
  }
  const deadConnections = closeDeadConnections(answerWithinMs)
  const pool = new pg.Pool({ ...connection, max: poolSize - lanes, pipeline: true })
  const renewal = renewalOf(pool)
  let watch: DatabaseWatch | undefined
  const begin = (opened: pg.ClientBase) => {
    deadConnections.watch(opened)
    onWriteRefused(opened, () => {
      renewal.retire(opened)
      watch?.doubt()
    })
    setUpSession(opened).then(
      ({ readOnly }) => readOnly && watch?.doubt(),
      () => {},
    )
  }
  // A connection that dies is replaced at the next use; without a listener its error would end the process.
  pool.on('error', () => {})
  pool.on('connect', (connection) => {
    connection.on('error', () => {})
    begin(connection)
  })
  try {
    await parseValues(pool)
  } catch (error) {
    await pool.end()
    deadConnections.stop()
    throw error
  }
  const shapes: Shapes = new Map()
  const reads = openReadLanes(connection, lanes, shapes, begin)
  watch = watchDatabase({
    connection,
    onWritableAgain() {
      renewal.retireAll()
      reads.renew()
    },
  })
  const run = <Row>(target: pg.Pool | pg.PoolClient, { text, values }: Sql) =>
    runPrepared(target, { name: ownStatementName(text), text, values }, shapes, 'named') as Promise<Row[]>
  const read = (text: string, values: unknown[]) => {
    const prepared = { name: askedStatementName(text), text, values }
    const ahead = reads.read(prepared)
    return ahead ?? (runPrepared(pool, prepared, shapes, 'cells') as Promise<unknown[][]>)
  }
  return {
    pool,
    turns: openTurns(poolSize - lanes, async (thing) => {
      const { text, values } = sql`select ${thing}`
      const [row] = await read(text, values)
      return (row?.[0] ?? null) as string | null
    }),
    query: (statement) => run(pool, statement),
    queryOn: run,
    read,
    watch,
    bePatient: deadConnections.bePatient,
    async close() {
      await watch?.stop()
      await reads.close()
      await pool.end()
      deadConnections.stop()
    },
  }
}

/**
 * Sets a new connection's session up, ahead of whatever is asked of it: what is sent first is run first. Not as it
 * connects, for poolers refuse settings there.
 * @returns whether it leads to a server that takes no writes
 * @throws where the connection is lost
 */
export async function setUpSession(connection: pg.ClientBase): Promise<{ readOnly: boolean }> {
  const { rows } = await connection.query<{ readOnly: boolean }>(
    `select ${SET_UP}, ${READ_ONLY} as "readOnly"`,
  )
  return { readOnly: rows[0]?.readOnly ?? false }
}

/** The driver knows no array types of our own enums and would hand them on as '{USER,ADMIN}'. */
async function parseValues(pool: pg.Pool): Promise<void> {
  const enums = await pool.query<{ typarray: number }>(
    `select typarray::int from pg_type where typtype = 'e'`,
  )
  const textArray = pg.types.getTypeParser(1009 as never)
  for (const { typarray } of enums.rows) pg.types.setTypeParser(typarray as never, enumArray(textArray))
  pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, timestamp(anyTimestamp))
}
