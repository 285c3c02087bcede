import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOrg, invite, join, mutate } from '../support/mutate.js'
import { openPool } from '../support/openPool.js'
import { type TestPerson, useTestServer } from '../support/testServer.js'
import { askPage, type List, readPage, walk } from './lists.js'

const testServer = useTestServer({ env: { FREE_SEATS: '1000', FREE_PENDING_INVITES: '1000' } })
let pool: Pool
let owner: TestPerson
/** A person with many orgs and many invites. */
let popular: TestPerson
let orgId: string
let otherOrgId: string

beforeAll(async () => {
  pool = openPool(testServer.database.url)
  owner = await testServer.signUp()
  popular = await testServer.signUp()
  orgId = await createOrg(owner)
  otherOrgId = await createOrg(owner)
  for (let number = 0; number < 23; number++) await invite(owner, orgId, `guest${number}@guests.example`)
  for (let number = 0; number < 17; number++) await join(owner, orgId, await testServer.signUp())
  for (let number = 0; number < 14; number++) {
    const host = await createOrg(owner)
    await join(owner, host, popular)
    const another = await createOrg(owner)
    await invite(owner, another, popular.email)
  }
  // Many rows get the same time, so that the id decides their order.
  await pool.query(`
    update org_invite set created_at = date_trunc('second', created_at);
    update org_user set joined_at = date_trunc('second', joined_at);
    update org set created_at = date_trunc('second', created_at)`)
}, 60_000)
afterAll(() => pool.end())

const ofOrg = (field: string, more: Partial<List> = {}): List => ({
  name: `org.${field}`,
  around: 'query($orgId: ID!) { org(id: $orgId) { % } }',
  variables: { orgId },
  field,
  ...more,
})
const ofViewer = (field: string, more: Partial<List> = {}): List => ({
  name: `viewer.${field}`,
  around: '{ viewer { % } }',
  variables: {},
  field,
  ...more,
})
const orgs = (): List => ({ name: 'orgs', around: '{ % }', variables: {}, field: 'orgs' })

/** A list of an org in another order than the usual one, in both directions. */
const sorted = (field: 'users' | 'invites', by: string, length: number) =>
  (['ASC', 'DESC'] as const)
    .filter((direction) => !['JOINED_AT ASC', 'CREATED_AT DESC'].includes(`${by} ${direction}`))
    .map((direction): (typeof lists)[number] => [
      `org.${field} by ${by} ${direction}`,
      () =>
        ofOrg(field, {
          name: `org.${field} by ${by} ${direction}`,
          args: `orderBy: { field: ${by}, direction: ${direction} }`,
        }),
      () => owner,
      length,
    ])

/** Every list, who reads it, and its length. */
const lists: Array<[string, () => List, () => TestPerson, number]> = [
  ['org.users', () => ofOrg('users'), () => owner, 18],
  ['org.invites', () => ofOrg('invites'), () => owner, 40],
  ...(['NAME', 'ROLE', 'JOINED_AT'] as const).flatMap((field) => sorted('users', field, 18)),
  ...(['STATUS', 'EXPIRES_AT', 'CREATED_AT'] as const).flatMap((field) => sorted('invites', field, 40)),
  ['org.events', () => ofOrg('events', { key: 'seq', counted: false }), () => owner, 76],
  ['orgs', orgs, () => popular, 14],
  ['User.orgUsers', () => ofViewer('orgUsers'), () => popular, 14],
  ['User.orgInvites', () => ofViewer('orgInvites'), () => popular, 28],
]

describe.each(lists)('the list %s', (_, listOf, readerOf, length) => {
  it('is complete and in the same order forwards and backwards, with pages of every size', async () => {
    const list = listOf()
    const reader = readerOf()
    const whole = await walk(reader, list, 100)
    expect(whole).toHaveLength(length)
    expect(new Set(whole).size).toBe(length)
    for (const size of [3, 7]) {
      expect(await walk(reader, list, size)).toEqual(whole)
      expect(await walk(reader, list, size, 'backward')).toEqual(whole)
    }
  })

  it('reports whether there are pages before and after, and the total count', async () => {
    const list = listOf()
    const reader = readerOf()
    const { counted = true } = list
    const all = await readPage(reader, list, 'first: 100')
    expect(all.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false })
    const first = await readPage(reader, list, 'first: 5')
    expect(first.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: first.cursors[0],
      endCursor: first.cursors[4],
    })
    const second = await readPage(reader, list, `first: 5, after: "${first.pageInfo.endCursor}"`)
    expect(second.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true })
    expect(second.keys).toEqual(all.keys.slice(5, 10))
    const last = await readPage(reader, list, 'last: 5')
    expect(last.keys).toEqual(all.keys.slice(-5))
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true })
    const between = `after: "${all.cursors[2]}", before: "${all.cursors[8]}"`
    expect((await readPage(reader, list, `first: 3, ${between}`)).keys).toEqual(all.keys.slice(3, 6))
    expect((await readPage(reader, list, `last: 3, ${between}`)).keys).toEqual(all.keys.slice(5, 8))
    expect((await readPage(reader, list, `first: 100, ${between}`)).keys).toEqual(all.keys.slice(3, 8))
    const beyond = await readPage(reader, list, `first: 5, after: "${all.cursors.at(-1)}"`)
    expect(beyond.keys).toEqual([])
    expect(beyond.pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: null,
      endCursor: null,
    })
    for (const { totalCount } of [all, first, second, last, beyond])
      expect(totalCount).toBe(counted ? length : undefined)
  })

  it('refuses a page size of zero or above the maximum, and both directions at once', async () => {
    const pages = ['first: 0', 'first: -1', 'first: 101', 'last: 0', 'last: 101', 'first: 5, last: 5']
    for (const page of pages)
      expect((await askPage(readerOf(), listOf(), page)).errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT' } },
      ])
    expect((await readPage(readerOf(), listOf(), 'first: 100')).keys).toHaveLength(length)
    expect((await readPage(readerOf(), listOf(), 'after: null')).keys).toHaveLength(Math.min(20, length))
  })

  it('has opaque cursors and refuses a damaged one', async () => {
    const { cursors } = await readPage(readerOf(), listOf(), 'first: 3')
    const cursor = cursors[1] ?? ''
    expect(cursor).toMatch(/^[\w-]+$/)
    expect(new Set(cursors).size).toBe(3)
    const damaged = [
      ...[0, 1, 5, 12, 20, cursor.length - 1].map((at) => {
        const other = cursor[at] === 'A' ? 'B' : 'A'
        return cursor.slice(0, at) + other + cursor.slice(at + 1)
      }),
      ...[
        cursor.slice(1),
        cursor.slice(0, -1),
        `${cursor}=`,
        `${cursor}A`,
        '',
        ' ',
        'null',
        '0',
        'x'.repeat(5_000),
      ],
    ]
    const codes = await Promise.all(
      damaged.flatMap((text) =>
        ['after', 'before'].map(async (name) => {
          const { errors } = await askPage(readerOf(), listOf(), `first: 3, ${name}: "${text}"`)
          return errors?.[0]?.extensions.code
        }),
      ),
    )
    expect(codes).toEqual(codes.map(() => 'BAD_USER_INPUT'))
  })
})

