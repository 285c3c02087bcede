import { describe, expect, it } from 'vitest'
import { createOrg, join, mutate, type RoleName, readOrg } from '../../support/mutate.js'
import { createOrgWith, readEverything, usePeople } from '../../support/people.js'
import { type Client, type TestPerson, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)

const update = (by: Client, orgId: string, member: { id: string }, change: Record<string, unknown>) =>
  mutate(
    by,
    'updateOrgUserRoles',
    { orgId, userId: member.id, ...change },
    'orgUser { roles } org { limits { seatsUsed } }',
  )
const rolesOf = async (orgId: string): Promise<Record<string, string[]>> => {
  const { users } = await readOrg(testServer.instance, orgId)
  return Object.fromEntries(
    users.nodes.map(({ roles, user }: { roles: string[]; user: { id: string } }) => [user.id, roles]),
  )
}

describe('a member’s roles', () => {
  const changes: Array<[string, RoleName[], Record<string, unknown>, RoleName[]]> = [
    ['one is added', ['USER'], { add: ['ADMIN'] }, ['USER', 'ADMIN']],
    [
      'several are added, in any order and one twice',
      ['USER'],
      { add: ['OWNER', 'ADMIN', 'OWNER'] },
      ['USER', 'ADMIN', 'OWNER'],
    ],
    ['one is removed', ['USER', 'ADMIN'], { remove: ['USER'] }, ['ADMIN']],
    ['one is replaced', ['USER'], { add: ['ADMIN'], remove: ['USER'] }, ['ADMIN']],
    [
      'one that the member has is removed beside one that they lack',
      ['USER', 'ADMIN'],
      { remove: ['OWNER', 'ADMIN'] },
      ['USER'],
    ],
  ]
  for (const [what, before, change, after] of changes)
    it(`can be changed: ${what}`, async () => {
      const orgId = await createOrg(people.owner)
      await join(people.owner, orgId, people.user, before)
      expect(await update(people.owner, orgId, people.user, change)).toMatchObject({
        orgUser: { roles: after },
        org: { limits: { seatsUsed: 2 } },
      })
      const { events } = await readOrg(people.owner, orgId)
      expect(events.nodes.at(-1)).toMatchObject({
        memberEventType: 'ROLES_CHANGED',
        userId: people.user.id,
        roles: after,
        previousRoles: before,
        actor: { id: people.owner.id },
      })
    })

  it('are unchanged without an event if the update changes nothing', async () => {
    const orgId = await createOrgWith(people)
    const before = await readEverything(testServer, orgId)
    for (const change of [{ add: ['USER'] }, { remove: ['ADMIN'] }, { add: ['USER'], remove: ['OWNER'] }])
      expect(await update(people.owner, orgId, people.user, change)).toMatchObject({
        orgUser: { roles: ['USER'] },
      })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('cannot be empty: the member is removed with the last one', async () => {
    const orgId = await createOrgWith(people)
    expect(await update(people.owner, orgId, people.user, { remove: ['USER'] })).toMatchObject({
      __typename: 'UpdateOrgUserRolesPayload',
      orgUser: null,
      org: { limits: { seatsUsed: 2 } },
    })
    const { events } = await readOrg(people.owner, orgId)
    expect(events.nodes.at(-1)).toMatchObject({
      memberEventType: 'REMOVED',
      userId: people.user.id,
      roles: [],
      previousRoles: ['USER'],
    })
  })

  it.each([
    ['no change', {}],
    ['empty lists', { add: [], remove: [] }],
    ['the same role to add and to remove', { add: ['ADMIN'], remove: ['ADMIN'] }],
    ['more roles to add than exist', { add: Array(4).fill('ADMIN') }],
    ['more roles to remove than exist', { remove: Array(4).fill('ADMIN') }],
  ])('cannot be updated with %s: that is InvalidInputError', async (_what, change) => {
    const orgId = await createOrgWith(people)
    expect(await update(people.owner, orgId, people.user, change)).toMatchObject({
      __typename: 'InvalidInputError',
    })
  })

  it('can be updated only for members: others are NotFoundError', async () => {
    const orgId = await createOrgWith(people)
    for (const id of [people.outsider.id, 'nonsense', orgId]) {
      expect(await update(people.owner, orgId, { id }, { add: ['USER'] })).toMatchObject({
        __typename: 'NotFoundError',
      })
      expect(await mutate(people.owner, 'removeOrgUser', { orgId, userId: id })).toMatchObject({
        __typename: 'NotFoundError',
      })
    }
  })
})

describe('an org always has an owner:', () => {
  const ways: Record<string, (orgId: string, by: TestPerson) => Promise<{ __typename: string }>> = {
    'an owner who leaves': (orgId, by) => mutate(by, 'leaveOrg', { orgId }),
    'an owner who removes themselves': (orgId, by) => mutate(by, 'removeOrgUser', { orgId, userId: by.id }),
    'an owner who removes their own last role': (orgId, by) => update(by, orgId, by, { remove: ['OWNER'] }),
    'an owner who demotes themselves to ADMIN': (orgId, by) =>
      update(by, orgId, by, { add: ['ADMIN'], remove: ['OWNER'] }),
    'an owner whom a token removes': (orgId, by) =>
      mutate(testServer.instance, 'removeOrgUser', { orgId, userId: by.id }),
    'an owner whom a token demotes to USER': (orgId, by) =>
      update(testServer.instance, orgId, by, { add: ['USER'], remove: ['OWNER'] }),
  }
  for (const [how, way] of Object.entries(ways)) {
    it(`${how}, if they are the last, gets LastOwnerError and stays`, async () => {
      const orgId = await createOrgWith(people)
      const before = await readEverything(testServer, orgId)
      expect(await way(orgId, people.owner)).toMatchObject({ __typename: 'LastOwnerError' })
      expect(await readEverything(testServer, orgId)).toEqual(before)
    })

    it(`${how}, if they are not the last, may`, async () => {
      const orgId = await createOrgWith(people)
      await update(people.owner, orgId, people.admin, { add: ['OWNER'] })
      expect((await way(orgId, people.owner)).__typename).toMatch(/Payload$/)
      expect(await rolesOf(orgId)).toMatchObject({ [people.admin.id]: ['ADMIN', 'OWNER'] })
    })
  }

  it('an owner may give up their other roles and stay an owner', async () => {
    const orgId = await createOrg(people.owner)
    await update(people.owner, orgId, people.owner, { add: ['USER', 'ADMIN'] })
    expect(await update(people.owner, orgId, people.owner, { remove: ['USER', 'ADMIN'] })).toMatchObject({
      orgUser: { roles: ['OWNER'] },
    })
  })
})

describe('somebody who leaves or is removed', () => {
  it.each([
    ['LEFT', (orgId: string) => mutate(people.user, 'leaveOrg', { orgId }), () => people.user],
    [
      'REMOVED',
      (orgId: string) => mutate(people.admin, 'removeOrgUser', { orgId, userId: people.user.id }),
      () => people.admin,
    ],
  ] as const)('no longer sees the org: %s', async (memberEventType, out, by) => {
    const orgId = await createOrgWith(people)
    expect((await out(orgId)).__typename).toMatch(/Payload$/)
    const { data } = await people.user.ask(
      'query($id: ID!) { org(id: $id) { id } viewer { orgUsers(first: 100) { nodes { org { id } } } } }',
      { id: orgId },
    )
    expect(data.org).toBeNull()
    expect(data.viewer.orgUsers.nodes).not.toContainEqual({ org: { id: orgId } })
    const { events, limits } = await readOrg(people.owner, orgId)
    expect(limits.seatsUsed).toBe(2)
    expect(events.nodes.at(-1)).toMatchObject({
      memberEventType,
      userId: people.user.id,
      roles: [],
      previousRoles: ['USER'],
      actor: { id: by().id },
    })
    expect(await mutate(people.user, 'leaveOrg', { orgId })).toMatchObject({ __typename: 'NotFoundError' })
  })
})

describe('the list of members', () => {
  const list = async (orgId: string, filter: Record<string, unknown>): Promise<string[]> => {
    const { data, errors } = await people.owner.ask(
      `query($id: ID!, $filter: OrgUserFilter) {
        org(id: $id) { users(filter: $filter) { totalCount nodes { user { name } } } }
      }`,
      { id: orgId, filter },
    )
    expect(errors).toBeUndefined()
    const { totalCount, nodes } = data.org.users
    expect(totalCount).toBe(nodes.length)
    return nodes.map(({ user }: { user: { name: string } }) => user.name)
  }

  it('can be filtered by role and searched by name and address, without regard to case and with % and _ literal', async () => {
    const orgId = await createOrg(people.owner)
    const nonce = () => crypto.randomUUID().slice(0, 8)
    const ann = await testServer.signUp({ name: `Ann_${nonce()}`, email: `${nonce()}@anns.example` })
    const percent = await testServer.signUp({ name: `100% ${nonce()}`, email: `${nonce()}@percent.example` })
    await join(people.owner, orgId, ann, ['USER', 'ADMIN'])
    await join(people.owner, orgId, percent)
    const found: Array<[Record<string, unknown>, string[]]> = [
      [{ roles: ['ADMIN'] }, [ann.name]],
      [{ roles: ['USER', 'OWNER'] }, [people.owner.name, ann.name, percent.name]],
      [{ roles: [] }, []],
      [{ search: 'ANN_' }, [ann.name]],
      [{ search: '@PERCENT.exam' }, [percent.name]],
      [{ search: '%' }, [percent.name]],
      [{ search: '100%' }, [percent.name]],
      [{ search: '\\' }, []],
      [{ search: '\0' }, []],
      [{ search: 'ann_', roles: ['OWNER'] }, []],
      [{ search: '' }, [people.owner.name, ann.name, percent.name]],
      [{ search: null, roles: null }, [people.owner.name, ann.name, percent.name]],
    ]
    for (const [filter, names] of found)
      expect(await list(orgId, filter), JSON.stringify(filter)).toEqual(names)
  })
})
