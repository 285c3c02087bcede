import type { Answer, Client } from '../support/testServer.js'

/** A list of the schema and how to ask for it. */
export interface List {
  name: string
  /** The document around the list. `%` stands for the list with its arguments and selection. */
  around: string
  variables: Record<string, unknown>
  field: string
  /** Arguments in addition to those for the page. */
  args?: string
  /** The field that identifies a node. */
  key?: string
  counted?: boolean
}

export interface PageRead {
  keys: string[]
  cursors: string[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
  totalCount?: number
}

/** Asks for one page. The arguments are GraphQL text. */
export async function askPage(client: Client, list: List, page: string): Promise<Answer> {
  const { field, args = '', key = 'id', counted = true } = list
  const selection = `${field}(${page} ${args}) {
    edges { cursor node { ${key} } } nodes { ${key} } ${counted ? 'totalCount' : ''}
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }`
  return client.ask(list.around.replace('%', selection), list.variables)
}

export async function readPage(client: Client, list: List, page: string): Promise<PageRead> {
  const { data, errors } = await askPage(client, list, page)
  if (!data) throw new Error(JSON.stringify(errors))
  const connection = find(data, list.field)
  const { key = 'id' } = list
  return {
    keys: connection.edges.map(({ node }: { node: Record<string, unknown> }) => String(node[key])),
    cursors: connection.edges.map(({ cursor }: { cursor: string }) => cursor),
    pageInfo: connection.pageInfo,
    totalCount: connection.totalCount,
  }
}

/** Reads a whole list page by page: forwards from its start, or backwards from its end. */
export async function walk(
  client: Client,
  list: List,
  size: number,
  direction: 'forward' | 'backward' = 'forward',
  between: () => Promise<unknown> = async () => {},
): Promise<string[]> {
  const found: string[] = []
  for (let at: string | null = null; ; ) {
    const page: PageRead = await readPage(
      client,
      list,
      direction === 'forward'
        ? `first: ${size} ${at ? `after: "${at}"` : ''}`
        : `last: ${size} ${at ? `before: "${at}"` : ''}`,
    )
    const { pageInfo, keys } = page
    if (direction === 'forward') found.push(...keys)
    else found.unshift(...keys)
    if (!(direction === 'forward' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return found
    at = direction === 'forward' ? pageInfo.endCursor : pageInfo.startCursor
    await between()
  }
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into, and a wrong path fails the test
function find(data: any, field: string): any {
  if (data === null || typeof data !== 'object') return undefined
  if (field in data) return data[field]
  for (const inner of Object.values(data)) {
    const found = find(inner, field)
    if (found !== undefined) return found
  }
  return undefined
}
