import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import {
  type KeysetOrder,
  type KeysetSlice,
  limitOfSlice,
  orderOfSlice,
  withinSlice,
} from '../core/keyset.js'
import { foldName, MAX_NAME_UNITS } from '../core/orgName.js'
import {
  countOfSearch,
  hasAllWords,
  lookedUp,
  pageOfSearch,
  type SearchedList,
  withWords,
} from '../core/search.js'
import { likeText, withoutNul } from '../core/searchText.js'

/** No org has a name of more words. */
const MAX_WORDS = 20

/** Splits a search for orgs into words, folded like the names. @returns null if nothing can be found */
export function wordsOfNames(search: string): string[] | null {
  if (search.length > MAX_NAME_UNITS) return null
  const words = new Set(foldName(withoutNul(search)).split(/\s+/u).filter(Boolean))
  return words.size > MAX_WORDS ? null : [...words]
}

const newestFirst: KeysetOrder = { field: 'createdAt', direction: 'desc' }
const all = { take: 0, backward: false, after: null, before: null }

/** Finds orgs among all by words of their names, at most `take`. Returns their ids. */
export function findOrgs(
  db: Queryable,
  words: readonly string[],
  slice: KeysetSlice,
): Promise<Array<{ id: string }>> {
  const by = orderOfSlice(newestFirst, slice)
  return db.query(sql`
    ${withNames(words)}
    select id from (${pageOfSearch(
      everyOrg,
      (from, found) => sql`
        select id, created_at from (${walk(from, found, slice)}) org order by ${by} ${limitOfSlice(slice)}
      `,
    )}) page
    order by ${by}
  `)
}

/** Counts the orgs whose names have all the words. */
export async function countFoundOrgs(db: Queryable, words: readonly string[]): Promise<number> {
  const [counted] = await db.query<{ count: number }>(sql`
    ${withNames(words)}
    select count from (${countOfSearch(everyOrg, (from, found) => walk(from, found, all))}) counted
  `)
  return counted?.count ?? 0
}

const withNames = (words: readonly string[]): Sql =>
  withWords(
    sql`select ${words.map((word) => `%${likeText(word)}%`)}::text[] as patterns, ${words.join(' ')} as folded`,
  )

const named = hasAllWords(sql`name_key`)

/** The names of all orgs are in one index, so their grams are not of an org. */
const gramsOf = (text: Sql): Sql => sql`search_grams('00000000-0000-0000-0000-000000000000', ${text})`

const everyOrg: SearchedList = {
  searched: true,
  table: 'org',
  within: sql`true`,
  indexed: gramsOf(sql`name_key`),
  grams: gramsOf(lookedUp),
  order: sql`created_at desc, id desc`,
  matches: sql`and ${named}`,
}

/** Reads the orgs in the list's order. `offset 0` forces the index of this order, as a page soon has enough of them. */
const walk = (from: Sql, found: boolean, slice: KeysetSlice): Sql => sql`
  select id, created_at from (
    select * from ${from} where true ${withinSlice(newestFirst, slice)}
    order by ${orderOfSlice(newestFirst, slice)} offset 0
  ) org
  where ${found ? sql`true` : named}
`
