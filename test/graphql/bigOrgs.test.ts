import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeId } from '../../src/graphql/globalId.js'
import {
  asked,
  commonRole,
  EVENTS,
  emailOf,
  INVITES,
  JOINED_AT_ONCE,
  joinedAtOnce,
  MADE_AT_ONCE,
  MEMBERS,
  MEMBERSHIPS,
  madeAtOnce,
  OTHER_ORGS,
  ofInvites,
  ofManyOrgs,
  ofMembers,
  owner,
  rareRole,
  removeOtherOrgs,
  seedBigOrgs,
  seldomInviter,
  subjectOf,
  unusedRole,
  uuid,
} from '../support/bigOrgs.js'
import { stopExpiryJob } from '../support/expireNow.js'
import { mutate } from '../support/mutate.js'
import { openPool } from '../support/openPool.js'
import { uuidOf } from '../support/orgSnapshot.js'
import { type Plan, plansOf } from '../support/plans.js'
import { statementsOf } from '../support/statements.js'
import { type Client, useTestServer } from '../support/testServer.js'

const testServer = useTestServer()
stopExpiryJob(testServer)
let pool: Pool
let viewer: Client

beforeAll(async () => {
  pool = openPool(testServer.database.url)
  await seedBigOrgs(pool)
  const claims = { subject: subjectOf(owner), email: emailOf(owner), issuedAt: 1 }
  viewer = testServer.bearer(await testServer.authorize(claims))
}, 120_000)
afterAll(async () => {
  await pool.end()
})

/** The most that an operation may read, over all of its statements. */
interface Bounds {
  rows: number
  pages: number
  /** Rows to sort. By default a page's. */
  sorted?: number
}

/** For a page of 20 with the users it names, and up to five statuses with one scan each. */
const page: Bounds = { rows: 200, pages: 200 }
/** For a page whose ids one statement finds, passing a tenth of the rows, before another reads the rows. */
const foundPage: Bounds = { rows: 200, pages: 250 }
/**
 * For one full scan of an index that covers the query: a page holds at least 30 invites.
 */
const invitesWalk: Bounds = { rows: INVITES * 1.01 + page.rows, pages: INVITES / 30 + page.pages }
/** Members are fewer in a page, as the index has the text that is searched. */
const membersWalk: Bounds = { rows: MEMBERS + page.rows, pages: MEMBERS / 15 + page.pages }
/** For a page that a search fills soon. A new connection also reads the definitions of the functions, once. */
const searchedPage: Bounds = { rows: 250, pages: 450 }
/** For a rare text: the sample of the list that shows it is rare, and what the index of grams finds. */
const rare: Bounds = { rows: 1_000, pages: 800, sorted: 300 }
/** For a text that is found in two thousand rows, all of which are sorted. */
const lessRare: Bounds = { rows: 8_000, pages: 25_000, sorted: 2_500 }

/** Runs an operation, and fails if PostgreSQL reads more than the bounds. */
async function askWithin(
  bounds: Bounds,
  client: Client,
  document: string,
  variables: Record<string, unknown>,
) {
  let answer: Awaited<ReturnType<Client['ask']>> | undefined
  const statements = await statementsOf(async () => {
    answer = await client.ask(document, variables)
  })
  if (!answer?.data) throw new Error(JSON.stringify(answer))
  const plans = await plansOf(testServer.database.url, statements)
  expect(plans.length).toBeGreaterThan(0)
  expectWithin(bounds, plans)
  return answer.data
}

function expectWithin(bounds: Bounds, plans: Plan[]) {
  const read = (key: 'rowsRead' | 'pagesRead' | 'rowsSorted') =>
    plans.reduce((total, plan) => total + plan[key], 0)
  const texts = plans.map(({ text }) => text).join(';\n')
  expect(
    plans.flatMap(({ scanned }) => scanned),
    texts,
  ).toEqual([])
  expect(read('rowsSorted'), texts).toBeLessThanOrEqual(bounds.sorted ?? page.rows)
  expect(read('rowsRead'), texts).toBeLessThanOrEqual(bounds.rows)
  expect(read('pagesRead'), texts).toBeLessThanOrEqual(bounds.pages)
}
/** A list of a big org, and SQL for the same list that looks at every row. */
interface BigList {
  field: 'invites' | 'users'
  filterType: string
  orgId: string
  /** SQL for the rows: `id`, `at` and the columns for conditions. */
  rows: string
  order: 'at, id' | 'at desc, id desc'
  /** The time at which many rows were created at once, and how many. */
  moment: Date
  atOnce: number
}

