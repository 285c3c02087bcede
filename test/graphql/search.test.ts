import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOrg, invite, join, mutate } from '../support/mutate.js'
import { openPool } from '../support/openPool.js'
import { uuidOf } from '../support/orgSnapshot.js'
import { type Client, type TestPerson, useTestServer } from '../support/testServer.js'

const testServer = useTestServer({ env: { FREE_PENDING_INVITES: '100' } })
let pool: Pool
beforeAll(() => {
  pool = openPool(testServer.database.url)
})
afterAll(() => pool.end())

/** Returns one field of each node of a filtered list, and checks the list's count. */
async function found(client: Client, document: string, variables: Record<string, unknown>) {
  const { data, errors } = await client.ask(document, variables)
  if (!data) throw new Error(JSON.stringify(errors))
  const { nodes, totalCount } = data.org ? (data.org.users ?? data.org.invites) : data.orgs
  expect(totalCount).toBe(nodes.length)
  return nodes
}

describe('a search for members', () => {
  const people = [
    'Ann Percent 100%',
    'Bob Under_score',
    'Cy Back\\slash',
    'Élodie Ünal',
    'Dan 100 percent',
    'ann lower',
  ]
  let owner: TestPerson
  let orgId: string
  const emails: Record<string, string> = {}
  beforeAll(async () => {
    owner = await testServer.signUp({ name: 'Olga Owner', email: 'olga@own.example' })
    orgId = await createOrg(owner)
    for (const [number, name] of people.entries()) {
      const email = `${['ann.p', 'b_b', 'cy%cy', 'elodie', 'dan', 'lower'][number]}@people${number}.example`
      const person = await testServer.signUp({ name, email })
      emails[name] = email
      await join(owner, orgId, person, number === 0 ? ['ADMIN', 'USER'] : ['USER'])
    }
  })
  const search = async (filter: Record<string, unknown>) =>
    (
      await found(
        owner,
        `query($orgId: ID!, $filter: OrgUserFilter) { org(id: $orgId) {
          users(first: 100, filter: $filter) { totalCount nodes { user { name } } } } }`,
        { orgId, filter },
      )
    ).map(({ user }: { user: { name: string } }) => user.name)

  it.each([
    ['part of a name, in any case', 'ANN', ['Ann Percent 100%', 'ann lower']],
    ['letters beyond ASCII, in any case', 'élodie ÜNAL', ['Élodie Ünal']],
    ['letters with combining accents', 'e\u0301lodie u\u0308', ['Élodie Ünal']],
    ['part of an address, in any case', 'ELODIE@PEOPLE', ['Élodie Ünal']],
    ['% itself', '100%', ['Ann Percent 100%']],
    ['% in an address', 'cy%c', ['Cy Back\\slash']],
    ['_ itself', 'r_s', ['Bob Under_score']],
    ['_ in an address', 'b_b@', ['Bob Under_score']],
    ['\\ itself', '\\', ['Cy Back\\slash']],
    ['\\ before a letter', 'k\\s', ['Cy Back\\slash']],
    ['nothing for an unknown text', 'zzz', []],
    ['nothing for a regular expression', '.*', []],
    ["nothing for a quote ' with SQL after it", "' or true --", []],
    ['nothing for words of which one is nowhere', 'ann zzz', []],
    ['words in any order', 'percent ann', ['Ann Percent 100%']],
    ['one word in the name and one in the address', 'ann lower@', ['ann lower']],
    ['parts of words', 'ENT an', ['Ann Percent 100%', 'Dan 100 percent']],
    ['the same word once', 'ann ann ANN', ['Ann Percent 100%', 'ann lower']],
    ['words between all kinds of blanks', '\u3000lower\t\n\u00a0ann ', ['ann lower']],
    ['letters without their accents', 'elodie unal', ['Élodie Ünal']],
    ['letters with other accents', 'èlõdie', ['Élodie Ünal']],
    ['nothing for more words than a name has', Array.from({ length: 21 }, (_, n) => n + 100).join(' '), []],
    ['nothing for NUL', 'ann\0', []],
  ])('finds %s', async (_, text, names) => {
    expect(await search({ search: text })).toEqual(names)
  })

  it('compares all of a text that is longer than what is looked up in the index', async () => {
    const name = `Longname ${'abcdefghij'.repeat(18)}`
    const email = `${'k'.repeat(60)}@${'label.'.repeat(20)}long.example`
    await join(owner, orgId, await testServer.signUp({ name, email }), ['USER'])
    const text = `${name} ${email}`
    expect(text.length).toBeGreaterThan(300)
    expect(await search({ search: text })).toEqual([name])
    expect(await search({ search: `${text}x` })).toEqual([])
  })

  it('can be combined with roles, and without any condition finds all members', async () => {
    expect(await search({ search: 'ann', roles: ['ADMIN'] })).toEqual(['Ann Percent 100%'])
    expect(await search({ search: 'olga', roles: ['USER', 'ADMIN'] })).toEqual([])
    expect(await search({ roles: ['ADMIN', 'OWNER'] })).toEqual(['Olga Owner', 'Ann Percent 100%'])
    expect(await search({ roles: [] })).toEqual([])
    expect(await search({ search: '' })).toHaveLength(8)
    expect(await search({})).toHaveLength(8)
  })

  it('finds a renamed person only by the new name and address', async () => {
    const person = await testServer.signUp({ name: 'Before', email: 'before@people.example' })
    await join(owner, orgId, person)
    const { subject } = person
    const issuedAt = Math.floor(Date.now() / 1000) + 1
    const renamed = await testServer.authorize({
      subject,
      name: 'After',
      email: 'after@people.example',
      issuedAt,
    })
    await testServer.bearer(renamed).ask('{ viewer { id } }')
    expect(await search({ search: 'before' })).toEqual([])
    expect(await search({ search: 'after' })).toEqual(['After'])
  })

  it('has the same pages as the list', async () => {
    const page = async (args: string) => {
      const { data } = await owner.ask(
        `query($orgId: ID!) { org(id: $orgId) { users(${args}, filter: { search: "e" }) {
          nodes { user { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } } }`,
        { orgId },
      )
      return data.org.users
    }
    const whole = await page('first: 100')
    const first = await page('first: 2')
    const second = await page(`first: 2, after: "${first.pageInfo.endCursor}"`)
    const last = await page('last: 2')
    expect(second.nodes).toEqual(whole.nodes.slice(2, 4))
    expect(last.nodes).toEqual(whole.nodes.slice(-2))
    expect((await page(`last: 2, before: "${second.pageInfo.startCursor}"`)).nodes).toEqual(first.nodes)
    expect(first.pageInfo.hasNextPage && second.pageInfo.hasPreviousPage).toBe(true)
  })
})

