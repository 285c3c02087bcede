import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stopExpiryJob } from '../support/expireNow.js'
import { fillOrg } from '../support/manyRows.js'
import { createOrg, join } from '../support/mutate.js'
import { openPool } from '../support/openPool.js'
import { uuidOf } from '../support/orgSnapshot.js'
import { plansOf } from '../support/plans.js'
import { statementsOf } from '../support/statements.js'
import { type TestPerson, useTestServer } from '../support/testServer.js'

const MEMBERS = 10_000
const INVITES = 2_000

const testServer = useTestServer({ env: { FREE_SEATS: '20000', FREE_PENDING_INVITES: '20000' } })
stopExpiryJob(testServer)
let pool: Pool
let owner: TestPerson
let orgId: string

beforeAll(async () => {
  pool = openPool(testServer.database.url)
  owner = await testServer.signUp({ name: 'Olga Owner' })
  orgId = await createOrg(owner)
  await fillOrg(pool, uuidOf(orgId), MEMBERS, INVITES)
}, 60_000)
afterAll(() => pool.end())

type Field = 'users' | 'invites'
const typeOf = { users: 'OrgUser', invites: 'OrgInvite' } as const

interface Asked {
  orderBy: { field: string; direction: 'ASC' | 'DESC'; from?: string }
  filter?: Record<string, unknown>
  first?: number
  after?: string
  last?: number
  before?: string
  skip?: number
}

async function ask(field: Field, asked: Asked) {
  const { data, errors } = await owner.ask(
    `query($orgId: ID!, $orderBy: ${typeOf[field]}Order, $filter: ${typeOf[field]}Filter,
        $first: Int, $after: String, $last: Int, $before: String, $skip: Int) {
      org(id: $orgId) { ${field}(orderBy: $orderBy, filter: $filter, first: $first, after: $after, last: $last,
          before: $before, skip: $skip) {
        nodes { id ${field === 'users' ? 'user { name }' : 'status expiresAt'} }
        pageInfo { startCursor endCursor hasNextPage hasPreviousPage } totalCount
      } }
    }`,
    { orgId, ...asked },
  )
  if (!data) throw new Error(JSON.stringify(errors))
  return data.org[field]
}

const idsOf = ({ nodes }: { nodes: Array<{ id: string }> }) => nodes.map(({ id }) => uuidOf(id))

/** The ids in an order that PostgreSQL finds by sorting everything. */
async function sorted(table: 'org_user' | 'org_invite', order: string, where = 'true'): Promise<string[]> {
  const { rows } = await pool.query(
    `select id from (
       select ${table}.*, ${table === 'org_user' ? 'sort_name_of("user".name)' : 'null'} as real_name
       from ${table} ${table === 'org_user' ? 'join "user" on "user".id = user_id' : ''}
       where org_id = $1
     ) row where ${where} order by ${order}`,
    [uuidOf(orgId)],
  )
  return rows.map(({ id }) => id)
}

const rank = `case when 'OWNER' = any(roles) then 0 when 'ADMIN' = any(roles) then 1 else 2 end`
const status = `case when status = 'PENDING' and expires_at <= now() then 'EXPIRED' else status::text end`
const statusRank = `array_position('{PENDING,EXPIRED,ACCEPTED,DECLINED,REVOKED}'::text[],${status})`
const down = (order: string) =>
  order
    .split(', ')
    .map((part) => (part.endsWith(' desc') ? part.slice(0, -5) : `${part} desc`))
    .join(', ')

const orders: Array<[Field, string, string]> = [
  ['users', 'NAME', 'real_name collate "C", id'],
  ['users', 'JOINED_AT', 'joined_at, id'],
  ['users', 'ROLE', `(${rank}), joined_at, id`],
  ['invites', 'CREATED_AT', 'created_at, id'],
  ['invites', 'EXPIRES_AT', 'expires_at, id'],
  ['invites', 'STATUS', `(${statusRank}), created_at desc, id desc`],
]
const tableOf = { users: 'org_user', invites: 'org_invite' } as const