const bigOrgs = `('${uuid('org', ofInvites)}', '${uuid('org', ofMembers)}')`
const invites: BigList = {
  field: 'invites',
  filterType: 'OrgInviteFilter',
  orgId: encodeId('Org', uuid('org', ofInvites)),
  rows: `
    select id, created_at as at, email, invited_by_id as inviter,
      case when status = 'PENDING' and expires_at <= now() then 'EXPIRED' else status::text end as status,
      invited_user_id is null or invited_user_id in (select user_id from org_user where org_id in ${bigOrgs}) as shown
    from org_invite where org_id = '${uuid('org', ofInvites)}'`,
  order: 'at desc, id desc',
  moment: madeAtOnce,
  atOnce: MADE_AT_ONCE,
}
const users: BigList = {
  field: 'users',
  filterType: 'OrgUserFilter',
  orgId: encodeId('Org', uuid('org', ofMembers)),
  rows: `
    select org_user.id, joined_at as at, roles::text[] as roles, app_roles, status::text as status, name, email
    from org_user join "user" on "user".id = user_id where org_id = '${uuid('org', ofMembers)}'`,
  order: 'at, id',
  moment: joinedAtOnce,
  atOnce: JOINED_AT_ONCE,
}

interface Shape {
  list: BigList
  filter: Record<string, unknown>
  /** The filter as an SQL condition on `rows`. */
  condition: string
  ofPage: Bounds
  ofCount: Bounds
}

/** For a number that is read from a counter, and for the caller's rights. */
const free: Bounds = { rows: 20, pages: 50 }
const madeBefore = new Date('2026-06-15T00:00:00Z')
const madeAfter = new Date('2026-06-10T00:00:00Z')
const range = `at > '${madeAfter.toISOString()}' and at < '${madeBefore.toISOString()}'`
/** For a scan of the invites of five days. */
const rangeWalk: Bounds = { rows: 4_320 + page.rows, pages: 4_320 / 30 + page.pages }
const inviterIs = (user: number) => `inviter = '${uuid('user', user)}'`

const invitesBy = (
  filter: Record<string, unknown>,
  condition: string,
  ofPage: Bounds,
  ofCount: Bounds,
): Shape => ({ list: invites, filter, condition, ofPage, ofCount })
const usersBy = (
  filter: Record<string, unknown>,
  condition: string,
  ofPage: Bounds,
  ofCount: Bounds,
): Shape => ({ list: users, filter, condition, ofPage, ofCount })
const withRole = (role: number) => ({ appRoleId: encodeId('AppRole', uuid('appRole', role)) })
/** For a scan of all members who have app roles: every second one. */
const appRolesWalk: Bounds = { rows: MEMBERS / 2 + page.rows, pages: MEMBERS + page.pages }
const by = (user: number) => ({ invitedById: encodeId('User', uuid('user', user)) })

