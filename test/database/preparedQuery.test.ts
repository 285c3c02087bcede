import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Prepared, runPrepared, type Shapes } from '../../src/database/preparedQuery.js'
import { createDatabase, type TestDatabase } from '../support/database.js'

describe('a prepared statement', () => {
  let database: TestDatabase
  let pool: pg.Pool
  beforeAll(async () => {
    database = await createDatabase()
    pool = new pg.Pool({ connectionString: database.url, max: 1 })
  })
  afterAll(() => pool.end().then(database.drop))

  /** Opens a connection, and counts how often it asks for a description of rows. */
  async function connect() {
    const client = new pg.Client({ connectionString: database.url, pipeline: true })
    await client.connect()
    onTestFinished(() => client.end())
    const counter = { descriptions: 0 }
    const { connection } = client as unknown as { connection: NodeJS.EventEmitter }
    connection.on('rowDescription', () => counter.descriptions++)
    return { client, told: counter }
  }

  const numbers = (to: number): Prepared => ({
    name: 'numbers',
    text: `select n as a_number, 'x' || n as its_text, null::int as none, now() as at from generate_series(1, $1::int) n`,
    values: [to],
  })

  it('asks for the description of its rows once, on whatever connection and in whatever form', async () => {
    const shapes: Shapes = new Map()
    const [one, other] = [await connect(), await connect()]
    const first = await runPrepared(one.client, numbers(2), shapes, 'named')
    const at = expect.any(Date)
    expect(first).toEqual([
      { aNumber: 1, itsText: 'x1', none: null, at },
      { aNumber: 2, itsText: 'x2', none: null, at },
    ])
    for (const { client } of [one, other, one]) {
      expect(await runPrepared(client, numbers(1), shapes, 'named')).toEqual([
        { aNumber: 1, itsText: 'x1', none: null, at },
      ])
      expect(await runPrepared(client, numbers(1), shapes, 'cells')).toEqual([[1, 'x1', null, at]])
    }
    expect(one.told.descriptions + other.told.descriptions).toBe(1)
  })

  it('answers many queries at once, each with its own rows', async () => {
    const shapes: Shapes = new Map()
    const { client } = await connect()
    const counts = Array.from({ length: 20 }, (_, index) => index)
    const answers = await Promise.all(counts.map((to) => runPrepared(client, numbers(to), shapes, 'cells')))
    expect(answers.map(({ length }) => length)).toEqual(counts)
  })

  it('without rows asks for no description', async () => {
    const shapes: Shapes = new Map()
    const { client } = await connect()
    await client.query('create temporary table thing (id int primary key)')
    const insert = (id: number) => ({ name: 'insert', text: 'insert into thing values ($1)', values: [id] })
    expect(await runPrepared(client, insert(1), shapes, 'named')).toEqual([])
    expect(shapes.get('insert')).toEqual([])
    expect(await runPrepared(client, insert(2), shapes, 'named')).toEqual([])
    await expect(runPrepared(client, insert(2), shapes, 'named')).rejects.toMatchObject({ code: '23505' })
    expect(await runPrepared(client, insert(3), shapes, 'named')).toEqual([])
  })

  it('that fails, or returns an unreadable value, fails alone', async () => {
    const shapes: Shapes = new Map()
    const { client } = await connect()
    const divide = (by: number) => ({ name: 'divide', text: 'select 1 / $1::int as part', values: [by] })
    const answers = await Promise.allSettled(
      [1, 0, 1].map((by) => runPrepared(client, divide(by), shapes, 'named')),
    )
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const unreadable = { name: 'json', text: 'select $1::text as value', values: ['{'] }
    await runPrepared(client, unreadable, shapes, 'named')
    shapes.set('json', [{ name: 'value', parse: JSON.parse }])
    await expect(runPrepared(client, unreadable, shapes, 'named')).rejects.toThrow(SyntaxError)
    expect(await runPrepared(client, divide(1), shapes, 'named')).toEqual([{ part: 1 }])
  })

  it('without a name asks for the description each time, and works on a pooled connection too', async () => {
    const shapes: Shapes = new Map()
    const unnamed = (column: string) => ({ name: undefined, text: `select 1 as ${column}`, values: [] })
    expect(await runPrepared(pool, unnamed('one'), shapes, 'named')).toEqual([{ one: 1 }])
    expect(await runPrepared(pool, unnamed('other'), shapes, 'named')).toEqual([{ other: 1 }])
    expect(await runPrepared(pool, numbers(1), shapes, 'cells')).toHaveLength(1)
    expect(pool.idleCount).toBe(1)
  })
})