describe.each(
  orders.flatMap(([field, by, order]) => [
    [field, by, 'ASC', order] as const,
    [field, by, 'DESC', down(order)] as const,
  ]),
)('%s by %s %s', (field, by, direction, order) => {
  const orderBy = { field: by, direction }

  it('has the same rows as a sort of all of them, forward and backward, at the start, in the middle and at the end', async () => {
    const all = await sorted(tableOf[field], order)
    expect(idsOf(await ask(field, { orderBy, first: 100 }))).toEqual(all.slice(0, 100))
    const end = await ask(field, { orderBy, last: 100 })
    expect(idsOf(end)).toEqual(all.slice(-100))
    let page = end
    let at = all.length - 100
    // Through several ranks and pages.
    for (let step = 0; step < 6; step++) {
      page = await ask(field, { orderBy, last: 100, before: page.pageInfo.startCursor })
      expect(idsOf(page)).toEqual(all.slice(at - 100, at))
      at -= 100
    }
    const next = await ask(field, { orderBy, first: 50, after: page.pageInfo.endCursor })
    expect(idsOf(next)).toEqual(all.slice(at + 100, at + 150))
  })

  it('begins at a page’s number, from the start, from the end, and in what a filter leaves', async () => {
    const all = await sorted(tableOf[field], order)
    for (const skip of [0, 1, 40, 700, all.length - 30, all.length, all.length + 1]) {
      const page = await ask(field, { orderBy, first: 50, skip })
      expect(idsOf(page)).toEqual(all.slice(skip, skip + 50))
      expect(page.pageInfo.hasNextPage).toBe(skip + 50 < all.length)
      expect(page.pageInfo.hasPreviousPage).toBe(skip > 0)
      const end = await ask(field, { orderBy, last: 50, skip })
      expect(idsOf(end)).toEqual(
        all.slice(Math.max(0, all.length - skip - 50), Math.max(0, all.length - skip)),
      )
    }
    const { pageInfo } = await ask(field, { orderBy, first: 10, skip: 700 })
    const next = await ask(field, { orderBy, first: 10, after: pageInfo.endCursor, skip: 20 })
    expect(idsOf(next)).toEqual(all.slice(730, 740))
    const [filter, where] =
      field === 'users'
        ? [{ roles: ['USER'], statuses: ['ACTIVE'] }, `'USER' = any(roles) and status = 'ACTIVE'`]
        : [{ statuses: ['EXPIRED', 'DECLINED'] }, `${status} in ('EXPIRED', 'DECLINED')`]
    const some = await sorted(tableOf[field], order, where)
    expect(idsOf(await ask(field, { orderBy, filter, first: 20, skip: 300 }))).toEqual(some.slice(300, 320))
  })

  it('can be filtered', async () => {
    const [filter, where] =
      field === 'users'
        ? [{ roles: ['ADMIN'], statuses: ['ACTIVE'] }, `'ADMIN' = any(roles) and status = 'ACTIVE'`]
        : [{ statuses: ['EXPIRED', 'DECLINED'] }, `${status} in ('EXPIRED', 'DECLINED')`]
    const all = await sorted(tableOf[field], order, where)
    const page = await ask(field, { orderBy, filter, first: 30 })
    expect(idsOf(page)).toEqual(all.slice(0, 30))
    expect(page.totalCount).toBe(all.length)
    const next = await ask(field, { orderBy, filter, first: 30, after: page.pageInfo.endCursor })
    expect(idsOf(next)).toEqual(all.slice(30, 60))
  })

  it.each(
    field === 'users'
      ? [
          [
            'a text that few have',
            '77 SKVORECKY',
            `search_text like '%skvorecky%' and search_text like '%77%'`,
          ],
          ['a text that hundreds have', 'élodie', `search_text like '%elodie%'`],
          ['a text that almost everybody has', 'many', `search_text like '%many%'`],
          ['one letter', 'z', `search_text like '%z%'`],
          ['a text that nobody has', 'nobody', 'false'],
        ]
      : [
          ['a text that few have', 'INVITEE77 example', `email like '%invitee77%'`],
          ['a text that hundreds have', 'tee1', `email like '%tee1%'`],
          ['a text that almost everybody has', 'invitee', `email like '%invitee%'`],
          ['two letters', 'e7', `email like '%e7%'`],
          ['a text that nobody has', 'nobody', 'false'],
        ],
  )('can be searched for %s', async (_, search, where) => {
    const all = await sorted(tableOf[field], order, where)
    const filter = { search }
    const page = await ask(field, { orderBy, filter, first: 30 })
    expect(idsOf(page)).toEqual(all.slice(0, 30))
    expect(page.totalCount).toBe(all.length)
    const last = await ask(field, { orderBy, filter, last: 30 })
    expect(idsOf(last)).toEqual(all.slice(-30))
    if (all.length <= 30) return
    const next = await ask(field, { orderBy, filter, first: 30, after: page.pageInfo.endCursor })
    expect(idsOf(next)).toEqual(all.slice(30, 60))
    const before = await ask(field, { orderBy, filter, last: 30, before: last.pageInfo.startCursor })
    expect(idsOf(before)).toEqual(all.slice(-60, -30))
  })

  it('costs what a search finds', async () => {
    const search = field === 'users' ? '7777' : 'invitee1777'
    const page = () => ask(field, { orderBy, filter: { search }, first: 20 })
    await page()
    const plans = await plansOf(testServer.database.url, await statementsOf(page))
    const read = plans.reduce((sum, { rowsRead }) => sum + rowsRead, 0)
    expect(plans.flatMap(({ scanned }) => scanned)).toEqual([])
    expect(read, plans.map(({ text, rowsRead }) => `${rowsRead}: ${text}`).join('\n')).toBeLessThan(1_000)
  })

  it('costs its rows and not the list, wherever the page is', async () => {
    const middle = await ask(field, { orderBy, last: 100 })
    for (const place of [
      { first: 20 },
      { last: 20 },
      { last: 20, before: middle.pageInfo.startCursor },
      { first: 20, after: middle.pageInfo.startCursor },
    ]) {
      // The first time also reads what later requests remember.
      await ask(field, { orderBy, ...place })
      const statements = await statementsOf(() => ask(field, { orderBy, ...place }))
      expect(statements.length).toBeLessThanOrEqual(12)
      const plans = await plansOf(testServer.database.url, statements)
      const read = plans.reduce((sum, { rowsRead }) => sum + rowsRead, 0)
      expect(plans.flatMap(({ scanned }) => scanned)).toEqual([])
      expect(read, plans.map(({ text, rowsRead }) => `${rowsRead}: ${text}`).join('\n')).toBeLessThan(600)
    }
  })
})

