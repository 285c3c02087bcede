import pg from 'pg'
import { setUpSession } from '../../src/database/database.js'
import type { Statement } from './statements.js'

/** How PostgreSQL ran a statement: what it read, not how long it took. */
export interface Plan {
  text: string
  /** Tables larger than a page or two that were scanned sequentially. */
  scanned: string[]
  /** Indexes that were used. */
  indexes: string[]
  /** Rows read from tables and indexes, including those that a condition excluded. */
  rowsRead: number
  /** Pages of 8 kB. */
  pagesRead: number
  /** Rows that were sorted. */
  rowsSorted: number
}

const SMALL_TABLE = 100

export interface Node {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  'Shared Hit Blocks': number
  'Shared Read Blocks': number
  Plans?: Node[]
}

const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): unknown } }).utils

/**
 * Statements that search for rows. Not BEGIN and the like, and not a write that would fail if it
 * ran again.
 */
const looks = ({ text }: Statement) =>
  /^\s*(select|with|update|delete)\b/i.test(text) && !/insert into|1 \/ count/.test(text)

/**
 * Runs statements again with a generic plan, as a server does, and returns how each was run. Their
 * writes are rolled back.
 */
export async function plansOf(url: string, statements: readonly Statement[]): Promise<Plan[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await setUpSession(client)
  try {
    const plans: Plan[] = []
    await client.query('begin')
    for (const { text, values } of statements.filter(looks)) {
      await client.query(`prepare asked as ${text}`)
      const given = values.map(literal).join(', ')
      const explain = `explain (analyze, buffers, format json) execute asked ${given && `(${given})`}`
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(explain)
      const root = rows[0]?.['QUERY PLAN'][0].Plan
      if (root) plans.push(planOf(text, root))
      await client.query('deallocate asked')
    }
    await client.query('rollback')
    return plans
  } finally {
    await client.end()
  }
}

function literal(value: unknown): string {
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`
  const prepared = prepareValue(value)
  return prepared === null ? 'null' : pg.escapeLiteral(String(prepared))
}

export function planOf(text: string, root: Node): Plan {
  const nodes = nodesOf(root)
  const reads = nodes.filter((node) => node['Relation Name'] !== undefined && /Scan$/.test(node['Node Type']))
  return {
    text,
    scanned: reads
      .filter((node) => node['Node Type'] === 'Seq Scan' && rowsOf(node) > SMALL_TABLE)
      .map((node) => node['Relation Name'] ?? ''),
    indexes: nodes.flatMap((node) => node['Index Name'] ?? []),
    rowsRead: sum(reads.map(rowsOf)),
    pagesRead: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
    rowsSorted: sum(
      nodes.filter((node) => /Sort$/.test(node['Node Type'])).flatMap(({ Plans = [] }) => Plans.map(rowsOut)),
    ),
  }
}

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]
const rowsOut = (node: Node) => Math.round(node['Actual Rows'] * node['Actual Loops'])
const rowsOf = (node: Node) =>
  rowsOut(node) +
  ((node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)) *
    node['Actual Loops']
const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)
