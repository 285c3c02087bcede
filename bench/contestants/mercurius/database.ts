import pg from 'pg'
import { databaseUrl, poolSize } from '../environment.js'

// biome-ignore lint/suspicious/noExplicitAny: the statements determine the rows
export type Row = any
/** One prepared statement. */
export type Ask = (name: string, text: string, values: unknown[]) => Promise<Row[]>

const pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize })
const enums = await pool.query<{ typarray: number }>(`select typarray::int from pg_type where typtype = 'e'`)
const textArray = pg.types.getTypeParser(1009 as never)
for (const { typarray } of enums.rows) pg.types.setTypeParser(typarray as never, textArray)

export const read: Ask = async (name, text, values) => (await pool.query({ name, text, values })).rows

export async function transact<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await work(async (name, text, values) => (await client.query({ name, text, values })).rows)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

const viewers = new Map<string, string>()

/** The user's id for a sign-in's subject, cached. */
export async function viewerOf(subject: string): Promise<string> {
  let viewer = viewers.get(subject)
  if (viewer === undefined) {
    const [row] = await read('subject', 'select id from "user" where subject = $1', [subject])
    viewer = String(row?.id)
    viewers.set(subject, viewer)
  }
  return viewer
}
