import pg from 'pg'

/** A statement to run. With a name it is prepared, without one it is planned each time. */
export interface Prepared {
  name: string | undefined
  text: string
  values: unknown[]
}

/** The columns of statements, by the statements' names. They are learnt at the first run. */
export type Shapes = Map<string, readonly Column[]>

interface Column {
  /** In camelCase. */
  name: string
  parse(text: string): unknown
}

/** Rows as arrays of values, or as objects by the columns' names in camelCase. */
export type RowForm = 'cells' | 'named'

/** The part of the driver's connection that a query uses. */
interface Connection {
  describe(portal: unknown): void
}

/** The driver's query with the methods by which its client passes on what arrives. Its types leave them out. */
const DriverQuery = pg.Query as unknown as new (
  text: string,
) => {
  name: string | undefined
  values: unknown[]
  /** The error of a value that can't be parsed. The callback gets it when the query is over. */
  _canceledDueToError: unknown
  submit(connection: Connection): Error | null
  handleCommandComplete(message: unknown, connection: Connection): void
}

/**
 * A statement whose columns PostgreSQL describes at the first run only, because a description takes as long as a short
 * read. The columns of a prepared statement can't change: PostgreSQL would refuse to run it.
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
 * @param shapes the columns of all statements that were run on this database
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

/** The same connection, but without asking for a description. */
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
