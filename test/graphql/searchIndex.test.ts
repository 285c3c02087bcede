import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DatabaseOptions } from '../support/database.js'
import { createOrg, join, mutate } from '../support/mutate.js'
import { openPool } from '../support/openPool.js'
import { uuidOf } from '../support/orgSnapshot.js'
import { useTestServer } from '../support/testServer.js'

const letters = fc.string({
  unit: fc.constantFrom(...'abcxyz019.-@ éÉçñßẞøŁıİΣσςάИйÇ日本語王한국กिخ\u0301\u05b0 Ǆﬃ％🎉'),
  maxLength: 30,
})

describe.each<{ database: string; options: DatabaseOptions }>([
  { database: 'of locale C', options: { locale: 'C' } },
  { database: 'of the test cluster’s own locale', options: {} },
])('in the database $database', ({ options }) => {
  const testServer = useTestServer({ database: options })
  let pool: Pool
  beforeAll(() => {
    pool = openPool(testServer.database.url)
  })
  afterAll(() => pool.end())
  const folded = async (texts: string[]): Promise<string[]> => {
    const { rows } = await pool.query(
      'select fold_text(text) as folded from unnest($1::text[]) with ordinality given(text, place) order by place',
      [texts],
    )
    return rows.map((row) => row.folded)
  }

  it('every capital of a living script is folded as its small letter', async () => {
    const capitals = Array.from({ length: 0x2000 }, (_, code) => String.fromCodePoint(code)).filter(
      (letter) => letter.toLowerCase() !== letter,
    )
    expect(capitals.length).toBeGreaterThan(500)
    expect(await folded(capitals)).toEqual(await folded(capitals.map((letter) => letter.toLowerCase())))
  })

  it.each([
    ['Škvorecký Łukasz Ødegård Þór Đặng Æsir Œuvre', 'skvorecky lukasz odegard thor dang aesir oeuvre'],
    ['STRAẞE ßtraße ΓΙΏΡΓΟΣ Γιώργος', 'strasse sstrasse γιωργοσ γιωργοσ'],
    ['Ёлка ЙОД', 'елка иод'],
    ['İstanbul ISPARTA ısparta', 'istanbul isparta isparta'],
    ['ＡＢＣ１２３ ﬃ ㍿', 'abc123 ffi 株式会社'],
    ['が か ガ 한국', 'が か ガ 한국'],
    ['שָׁלוֹם مُحَمَّد', 'שלום محمد'],
    ['हिन्दी ไทย', 'हिन्दी ไทย'],
    ['O’Brien Jean‑Luc\u200b', "o'brien jean-luc"],
    ['\u0301\u0308', ''],
    ['a\t\n\r\u00a0\u3000\u2028b', 'a      b'],
  ])('%j is folded to %j', async (text, expected) => {
    expect(await folded([text])).toEqual([expected])
  })

  it('folding twice changes nothing', async () => {
    const texts = fc
      .sample(fc.string({ unit: 'binary', maxLength: 40 }), 500)
      .map((text) => text.replaceAll('\0', ''))
    const once = await folded(texts)
    const twice = await folded(once)
    expect(twice).toEqual(once)
  })

  it('a text has all grams of each part of its words, and other orgs have others', async () => {
    const given = fc
      .sample(fc.tuple(letters, fc.nat(30), fc.nat(10)), 1_000)
      .map(([text, from, size]) => ({ text, part: [...text].slice(from, from + size).join('') }))
    const { rows } = await pool.query(
      `select text, part, search_grams($1, fold_text(text)) @> search_grams($1, part_folded) as contained,
         search_grams($1, part_folded) && search_grams($2, fold_text(text)) as elsewhere
       from jsonb_to_recordset($3::jsonb) given(text text, part text), lateral (select fold_text(part) as part_folded) its
       where strpos(fold_text(text), part_folded) > 0`,
      [crypto.randomUUID(), crypto.randomUUID(), JSON.stringify(given)],
    )
    expect(rows.length).toBeGreaterThan(500)
    expect(rows.filter(({ contained }) => !contained)).toEqual([])
    expect(rows.filter(({ elsewhere }) => elsewhere)).toEqual([])
  })
})

describe('the text by which a member is found', () => {
  const testServer = useTestServer({ env: { FREE_SEATS: '1000' } })
  let pool: Pool
  beforeAll(() => {
    pool = openPool(testServer.database.url)
  })
  afterAll(() => pool.end())

  it('is gone with the account, and an account without a name is found by its address', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const person = await testServer.signUp({ name: 'Gone Soon', email: 'gone.soon@people.example' })
    await join(owner, orgId, person)
    const found = async (search: string) => {
      const { data } = await owner.ask(
        'query($orgId: ID!, $search: String) { org(id: $orgId) { users(filter: { search: $search }) { totalCount } } }',
        { orgId, search },
      )
      return data.org.users.totalCount
    }
    await pool.query('update "user" set name = null where id = $1', [uuidOf(person.id)])
    expect(await found('Gone Soon')).toBe(1)
    expect((await mutate(person, 'deleteUser', { userId: person.id })).__typename).toBe('DeleteUserPayload')
    expect(await found('gone')).toBe(0)
    const { rows } = await pool.query(`select 1 from org_user where search_text like '%gone%'`)
    expect(rows).toEqual([])
  })

  it.each([
    ['only blanks', ' \t\u3000', 1],
    ['only combining marks', '\u0301\u0308', 1],
    ['200 KB of letters with marks', 'e\u0301'.repeat(100_000), 'refused'],
    ['a thousand letters that are eighteen each', '\ufdfa'.repeat(1_000), 0],
    ['a lone surrogate', '\ud800', 0],
  ])('is compared with %s in no time', async (_, search, expected) => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const { data, errors } = await owner.ask(
      'query($orgId: ID!, $search: String) { org(id: $orgId) { users(filter: { search: $search }) { totalCount nodes { id } } } }',
      { orgId, search },
    )
    if (expected === 'refused') expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    else {
      expect(data.org.users.totalCount).toBe(expected)
      expect(data.org.users.nodes).toHaveLength(Number(expected))
    }
  })
})