/** Each with the bounds of a page, then of the count. */
const shapes: Shape[] = [
  invitesBy({}, 'true', page, free),
  ...['PENDING', 'ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED'].map((status) =>
    invitesBy({ statuses: [status] }, `status = '${status}'`, page, free),
  ),
  invitesBy({ statuses: ['DECLINED', 'EXPIRED'] }, `status in ('DECLINED', 'EXPIRED')`, page, free),
  invitesBy({ statuses: ['PENDING', 'EXPIRED'] }, `status in ('PENDING', 'EXPIRED')`, page, free),
  invitesBy(
    { statuses: ['PENDING', 'DECLINED', 'REVOKED'] },
    `status in ('PENDING', 'DECLINED', 'REVOKED')`,
    page,
    free,
  ),
  invitesBy({ statuses: [] }, 'false', page, free),
  invitesBy(by(owner), inviterIs(owner), page, invitesWalk),
  invitesBy(by(seldomInviter), inviterIs(seldomInviter), page, page),
  invitesBy(
    { ...by(owner), statuses: ['PENDING'] },
    `${inviterIs(owner)} and status = 'PENDING'`,
    page,
    invitesWalk,
  ),
  invitesBy(
    { ...by(owner), statuses: ['EXPIRED', 'DECLINED'] },
    `${inviterIs(owner)} and status in ('EXPIRED', 'DECLINED')`,
    page,
    invitesWalk,
  ),
  invitesBy(
    { ...by(seldomInviter), statuses: ['REVOKED'] },
    `${inviterIs(seldomInviter)} and status = 'REVOKED'`,
    page,
    page,
  ),
  invitesBy({ email: 'guest4711@guests711.example' }, `email = 'guest4711@guests711.example'`, page, page),
  invitesBy({ email: asked }, `email = '${asked}'`, page, page),
  invitesBy({ email: asked, statuses: ['PENDING'] }, 'false', page, page),
  invitesBy({ email: emailOf(9900) }, `email = '${emailOf(9900)}' and shown`, page, page),
  invitesBy({ email: emailOf(10_100) }, `email = '${emailOf(10_100)}' and shown`, page, page),
  invitesBy({ createdAfter: madeAfter }, `at > '${madeAfter.toISOString()}'`, page, invitesWalk),
  invitesBy({ createdBefore: madeBefore }, `at < '${madeBefore.toISOString()}'`, page, invitesWalk),
  invitesBy({ createdAfter: madeAfter, createdBefore: madeBefore }, range, page, rangeWalk),
  invitesBy(
    { createdAfter: madeAfter, createdBefore: madeBefore, statuses: ['DECLINED'] },
    `${range} and status = 'DECLINED'`,
    page,
    page,
  ),
  invitesBy(
    { ...by(owner), createdBefore: madeBefore },
    `${inviterIs(owner)} and at < '${madeBefore.toISOString()}'`,
    page,
    invitesWalk,
  ),
  // A search for a frequent text scans the org's invites until the page is full, and for one of two letters or less.
  invitesBy({ search: 'GUEST' }, `email like '%guest%' and shown`, searchedPage, invitesWalk),
  invitesBy({ search: 'g' }, `email like '%g%' and shown`, searchedPage, invitesWalk),
  invitesBy({ search: 'ts' }, `email like '%ts%' and shown`, searchedPage, invitesWalk),
  invitesBy({ search: 'guest4711@' }, `email like '%guest4711@%' and shown`, rare, rare),
  invitesBy({ search: 'member' }, `email like '%member%' and shown`, lessRare, lessRare),
  invitesBy({ search: 'qz' }, 'false', invitesWalk, invitesWalk),
  invitesBy({ search: 'nobody at all' }, 'false', rare, rare),
  invitesBy(
    { search: 'guest', statuses: ['PENDING'], ...by(owner) },
    `email like '%guest%' and shown and status = 'PENDING' and ${inviterIs(owner)}`,
    { ...searchedPage, rows: 1_500 },
    invitesWalk,
  ),
  invitesBy(
    { search: '7@', statuses: ['EXPIRED', 'DECLINED'] },
    `email like '%7@%' and shown and status in ('EXPIRED', 'DECLINED')`,
    invitesWalk,
    invitesWalk,
  ),
  invitesBy(
    { search: 'guest', ...by(seldomInviter) },
    `email like '%guest%' and shown and ${inviterIs(seldomInviter)}`,
    invitesWalk,
    invitesWalk,
  ),
  invitesBy(
    { search: 'nobody at all', createdAfter: madeAfter, createdBefore: madeBefore },
    'false',
    rare,
    rare,
  ),
  invitesBy({ search: 'GUESTS711 guest4711' }, `email = 'guest4711@guests711.example'`, rare, rare),
  invitesBy({ search: 'guest47' }, `email like '%guest47%' and shown`, lessRare, lessRare),
  invitesBy({ search: 'asked', email: asked }, `email = '${asked}'`, searchedPage, searchedPage),
  usersBy({}, 'true', page, free),
  usersBy({ roles: ['OWNER'] }, `roles && '{OWNER}'`, page, page),
  usersBy({ roles: ['OWNER', 'ADMIN'] }, `roles && '{OWNER,ADMIN}'`, page, page),
  usersBy({ roles: ['USER'] }, `roles && '{USER}'`, page, free),
  usersBy({ roles: ['USER', 'ADMIN', 'OWNER'] }, 'true', page, free),
  usersBy({ roles: [] }, 'false', page, page),
  usersBy({ statuses: ['SUSPENDED'] }, `status = 'SUSPENDED'`, foundPage, free),
  usersBy({ statuses: ['ACTIVE'] }, `status = 'ACTIVE'`, foundPage, free),
  usersBy({ statuses: ['ACTIVE', 'SUSPENDED'] }, 'true', page, free),
  usersBy(
    { statuses: ['SUSPENDED'], roles: ['USER'] },
    `status = 'SUSPENDED' and roles && '{USER}'`,
    foundPage,
    free,
  ),
  usersBy(
    { statuses: ['ACTIVE'], roles: ['USER'] },
    `status = 'ACTIVE' and roles && '{USER}'`,
    foundPage,
    free,
  ),
  usersBy({ search: 'PERSON' }, 'true', searchedPage, membersWalk),
  usersBy({ search: 'n7777' }, `email ilike '%n7777%'`, rare, rare),
  usersBy({ search: '7777 PERSON' }, `name = 'Person 7777'`, rare, rare),
  usersBy({ search: 'person 777' }, `email like '%777%' or name like '%777%'`, rare, rare),
  usersBy({ search: 'qz' }, 'false', membersWalk, membersWalk),
  usersBy({ search: 'nobody at all' }, 'false', rare, rare),
  usersBy({ search: 'person', roles: ['ADMIN'] }, `roles && '{ADMIN}'`, searchedPage, searchedPage),
  usersBy(withRole(commonRole), `'common' = any(app_roles)`, page, appRolesWalk),
  // A page of a rare app role scans the members who have any.
  usersBy(withRole(rareRole), `'rare' = any(app_roles)`, appRolesWalk, appRolesWalk),
  usersBy(withRole(unusedRole), 'false', appRolesWalk, appRolesWalk),
  usersBy(
    { ...withRole(commonRole), roles: ['ADMIN'] },
    `'common' = any(app_roles) and roles && '{ADMIN}'`,
    page,
    page,
  ),
]

