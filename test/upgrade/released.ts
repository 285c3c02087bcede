import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { createDatabase, type TestDatabase } from '../support/database.js'

interface Person {
  id: string
  subject: string
  email: string
  name: string
}

/** What `record.mjs` wrote down of the released version. */
interface Released {
  commit: string
  recordedAt: string
  jwtSecret: string
  instanceToken: string
  people: Record<'Ada' | 'Ben' | 'Cleo' | 'Drew' | 'Eve' | 'Finn', Person>
  orgId: string
  otherOrgId: string
  apiToken: string
  revokedApiToken: string
  links: Record<'drew' | 'finn', { id: string; token: string }>
  mailedInviteId: string
  cursors: { org: string; inbox: string }
  lastSeq: number
  queries: {
    as: keyof Released['people']
    name: string
    document: string
    variables: Record<string, unknown>
    data: unknown
  }[]
}

export interface Statement {
  text: string
  values: (string | null)[]
}

const read = (file: string) => readFileSync(join(import.meta.dirname, file), 'utf8')

export const released = JSON.parse(read('released.json')) as Released

/** How long ago the database was recorded, in ms. All times are moved by it, as if it had been a moment ago. */
const AGE_MS = Date.now() - Date.parse(released.recordedAt)

const moved = (time: string) => new Date(Date.parse(time) + AGE_MS).toISOString()

/** A recorded answer, with its times moved. */
export const movedAnswer = <T>(value: T): T =>
  JSON.parse(JSON.stringify(value).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, moved))

/** The statements of the released version, a list for each transaction. */
export const transactions = (JSON.parse(read('statements.json')) as Statement[][]).map((statements) =>
  statements.map(({ text, values }) => ({
    text,
    values: values.map((value) =>
      value !== null && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/.test(value) ? moved(value) : value,
    ),
  })),
)

/** A database as the released version left it. */
export async function restoreReleased(): Promise<TestDatabase> {
  const database = await createDatabase({ empty: true })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(read('released.sql'))
  await client.query(`
    set session_replication_role = replica;
    do $$
    declare place record;
    begin
      for place in
        select table_schema, table_name, column_name from information_schema.columns join information_schema.tables
          using (table_schema, table_name)
        where data_type = 'timestamp with time zone' and table_type = 'BASE TABLE'
          and table_schema in ('public', 'graphile_worker')
      loop
        execute format('update %I.%I set %I = %I + interval ''${AGE_MS} ms''',
          place.table_schema, place.table_name, place.column_name, place.column_name);
      end loop;
    end $$`)
  await client.end()
  return database
}
