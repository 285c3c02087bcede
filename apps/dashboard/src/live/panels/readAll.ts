import type { Page } from './usePages.js'

/** The most rows in one page. */
const SIZE = 100

/**
 * Reads a whole list, page by page.
 * @param onProgress gets the number of rows that were read by now
 */
export async function readAll<Row>(
  read: (args: { first: number; after?: string }) => Promise<Pick<Page<Row>, 'nodes' | 'pageInfo'> | null>,
  onProgress: (count: number) => void,
): Promise<Row[]> {
  const rows: Row[] = []
  let after: string | null = null
  do {
    const page: Pick<Page<Row>, 'nodes' | 'pageInfo'> | null = await read({
      first: SIZE,
      ...(after === null ? {} : { after }),
    })
    if (!page) break
    rows.push(...page.nodes)
    onProgress(rows.length)
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  } while (after !== null)
  return rows
}