const titleOf = ({ list, filter }: Shape) =>
  [list.field, ...Object.entries(filter).map(([name, value]) => `${name} ${wordsOf(value)}`)].join(' ')
const wordsOf = (value: unknown) =>
  value === by(owner).invitedById
    ? 'of a frequent inviter'
    : value === by(seldomInviter).invitedById
      ? 'of a rare inviter'
      : value === withRole(commonRole).appRoleId
        ? 'of many members'
        : value === withRole(rareRole).appRoleId
          ? 'of few members'
          : value === withRole(unusedRole).appRoleId
            ? 'of nobody'
            : JSON.stringify(value)

interface Node {
  id: string
  at: Date
}
const noPlace = { cursor: '', node: { id: '', at: new Date(0) } }

function documentOf({ field, filterType }: BigList, selection: string): string {
  const args = '$first: Int, $last: Int, $after: String, $before: String'
  return `query($orgId: ID!, $filter: ${filterType}, ${args}) { org(id: $orgId) {
    list: ${field}(filter: $filter, first: $first, last: $last, after: $after, before: $before) { ${selection} }
  } }`
}

const nodesOf = ({ field }: BigList) =>
  field === 'invites'
    ? 'nodes { id email status createdAt invitedBy { name } }'
    : 'nodes { id roles user { name email } }'

