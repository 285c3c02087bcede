import pg from 'pg'

/** A statement to run, prepared under its name; unnamed it is planned anew. */
export interface Prepared {
  name: string | undefined
  text: string
  values: unknown[]
}

/** What the rows of statements are made of, by the statements' names, as their first run was described. */
export type Shapes = Map<string, readonly Column[]>

interface Column {
  /** In camelCase. */
  name: string
  parse(text: string): unknown
}

/** Rows as bare cells, or as objects by the columns' names in camelCase. */
export type RowForm = 'cells' | 'named'

/** What the driver's query knows of the connection that it is sent on. */
interface Connection {
  describe(portal: unknown): void
}

/** The driver's query with the methods by which its client hands on what arrives; its types leave them out. */
const DriverQuery = pg.Query as unknown as new (
  text: string,
) => {
  name: string | undefined
  values: unknown[]
  /** Of a value that couldn't be parsed: given to the callback once the query is over. */
  _canceledDueToError: unknown
  submit(connection: Connection): Error | null
  handleCommandComplete(message: unknown, connection: Connection): void
}

/**
 * A statement that has its rows described at its first run and not again: a description takes PostgreSQL and this
 * process about as long as a short read does. What would change the shape of a prepared statement's rows makes
 * PostgreSQL refuse to run it.
 */
class PreparedQuery extends DriverQuery {
  readonly answer: unknown[] = []
  #columns: readonly Column[] | undefined

  constructor(
    { name, text, values }: Prepared,
    private readonly shapes: Shapes,
    private readonly form: RowForm,
  ) {
    super(text)
    this.name = name
    this.values = values
    this.#columns = name === undefined ? undefined : shapes.get(name)
  }

  override submit(connection: Connection): Error | null {
    return super.submit(this.#columns ? withoutDescription(connection) : connection)
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#know(
      fields.map(({ name, dataTypeID }) => ({
        name: camelCased(name),
        parse: pg.types.getTypeParser(dataTypeID, 'text') as Column['parse'],
      })),
    )
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    try {
      this.answer.push(this.form === 'cells' ? this.#cells(fields) : this.#named(fields))
    } catch (error) {
      this._canceledDueToError ||= error
    }
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (!this.#columns) this.#know([])
    super.handleCommandComplete(message, connection)
  }

  #know(columns: readonly Column[]): void {
    this.#columns = columns
    if (this.name !== undefined) this.shapes.set(this.name, columns)
  }

  #cells(texts: readonly (string | null)[]): unknown[] {
    const columns = this.#columns as readonly Column[]
    const row = new Array(texts.length)
    for (let index = 0; index < texts.length; index++) {
      const text = texts[index] as string | null
      row[index] = text === null ? null : (columns[index] as Column).parse(text)
    }
    return row
  }

  #named(texts: readonly (string | null)[]): Record<string, unknown> {
    const columns = this.#columns as readonly Column[]
    const row: Record<string, unknown> = {}
    for (let index = 0; index < texts.length; index++) {
      const { name, parse } = columns[index] as Column
      const text = texts[index] as string | null
      row[name] = text === null ? null : parse(text)
    }
    return row
  }
}

/**
 * Runs a statement on a connection, or on one of a pool's.
 * @param shapes of this database: one for all connections to it
 * @throws the database's error
 */
export function runPrepared(
  target: pg.Pool | pg.ClientBase,
  prepared: Prepared,
  shapes: Shapes,
  form: RowForm,
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const query = new PreparedQuery(prepared, shapes, form)
    const callback = (error?: Error | null) => (error ? reject(error) : resolve(query.answer))
    ;(target.query as (...args: unknown[]) => unknown).call(target, query, undefined, callback)
  })
}

const silent = new WeakMap<Connection, Connection>()

/** The same connection, which is asked for no description. */
function withoutDescription(connection: Connection): Connection {
  let one = silent.get(connection)
  if (!one) {
    one = Object.create(connection, { describe: { value: () => {} } }) as Connection
    silent.set(connection, one)
  }
  return one
}

const camelCased = (column: string) =>
  column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