describe('a filter for invites', () => {
  let owner: TestPerson
  let admin: TestPerson
  let stranger: TestPerson
  let orgId: string
  const moments: Date[] = []
  beforeAll(async () => {
    owner = await testServer.signUp()
    admin = await testServer.signUp()
    stranger = await testServer.signUp({ email: 'stranger@hidden.example' })
    orgId = await createOrg(owner)
    await join(owner, orgId, admin, ['ADMIN'])
    const inDb = async () =>
      (await pool.query('select date_trunc($1, clock_timestamp()) as now', ['milliseconds'])).rows[0].now
    const ids: string[] = []
    for (const [number, email] of [
      'per%cent@a.example',
      'under_score@a.example',
      'plain@b.example',
      'underXscore@c.example',
    ].entries()) {
      moments.push(await inDb())
      ids.push(await invite(number % 2 === 0 ? owner : admin, orgId, email))
    }
    await mutate(owner, 'revokeOrgInvite', { orgInviteId: ids[0] })
    await mutate(owner, 'createOrgInvite', { orgId, invitee: { userId: stranger.id } })
    moments.push(await inDb())
  })
  const filtered = async (filter: Record<string, unknown> | null, client: Client = owner) =>
    (
      await found(
        client,
        `query($orgId: ID!, $filter: OrgInviteFilter) { org(id: $orgId) {
          invites(first: 100, filter: $filter) { totalCount nodes { email createdAt } } } }`,
        { orgId, filter },
      )
    ).map(({ email }: { email: string | null }) => email)

  it('by search text takes %, _ and \\ literally and ignores case', async () => {
    expect(await filtered({ search: 'r%c' })).toEqual(['per%cent@a.example'])
    expect(await filtered({ search: 'UNDER_' })).toEqual(['under_score@a.example'])
    expect(await filtered({ search: 'under' })).toEqual(['underxscore@c.example', 'under_score@a.example'])
    expect(await filtered({ search: '\\' })).toEqual([])
    expect(await filtered({ search: '@A.EXAMPLE' })).toEqual(['under_score@a.example', 'per%cent@a.example'])
  })

  it('by address needs the whole address, in any case and spelling', async () => {
    expect(await filtered({ email: ' Plain@B.Example ' })).toEqual(['plain@b.example'])
    expect(await filtered({ email: 'lain@b.example' })).toEqual([])
    expect(await filtered({ email: 'no address' })).toEqual([])
  })

  it('does not match an address that the viewer may not see', async () => {
    expect(await filtered(null)).toContain(null)
    for (const filter of [{ email: stranger.email }, { search: 'stranger' }, { search: 'hidden' }])
      expect(await filtered(filter)).toEqual([])
    expect(await filtered({ search: 'hidden' }, testServer.instance)).toEqual([stranger.email])
  })

  it('by inviter takes a user’s id, and matches nothing for any other id', async () => {
    expect(await filtered({ invitedById: admin.id })).toEqual([
      'underxscore@c.example',
      'under_score@a.example',
    ])
    expect(await filtered({ invitedById: orgId })).toEqual([])
    expect(await filtered({ invitedById: 'garbage' })).toEqual([])
  })

  it('by time excludes the given time itself', async () => {
    const created = async (filter: Record<string, unknown>) => (await filtered(filter)).length
    expect(await created({ createdAfter: moments[0] })).toBe(5)
    expect(await created({ createdBefore: moments[0] })).toBe(1)
    expect(await created({ createdAfter: moments[2], createdBefore: moments[4] })).toBe(3)
    const { rows } = await pool.query('select created_at from org_invite where org_id = $1 and email = $2', [
      uuidOf(orgId),
      'plain@b.example',
    ])
    expect(await filtered({ createdAfter: rows[0].created_at })).not.toContain('plain@b.example')
    expect(await filtered({ createdBefore: rows[0].created_at })).not.toContain('plain@b.example')
  })

  it('by status works, and so do all conditions together', async () => {
    expect(await filtered({ statuses: ['REVOKED'] })).toEqual(['per%cent@a.example'])
    expect(await filtered({ statuses: ['REVOKED', 'EXPIRED', 'DECLINED', 'ACCEPTED'] })).toEqual([
      'per%cent@a.example',
      admin.email,
    ])
    expect(await filtered({ statuses: [] })).toEqual([])
    expect(await filtered({ statuses: ['PENDING'] })).toHaveLength(4)
    expect(
      await filtered({
        statuses: ['PENDING'],
        search: 'under',
        invitedById: admin.id,
        createdAfter: moments[2],
      }),
    ).toEqual(['underxscore@c.example'])
    expect(
      await filtered({ statuses: ['PENDING', 'PENDING'], search: '', email: null, invitedById: null }),
    ).toHaveLength(4)
  })
})