describe('members by name', () => {
  const namesFrom = async (from: string, direction: 'ASC' | 'DESC' = 'ASC') =>
    (await ask('users', { orderBy: { field: 'NAME', direction, from }, first: 3 })).nodes.map(
      ({ user }: { user: { name: string } }) => user.name,
    )

  it('begin at a letter, whatever its case and accents', async () => {
    expect(await namesFrom('š')).toEqual(await namesFrom('S'))
    expect((await namesFrom('S'))[0]).toMatch(/^Škvorecký|^skvor/)
    expect((await namesFrom('Æ'))[0]).toMatch(/^Æsir/)
    expect((await namesFrom('S', 'DESC'))[0]).toMatch(/^(SPÄRCK|Sparck)/)
    expect(await namesFrom('zzz')).toEqual([])
  })

  it.each(['\0', 'a\0b', '\ud800', 'é'.repeat(200), '\u{10ffff}'])(
    'begin somewhere at a text that no name begins with: %j',
    async (from) => {
      for (const direction of ['ASC', 'DESC'] as const)
        expect(
          (await ask('users', { orderBy: { field: 'NAME', direction, from }, first: 1 })).totalCount,
        ).toBe(MEMBERS + 1)
    },
  )

  it('go on from a letter in both directions', async () => {
    const orderBy = { field: 'NAME', direction: 'ASC' as const }
    const all = await sorted('org_user', 'real_name collate "C", id')
    const page = await ask('users', { orderBy: { ...orderBy, from: 'm' }, first: 20 })
    const at = all.indexOf(idsOf(page)[0] ?? '')
    expect(at).toBeGreaterThan(1_000)
    expect(idsOf(page)).toEqual(all.slice(at, at + 20))
    const before = await ask('users', { orderBy, last: 20, before: page.pageInfo.startCursor })
    expect(idsOf(before)).toEqual(all.slice(at - 20, at))
  })

  it('move when a name changes, and have a place from the moment they join', async () => {
    const person = await testServer.signUp({ name: 'Zzyzx Road', email: 'road@zzyzx.example' })
    await join(owner, orgId, person)
    expect(await namesFrom('zzyz')).toEqual(['Zzyzx Road'])
    await pool.query(`update "user" set name = 'Äaaa' where email = $1`, [person.email])
    expect(await namesFrom('zzyz')).toEqual([])
    expect((await namesFrom('aaaa'))[0]).toBe('Äaaa')
  })
})

describe('a jump to a page by its number', () => {
  it('has bounds: how far, and in one list at a time', async () => {
    const ask = (skip: number, query = 'org(id: $orgId) { users(skip: $skip) { nodes { id } } }') =>
      owner.ask(
        `query(${query.includes('$orgId') ? '$orgId: ID!, ' : ''}$skip: Int) { ${query} }`,
        query.includes('$orgId') ? { orgId, skip } : { skip },
      )
    for (const skip of [-1, 50_001]) {
      const { errors } = await ask(skip)
      expect(errors?.[0]).toMatchObject({
        message: '`skip` must be 0 to 50000.',
        extensions: { code: 'BAD_USER_INPUT' },
      })
    }
    expect((await ask(50_000)).data.org.users.nodes).toEqual([])
    await createOrg(owner)
    const { errors } = await ask(
      1,
      'viewer { orgUsers(first: 2) { nodes { org { users(skip: $skip) { nodes { id } } } } } }',
    )
    expect(errors?.[0]).toMatchObject({ message: '`skip` is for the list of one parent.' })
  })
})