/** Computes the pages of 20 at both ends of a list and around a place from all of its rows. */
async function pagesOf({ rows, order }: BigList, condition: string, { at, id }: Node) {
  const reverse = order === 'at, id' ? 'at desc, id desc' : 'at, id'
  const [onward, back] = order === 'at, id' ? ['>', '<'] : ['<', '>']
  const slice = (where: string, by: string) =>
    `array(select id::text from whole where ${where} order by ${by} limit 21)`
  const found = await pool.query<Record<'first' | 'last' | 'after' | 'before', string[]> & { count: number }>(
    `with whole as materialized (select id, at from (${rows}) row where ${condition})
    select ${slice('true', order)} as first, ${slice('true', reverse)} as last,
      ${slice(`(at, id) ${onward} ($1, $2)`, order)} as after,
      ${slice(`(at, id) ${back} ($1, $2)`, reverse)} as before,
      (select count(*)::int from whole) as count`,
    [at, id],
  )
  const [pages] = found.rows
  if (!pages) throw new Error('no row of arrays')
  return pages
}

describe('with thousands of orgs, an operation reads no more than it must for', () => {
  const cursorOf = (list: string, at: Date, number: number) =>
    testServer.server.app.cursors.encodeKeyset(list, { ms: at.getTime(), id: uuid('org', number) })
  const orgs = 'query($first: Int, $last: Int, $after: String, $before: String, $search: String)'
  const pageOfOrgs = `${orgs} {
    orgs(first: $first, last: $last, after: $after, before: $before, search: $search) { nodes { id name } pageInfo { hasNextPage } }
  }`
  const person = async (user: number) =>
    testServer.bearer(
      await testServer.authorize({ subject: subjectOf(user), email: emailOf(user), issuedAt: 1 }),
    )

  it('the list of all orgs, as a token of the instance sees it', async () => {
    const after = cursorOf('orgs:', new Date(Date.parse('2026-02-01T00:00:00Z') + 500_000), 1_500)
    const numbers = async (variables: Record<string, unknown>, bounds = page) =>
      (await askWithin(bounds, testServer.instance, pageOfOrgs, variables)).orgs.nodes.map(
        ({ name }: { name: string }) => Number(name.slice(4)),
      )
    const down = (from: number) => Array.from({ length: 20 }, (_, index) => from - index)
    expect(await numbers({ first: 20 })).toEqual(down(OTHER_ORGS + 1))
    expect(await numbers({ last: 20 })).toEqual(down(19))
    expect(await numbers({ first: 20, after })).toEqual(down(1_499))
    expect(await numbers({ last: 20, before: after })).toEqual(down(1_520))
    expect(await numbers({ first: 20, search: 'ORG' })).toEqual(down(OTHER_ORGS + 1))
    // A rare name is found by the index of grams, once the newest orgs show that it is rare.
    expect(await numbers({ first: 20, search: '2998' }, rare)).toEqual([2_998])
    expect(await numbers({ first: 20, search: 'nobody' }, rare)).toEqual([])
    const below = await numbers({ first: 20, after, search: '149' }, rare)
    expect(below).toEqual([...down(1_499).slice(0, 10), 1_149, 149])
    const count = 'query($search: String) { orgs(search: $search) { totalCount } }'
    const counted = await askWithin(rare, testServer.instance, count, { search: 'org 2998' })
    expect(counted.orgs.totalCount).toBe(1)
  })

  it('the orgs of a member of many: as many rows as memberships', async () => {
    const member = await person(ofManyOrgs)
    const own = { rows: 2 * MEMBERSHIPS + page.rows, pages: 4 * MEMBERSHIPS, sorted: MEMBERSHIPS + page.rows }
    for (const search of [undefined, 'org', 'nobody']) {
      const { orgs } = await askWithin(own, member, pageOfOrgs, { first: 20, search })
      expect(orgs.nodes).toHaveLength(search === 'nobody' ? 0 : 20)
    }
    const few = await askWithin(page, viewer, pageOfOrgs, { first: 20 })
    expect(few.orgs.nodes.map(({ name }: { name: string }) => name)).toEqual(['Org 1', 'Org 0'])
  })

  it('one page of a user’s many memberships', async () => {
    const member = await person(ofManyOrgs)
    const after = '$after: String, $before: String, $first: Int, $last: Int'
    const document = `query(${after}) { viewer {
      orgUsers(first: $first, after: $after, last: $last, before: $before) { edges { cursor node { org { name } } } } } }`
    const edges = async (variables: Record<string, unknown>) =>
      (await askWithin(page, member, document, variables)).viewer.orgUsers.edges
    const first = await edges({ first: 20 })
    const next = await edges({ first: 20, after: first[19].cursor })
    const last = await edges({ last: 20 })
    expect(first[0].node.org.name).toBe(`Org ${MEMBERSHIPS + 1}`)
    expect(next[0].node.org.name).toBe(`Org ${MEMBERSHIPS - 19}`)
    expect(last[19].node.org.name).toBe('Org 2')
    expect(await edges({ last: 20, before: next[0].cursor })).toEqual(first)
    const count = { rows: MEMBERSHIPS + page.rows, pages: page.pages }
    const { viewer: counted } = await askWithin(count, member, '{ viewer { orgUsers { totalCount } } }', {})
    expect(counted.orgUsers.totalCount).toBe(MEMBERSHIPS)
  })

  it('the invites to an address with many', async () => {
    const invitee = await testServer.signUp({ email: asked })
    const document = `query($statuses: [OrgInviteStatus!]) { viewer {
      orgInvites(first: 20, statuses: $statuses) { totalCount nodes { status orgName } } } }`
    const read = async (statuses?: string[]) =>
      (await askWithin({ rows: 300, pages: 500 }, invitee, document, { statuses })).viewer.orgInvites
    expect(await read()).toMatchObject({ totalCount: 100, nodes: { length: 20 } })
    expect(await read(['DECLINED', 'EXPIRED'])).toMatchObject({ totalCount: 100, nodes: { length: 20 } })
    expect(await read(['PENDING'])).toEqual({ totalCount: 0, nodes: [] })
  })

  it('one page of a long history', async () => {
    const document = `query($orgId: ID!, $first: Int, $last: Int, $after: String, $before: String) { org(id: $orgId) {
      events(first: $first, after: $after, last: $last, before: $before) { nodes { seq } } } }`
    const seqs = async (variables: Record<string, unknown>) =>
      (await askWithin(page, viewer, document, { orgId: invites.orgId, ...variables })).org.events.nodes.map(
        ({ seq }: { seq: number }) => seq,
      )
    const middle = testServer.server.app.cursors.encodeSeq(`org.events:${uuid('org', ofInvites)}`, EVENTS / 2)
    const from = (seq: number) => Array.from({ length: 20 }, (_, index) => seq + index)
    expect(await seqs({ first: 20 })).toEqual(from(1))
    expect(await seqs({ last: 20 })).toEqual(from(EVENTS - 19))
    expect(await seqs({ first: 20, after: middle })).toEqual(from(EVENTS / 2 + 1))
    expect(await seqs({ last: 20, before: middle })).toEqual(from(EVENTS / 2 - 20))
  })

  it('pages of many orgs in one request', async () => {
    const document = `query($filter: OrgInviteFilter, $roles: OrgUserFilter) { orgs(last: 10) { nodes {
      inviteCounts { pending expired } limits { seatsUsed }
      users(first: 10, filter: $roles) { totalCount nodes { user { name } } }
      invites(first: 10, filter: $filter) { nodes { email status } }
    } } }`
    const tenPages = { rows: 10 * page.rows, pages: 10 * page.pages, sorted: 10 * page.rows }
    for (const [filter, roles] of [
      [null, null],
      [{ statuses: ['PENDING'] }, { roles: ['OWNER'] }],
      [{ statuses: ['EXPIRED', 'DECLINED'] }, { search: 'person' }],
    ]) {
      const counted = roles && 'search' in roles ? membersWalk.rows : 0
      const bounds = { ...tenPages, rows: tenPages.rows + counted, pages: tenPages.pages + 2 * counted }
      const { orgs } = await askWithin(bounds, testServer.instance, document, { filter, roles })
      expect(orgs.nodes).toHaveLength(10)
    }
  })
})

