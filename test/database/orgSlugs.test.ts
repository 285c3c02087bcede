import pg from 'pg'
import { expect, it } from 'vitest'
import { oldDatabase } from '../support/oldDatabase.js'

const FIRST = '20261129120000_org_profile'
const LAST = '20261129120004_org_slug_required'
/** How a server of the version before inserts an org. */
const insert = `insert into org (id, name, name_key, data_region, created_at)
  values (gen_random_uuid(), $1, gen_random_uuid()::text, 'US_WEST', '2026-01-01Z'::timestamptz + $2 * interval '1 s')
  on conflict (name_key) do nothing returning id`

async function before() {
  const { client, url, to } = await oldDatabase(FIRST)
  const slugs = async () =>
    (await client.query('select slug from org order by created_at, name')).rows.map(({ slug }) => slug)
  return { client, url, to, slugs }
}

it('orgs that were there before get a slug of their name, the oldest without a number', async () => {
  const { client, to, slugs } = await before()
  const long = 'x'.repeat(70)
  const names = [
    'Acme 2',
    'Café',
    'cafe',
    'CAFE!',
    'Acme',
    'acme.',
    '東京',
    '🚀',
    '🚀🚀',
    `${long}a`,
    `${long}b`,
    'Org 2',
  ]
  for (const [index, name] of names.entries()) await client.query(insert, [name, index])
  expect(await to((name) => name <= LAST)).toContain(LAST)
  expect(await slugs()).toEqual([
    ...['acme-2', 'cafe', 'cafe-2', 'cafe-3', 'acme', 'acme-3', 'dong-jing', 'org', 'org-3'],
    ...['x'.repeat(63), `${'x'.repeat(61)}-2`, 'org-2'],
  ])
})

it('servers of the version before insert orgs during and after the migration, which get slugs too', async () => {
  const { client, url, to, slugs } = await before()
  await client.query(insert, ['Acme', 0])
  let done = false
  const servers = Array.from({ length: 3 }, async (_, server) => {
    const old = new pg.Client({ connectionString: url })
    await old.connect()
    let inserted = 0
    for (; !done; inserted++) await old.query(insert, [inserted % 2 ? 'Acme' : `Café ${server}`, inserted])
    await old.end()
    return inserted
  })
  await to((name) => name <= LAST)
  done = true
  const inserted = (await Promise.all(servers)).reduce((sum, one) => sum + one, 0)
  await client.query(insert, ['Acme', 0])
  const all: string[] = await slugs()
  expect(all).toHaveLength(inserted + 2)
  expect(new Set(all).size).toBe(all.length)
  for (const slug of all) expect(slug).toMatch(/^(acme|cafe-[012])(-\d+)?$/)
})

it('many orgs of one name are given numbers without a gap, and quickly', async () => {
  const { client, to, slugs } = await before()
  const ORGS = 20_000
  await client.query(`insert into org (id, name, name_key, created_at)
    select gen_random_uuid(), repeat('🚀', 1 + n % 90), n::text, '2026-01-01Z'::timestamptz + n * interval '1 s'
    from generate_series(1, ${ORGS}) n`)
  const begun = performance.now()
  await to((name) => name <= LAST)
  // Some 2 s for 100,000 orgs on an idle machine.
  expect(performance.now() - begun).toBeLessThan(15_000)
  expect(await slugs()).toEqual([
    'org',
    ...Array.from({ length: ORGS - 1 }, (_, index) => `org-${index + 2}`),
  ])
})

it('every letter of a slug is one of a to z, 0 to 9 and the hyphen', async () => {
  const { client, to } = await before()
  await to((name) => name === FIRST)
  const { rows } = await client.query(`
    select n, slug_of(chr(n)) as slug from generate_series(1, 131071) n
    where n not between 55296 and 57343 and slug_of(chr(n)) !~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'`)
  expect(rows).toEqual([])
})
