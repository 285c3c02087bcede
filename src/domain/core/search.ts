import sql, { empty, raw, type Sql } from 'sql-template-tag'
import type { SearchText } from './searchText.js'

/**
 * Searches in the list of an org, and in that of all orgs: docs/decisions/038-search.md. Only when the statement runs, it is
 * known how frequent a text is. So the statement has both plans. A rare text is looked up in the index of grams, and what it
 * finds is sorted. A frequent one is soon found by reading the list in its order. So is a word that is too short for the
 * index.
 */

/** A list that can be searched. The statement of an org's list has a row `org` with the org's id. */
export interface SearchedList {
  /** False: there is no search, and the list is read in its order. */
  searched: boolean
  table: 'org_user' | 'org_invite' | 'org'
  /** Which rows of the table are in the list. */
  within: Sql
  /** What the index of grams is of, and the grams of the search. */
  indexed: Sql
  grams: Sql
  /** The order of an index that has the columns for `matches`. */
  order: Sql
  /** Whether a row is found, after an `and`. */
  matches: Sql
}

/**
 * The start of the text, whose grams are enough to look up few rows: `matches` compares all of it. The cost of grams grows
 * with the square of the length, because PostgreSQL counts letters from the start of a text.
 */
export const lookedUp = sql`(select left(folded, 200) from sought)`

/** The parts of an org's list that all of them have alike. */
export const listOfOrg = {
  within: sql`org_id = org.id`,
  grams: sql`search_grams(org.id, ${lookedUp})`,
} as const

/**
 * Writes a query on rows of the list.
 * @param from the table, or those of its rows that are found already
 * @param found whether they are
 */
type RowsQuery = (from: Sql, found: boolean) => Sql

/** The rows at the start of the list that show how frequent a text is, and how many of them make it frequent. */
const SAMPLE = 300
const FREQUENT = 15
/** The most rows to sort. If more match, reading the list fills the page sooner. */
const MOST_SORTED = 4_000

/** The start of a statement that searches: what each search in it needs. */
export const withSought = (search: SearchText | null): Sql =>
  search === null
    ? empty
    : withWords(sql`select search_patterns(${search}) as patterns, fold_text(${search}) as folded`)

/** The same for words that are folded already. @param words a query for `patterns`, one for LIKE for each word, and `folded` */
export const withWords = (words: Sql): Sql => sql`
  with sought as materialized (
    select patterns, case when patterns = '{}' then '%' else patterns[1] end as first,
      cardinality(patterns) < 2 as alone, folded
    from (${words} offset 0) words
  )
`

/** Whether each word of the search is in the text. Comparing with an array takes twice as long as with one pattern. */
export const hasAllWords = (text: Sql): Sql => sql`(
  ${text} like (select first from sought)
  and ((select alone from sought) or ${text} like all ((select patterns from sought)::text[]))
)`

/** A page of the list. At most one of the two queries is run. */
export function pageOfSearch(list: SearchedList, page: RowsQuery): Sql {
  const table = raw(list.table)
  if (!list.searched) return page(table, false)
  return sql`
    with known as materialized (${known(list)}), found as materialized (
      ${foundByGrams(list)} limit ${raw(String(MOST_SORTED + 1))}
    ), plan as materialized (
      select (select frequent from known) or (select count(*) > ${raw(String(MOST_SORTED))} from found) as by_list
    )
    select * from (${page(table, false)}) listed where (select by_list from plan)
    union all
    select * from (${page(raw('found'), true)}) sorted where not (select by_list from plan)
  `
}

/** Counts what is found. */
export function countOfSearch(list: SearchedList, rows: RowsQuery): Sql {
  const count = (from: Sql, found: boolean) => sql`select count(*)::int from (${rows(from, found)}) counted`
  const table = raw(list.table)
  if (!list.searched) return sql`select (${count(table, false)}) as count`
  return sql`
    with known as materialized (${known(list)})
    select case when (select frequent from known) then (${count(table, false)})
      else (${count(sql`(${foundByGrams(list)}) found`, true)}) end as count
  `
}

/** The grams of the text, and whether it is frequent. */
const known = ({ table, within, grams, order, matches }: SearchedList): Sql => sql`
  select keys, keys = '{}' or (
    select count(*) = ${raw(String(FREQUENT))} from (
      select from (
        select * from ${raw(table)} where ${within} order by ${order} limit ${raw(String(SAMPLE))}
      ) sample
      where true ${matches} limit ${raw(String(FREQUENT))}
    ) matching
  ) as frequent
  from (select ${grams} as keys offset 0) grams
`

/** `offset 0` forces the index: PostgreSQL assumes an org of average size, whose rows it would rather read all. */
const foundByGrams = ({ table, within, indexed, matches }: SearchedList): Sql => sql`
  select * from (
    select * from ${raw(table)}
    where not (select frequent from known) and ${indexed} @> (select keys from known) offset 0
  ) candidate
  where ${within} ${matches}
`