describe('a search for orgs', () => {
  it('finds a part of a name in any case, and only orgs that the viewer may see', async () => {
    const owner = await testServer.signUp()
    const stranger = await testServer.signUp()
    const mark = crypto.randomUUID().slice(0, 8)
    for (const name of ['100% Wool', 'Under_score', 'Back\\slash', 'Straße & Söhne'])
      await createOrg(owner, { name: `${name} ${mark}` })
    const search = async (client: Client, text: string) =>
      (
        await found(
          client,
          'query($text: String) { orgs(first: 100, search: $text) { totalCount nodes { name } } }',
          { text },
        )
      ).map(({ name }: { name: string }) => name.replace(` ${mark}`, ''))
    for (const client of [owner, testServer.instance]) {
      expect(await search(client, `0% WOOL ${mark}`)).toEqual(['100% Wool'])
      expect(await search(client, `_score ${mark}`)).toEqual(['Under_score'])
      expect(await search(client, `\\SLASH ${mark}`)).toEqual(['Back\\slash'])
      expect(await search(client, `STRASSE & SÖHNE ${mark}`)).toEqual(['Straße & Söhne'])
      expect(await search(client, `söhne straße ${mark}`)).toEqual(['Straße & Söhne'])
      expect(await search(client, `söhne wool ${mark}`)).toEqual([])
      expect(await search(client, `% ${mark}`)).toEqual(['100% Wool'])
      expect(await search(client, mark)).toHaveLength(4)
    }
    expect(await search(stranger, mark)).toEqual([])
  })

  it('among all orgs finds what comparing each name finds, in every script', async () => {
    const owner = await testServer.signUp()
    const names = [
      '北京 Söhne',
      '東京Ltd',
      'Ǆungla',
      'ab',
      'Łódź',
      'a\u1680bc\u3000d',
      'ＷＩＤＥ ﬃ',
      'é\u0301x',
    ]
    for (const name of names) await createOrg(owner, { name })
    const search = async (client: Client, text: string) =>
      found(
        client,
        'query($text: String) { orgs(first: 100, search: $text) { totalCount nodes { name } } }',
        {
          text,
        },
      )
    const texts = [
      '北京',
      '京',
      '京l',
      '京ltd söhne',
      'ǆun',
      'AB',
      'łód',
      'BC',
      'a\u1680b',
      'wide',
      'ffi',
      'é',
    ]
    const results = []
    for (const text of texts) {
      const names = await search(owner, text)
      // The owner's own are compared one by one.
      expect(await search(testServer.instance, text), text).toEqual(expect.arrayContaining(names))
      results.push(...names)
    }
    expect(results.length).toBeGreaterThanOrEqual(texts.length)
  })
})