describe('a mutation in a big org', () => {
  it('reads only what it changes, however big the org is', async () => {
    const guest = await testServer.signUp()
    const orgId = invites.orgId
    const expectFew = async (
      client: Client,
      mutation: string,
      input: Record<string, unknown>,
      payload?: string,
    ) => {
      let result: Awaited<ReturnType<typeof mutate>> | undefined
      const statements = await statementsOf(async () => {
        result = await mutate(client, mutation, input, payload)
      })
      expect(result?.__typename).toMatch(/Payload$/)
      expectWithin(page, await plansOf(testServer.database.url, statements))
      return result
    }
    const { orgInvite } = await expectFew(
      viewer,
      'createOrgInvite',
      { orgId, invitee: { email: guest.email } },
      'orgInvite { id }',
    )
    await expectFew(viewer, 'resendOrgInvite', { orgInviteId: orgInvite.id })
    await expectFew(guest, 'acceptOrgInvite', { invite: { orgInviteId: orgInvite.id } })
    await expectFew(viewer, 'updateOrgUserRoles', {
      orgId: users.orgId,
      userId: encodeId('User', uuid('user', 8_000)),
      add: ['ADMIN'],
    })
    await expectFew(viewer, 'removeOrgUser', {
      orgId: users.orgId,
      userId: encodeId('User', uuid('user', 8_001)),
    })
    await expectFew(testServer.instance, 'deleteAppRole', {
      appRoleId: encodeId('AppRole', uuid('appRole', unusedRole)),
    })
  })
})