describe('a cursor', () => {
  it('is valid only for its own list', async () => {
    const foreign = [
      { list: { ...ofOrg('users'), variables: { orgId: otherOrgId } }, reader: owner },
      { list: { ...ofOrg('invites'), variables: { orgId: otherOrgId } }, reader: owner },
      {
        list: { ...ofOrg('events', { key: 'seq', counted: false }), variables: { orgId: otherOrgId } },
        reader: owner,
      },
      { list: ofViewer('orgUsers'), reader: owner },
      { list: ofViewer('orgInvites'), reader: owner },
      { list: orgs(), reader: owner },
    ]
    for (const [name, listOf, readerOf] of lists) {
      const { cursors } = await readPage(readerOf(), listOf(), 'first: 1')
      const own = lists
        .filter(([other]) => other !== name)
        .map(([, other, reader]) => ({ list: other(), reader: reader() }))
      for (const { list, reader } of [...own, ...foreign]) {
        const { errors } = await askPage(reader, list, `first: 3, after: "${cursors[0]}"`)
        expect(errors, `${name} in ${list.name}`).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
      }
    }
  })

  it('is valid on every server of the instance', async () => {
    const { cursors, keys } = await readPage(owner, ofOrg('invites'), 'first: 3')
    const server = await testServer.startAnother()
    const there = {
      ...owner,
      ask: (document: string, variables?: Record<string, unknown>) =>
        fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: owner.authorization ?? '' },
          body: JSON.stringify({ query: document, variables }),
        }).then((response) => response.json()),
    }
    expect((await readPage(there, ofOrg('invites'), `first: 2, after: "${cursors[0]}"`)).keys).toEqual(
      keys.slice(1),
    )
    await testServer.stop(server)
  })

  it('still works after its row is deleted', async () => {
    const gone = await createOrg(owner)
    const ids: string[] = []
    for (let number = 0; number < 5; number++)
      ids.unshift(await invite(owner, gone, `guest${number}@guests.example`))
    const list = { ...ofOrg('invites'), variables: { orgId: gone } }
    const { pageInfo } = await readPage(owner, list, 'first: 2')
    await mutate(owner, 'revokeOrgInvite', { orgInviteId: ids[1] })
    await mutate(owner, 'deleteOrgInvite', { orgInviteId: ids[1] })
    expect((await readPage(owner, list, `first: 10, after: "${pageInfo.endCursor}"`)).keys).toEqual(
      ids.slice(2),
    )
    expect((await readPage(owner, list, `last: 10, before: "${pageInfo.endCursor}"`)).keys).toEqual(
      ids.slice(0, 1),
    )
  })
})

describe('while others write to a list', () => {
  it('every earlier row appears on exactly one page and in order', async () => {
    const busy = await createOrg(owner)
    for (let number = 0; number < 30; number++) await invite(owner, busy, `early${number}@guests.example`)
    const list = { ...ofOrg('invites'), variables: { orgId: busy } }
    const before = await walk(owner, list, 100)
    let more = 0
    const write = () => Promise.all([1, 2].map(() => invite(owner, busy, `late${more++}@guests.example`)))
    const forwards = await walk(owner, list, 4, 'forward', write)
    const backwards = await walk(owner, list, 4, 'backward', write)
    const early = new Set(before)
    expect(forwards.filter((id) => early.has(id))).toEqual(before)
    expect(backwards.filter((id) => early.has(id))).toEqual(before)
    for (const walked of [forwards, backwards]) expect(new Set(walked).size).toBe(walked.length)
    // Newest first: forwards, the new rows would be on pages already read; backwards, they come
    // last.
    expect(forwards).toEqual(before)
    expect(backwards.length).toBeGreaterThan(before.length)
    expect((await readPage(owner, list, 'first: 1')).totalCount).toBe(30 + more)
  })
})
