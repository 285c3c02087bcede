import type pg from 'pg'

/** The one row of a statement without parameters. */
export async function rowOf<Row extends pg.QueryResultRow>(
  client: pg.Client,
  statement: string,
): Promise<Row> {
  const { rows } = await client.query<Row>(statement)
  if (!rows[0]) throw new Error('a statement returned no row')
  return rows[0]
}