describe.each([
  ['among thousands of others', async () => {}],
  ['alone on its instance', () => removeOtherOrgs(pool)],
])('a big org %s', (_, prepare) => {
  /** For each list a place in its middle among many rows of the same time. */
  const places = new Map<BigList, { cursor: string; node: Node }>()
  beforeAll(async () => {
    await prepare()
    for (const list of [invites, users]) {
      const [node] = (
        await pool.query<Node>(
          `select id, at from (${list.rows}) row where at = $1 order by id offset $2 limit 1`,
          [list.moment, list.atOnce / 2],
        )
      ).rows
      if (node)
        places.set(list, {
          node,
          cursor: testServer.server.app.cursors.encodeKeyset(`org.${list.field}:${uuidOf(list.orgId)}`, {
            ms: node.at.getTime(),
            id: node.id,
          }),
        })
    }
  }, 60_000)

  it.each(shapes.map((shape) => [titleOf(shape), shape] as const))(
    'reads only what it must for a page and a count of %s, and both are right',
    async (_name, { list, filter, condition, ofPage, ofCount }) => {
      const { cursor, node } = places.get(list) ?? noPlace
      const pages = await pagesOf(list, condition, node)
      const ask = async (selection: string, bounds: Bounds, args: Record<string, unknown>) => {
        const variables = { orgId: list.orgId, filter, ...args }
        return (await askWithin(bounds, viewer, documentOf(list, selection), variables)).org.list
      }
      const read = async (args: Record<string, unknown>) => {
        const selection = `${nodesOf(list)} pageInfo { hasNextPage hasPreviousPage }`
        const { nodes, pageInfo } = await ask(selection, ofPage, args)
        return { ids: nodes.map(({ id }: Node) => uuidOf(id)), ...pageInfo }
      }
      const forwards = (ids: string[], hasPreviousPage: boolean) => ({
        ids: ids.slice(0, 20),
        hasNextPage: ids.length > 20,
        hasPreviousPage,
      })
      const backwards = (ids: string[], hasNextPage: boolean) => ({
        ids: ids.slice(0, 20).reverse(),
        hasNextPage,
        hasPreviousPage: ids.length > 20,
      })
      expect(await read({ first: 20 })).toEqual(forwards(pages.first, false))
      expect(await read({ last: 20 })).toEqual(backwards(pages.last, false))
      expect(await read({ first: 20, after: cursor })).toEqual(forwards(pages.after, true))
      expect(await read({ last: 20, before: cursor })).toEqual(backwards(pages.before, true))
      expect(await ask('totalCount', ofCount, {})).toEqual({ totalCount: pages.count })
    },
  )
})