describe('the lists of several users in one answer', () => {
  it('have each user’s own memberships and invites', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const people = await Promise.all([1, 2, 3].map(() => testServer.signUp()))
    for (const [number, person] of people.entries()) {
      await join(owner, orgId, person)
      for (let count = 0; count <= number; count++) {
        const host = await createOrg(owner, { name: `Host ${number} ${count} ${crypto.randomUUID()}` })
        await invite(owner, host, person.email)
      }
    }
    const { data } = await testServer.instance.ask(
      `query($orgId: ID!) { org(id: $orgId) { users(first: 10) { nodes { user { email
        orgUsers { totalCount nodes { user { email } org { id } } }
        all: orgInvites(first: 2) { totalCount nodes { email status } }
        pending: orgInvites(statuses: [PENDING]) { totalCount nodes { email } }
      } } } } }`,
      { orgId },
    )
    const [, ...members] = data.org.users.nodes
    expect(members).toHaveLength(3)
    for (const [number, { user }] of members.entries()) {
      const { email } = people[number] ?? owner
      expect(user.email).toBe(email)
      expect(user.orgUsers).toEqual({ totalCount: 1, nodes: [{ user: { email }, org: { id: orgId } }] })
      expect(user.pending).toEqual({ totalCount: number + 1, nodes: Array(number + 1).fill({ email }) })
      expect(user.all.totalCount).toBe(number + 2)
      expect(user.all.nodes).toEqual(Array(2).fill({ email, status: expect.any(String) }))
    }
  })

  it('have no invites for a user whose address is not verified', async () => {
    const owner = await testServer.signUp()
    const claimant = await testServer.signUp({ email: 'claimed@guests.example', verified: false })
    await invite(owner, await createOrg(owner), 'claimed@guests.example')
    const { data } = await claimant.ask('{ viewer { orgInvites { totalCount nodes { id } } } }')
    expect(data.viewer.orgInvites).toEqual({ totalCount: 0, nodes: [] })
  })
})

describe('several mutations in one document', () => {
  it('each answer with the state right after it', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const ids = [
      await invite(owner, orgId, 'a@guests.example'),
      await invite(owner, orgId, 'b@guests.example'),
    ]
    const payload =
      '... on RevokeOrgInvitePayload { orgInvite { status org { limits { pendingInvitesUsed } inviteCounts { pending revoked } } } }'
    const { data } = await owner.ask(
      `mutation($one: ID!, $two: ID!) {
        one: revokeOrgInvite(input: { orgInviteId: $one }) { ${payload} }
        two: revokeOrgInvite(input: { orgInviteId: $two }) { ${payload} }
      }`,
      { one: ids[0], two: ids[1] },
    )
    const afterRevoke = (pending: number) => ({
      orgInvite: {
        status: 'REVOKED',
        org: { limits: { pendingInvitesUsed: pending }, inviteCounts: { pending, revoked: 2 - pending } },
      },
    })
    expect(data).toEqual({ one: afterRevoke(1), two: afterRevoke(0) })
  })
})
