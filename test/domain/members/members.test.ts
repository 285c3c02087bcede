import { describe, expect, it } from 'vitest'
import { act, foundOrg, join, type RoleName, readOrg } from '../../support/mutate.js'
import { orgOf, readWhole, useCast } from '../../support/people.js'
import { type Client, type TestPerson, useWorld } from '../../support/testServer.js'

const world = useWorld()
const cast = useCast(world)

const update = (by: Client, orgId: string, member: { id: string }, change: Record<string, unknown>) =>
  act(
    by,
    'updateOrgUserRoles',
    { orgId, userId: member.id, ...change },
    'orgUser { roles } org { limits { seatsUsed } }',
  )
const rolesOf = async (orgId: string): Promise<Record<string, string[]>> => {
  const { users } = await readOrg(world.instance, orgId)
  return Object.fromEntries(
    users.nodes.map(({ roles, user }: { roles: string[]; user: { id: string } }) => [user.id, roles]),
  )
}

describe('a member’s roles', () => {
  const changes: Array<[string, RoleName[], Record<string, unknown>, RoleName[]]> = [
    ['add a role', ['USER'], { add: ['ADMIN'] }, ['USER', 'ADMIN']],
    [
      'add several, in any order and twice',
      ['USER'],
      { add: ['OWNER', 'ADMIN', 'OWNER'] },
      ['USER', 'ADMIN', 'OWNER'],
    ],
    ['take one', ['USER', 'ADMIN'], { remove: ['USER'] }, ['ADMIN']],
    ['exchange them', ['USER'], { add: ['ADMIN'], remove: ['USER'] }, ['ADMIN']],
    ['take what isn’t held beside what is', ['USER', 'ADMIN'], { remove: ['OWNER', 'ADMIN'] }, ['USER']],
  ]
  for (const [what, before, change, after] of changes)
    it(`change: ${what}`, async () => {
      const orgId = await foundOrg(cast.owner)
      await join(cast.owner, orgId, cast.user, before)
      expect(await update(cast.owner, orgId, cast.user, change)).toMatchObject({
        orgUser: { roles: after },
        org: { limits: { seatsUsed: 2 } },
      })
      const { events } = await readOrg(cast.owner, orgId)
      expect(events.nodes.at(-1)).toMatchObject({
        memberEventType: 'ROLES_CHANGED',
        userId: cast.user.id,
        roles: after,
        previousRoles: before,
        actor: { id: cast.owner.id },
      })
    })

  it('that stay as they are make no event', async () => {
    const orgId = await orgOf(cast)
    const before = await readWhole(world, orgId)
    for (const change of [{ add: ['USER'] }, { remove: ['ADMIN'] }, { add: ['USER'], remove: ['OWNER'] }])
      expect(await update(cast.owner, orgId, cast.user, change)).toMatchObject({
        orgUser: { roles: ['USER'] },
      })
    expect(await readWhole(world, orgId)).toEqual(before)
  })

  it('all taken, the member is removed', async () => {
    const orgId = await orgOf(cast)
    expect(await update(cast.owner, orgId, cast.user, { remove: ['USER'] })).toMatchObject({
      __typename: 'UpdateOrgUserRolesPayload',
      orgUser: null,
      org: { limits: { seatsUsed: 2 } },
    })
    const { events } = await readOrg(cast.owner, orgId)
    expect(events.nodes.at(-1)).toMatchObject({
      memberEventType: 'REMOVED',
      userId: cast.user.id,
      roles: [],
      previousRoles: ['USER'],
    })
  })

  it.each([
    ['neither', {}],
    ['empty lists', { add: [], remove: [] }],
    ['the same added and taken', { add: ['ADMIN'], remove: ['ADMIN'] }],
    ['more to add than there are', { add: Array(4).fill('ADMIN') }],
    ['more to take than there are', { remove: Array(4).fill('ADMIN') }],
  ])('to be changed by %s are InvalidInputError', async (_what, change) => {
    const orgId = await orgOf(cast)
    expect(await update(cast.owner, orgId, cast.user, change)).toMatchObject({
      __typename: 'InvalidInputError',
    })
  })

  it('are those of members: others are NotFoundError', async () => {
    const orgId = await orgOf(cast)
    for (const id of [cast.outsider.id, 'nonsense', orgId]) {
      expect(await update(cast.owner, orgId, { id }, { add: ['USER'] })).toMatchObject({
        __typename: 'NotFoundError',
      })
      expect(await act(cast.owner, 'removeOrgUser', { orgId, userId: id })).toMatchObject({
        __typename: 'NotFoundError',
      })
    }
  })
})

describe('an org keeps an owner', () => {
  const ways: Record<string, (orgId: string, by: TestPerson) => Promise<{ __typename: string }>> = {
    'who leaves': (orgId, by) => act(by, 'leaveOrg', { orgId }),
    'who removes themselves': (orgId, by) => act(by, 'removeOrgUser', { orgId, userId: by.id }),
    'who takes their own last role': (orgId, by) => update(by, orgId, by, { remove: ['OWNER'] }),
    'who makes themselves ADMIN': (orgId, by) => update(by, orgId, by, { add: ['ADMIN'], remove: ['OWNER'] }),
    'whom a token removes': (orgId, by) => act(world.instance, 'removeOrgUser', { orgId, userId: by.id }),
    'whom a token makes USER': (orgId, by) =>
      update(world.instance, orgId, by, { add: ['USER'], remove: ['OWNER'] }),
  }
  for (const [how, way] of Object.entries(ways)) {
    it(`${how}, the last, gets LastOwnerError and stays`, async () => {
      const orgId = await orgOf(cast)
      const before = await readWhole(world, orgId)
      expect(await way(orgId, cast.owner)).toMatchObject({ __typename: 'LastOwnerError' })
      expect(await readWhole(world, orgId)).toEqual(before)
    })

    it(`${how}, not the last, may`, async () => {
      const orgId = await orgOf(cast)
      await update(cast.owner, orgId, cast.admin, { add: ['OWNER'] })
      expect((await way(orgId, cast.owner)).__typename).toMatch(/Payload$/)
      expect(await rolesOf(orgId)).toMatchObject({ [cast.admin.id]: ['ADMIN', 'OWNER'] })
    })
  }

  it('who may keep being one and give the other roles away', async () => {
    const orgId = await foundOrg(cast.owner)
    await update(cast.owner, orgId, cast.owner, { add: ['USER', 'ADMIN'] })
    expect(await update(cast.owner, orgId, cast.owner, { remove: ['USER', 'ADMIN'] })).toMatchObject({
      orgUser: { roles: ['OWNER'] },
    })
  })
})

describe('who leaves or is removed', () => {
  it.each([
    ['LEFT', (orgId: string) => act(cast.user, 'leaveOrg', { orgId }), () => cast.user],
    [
      'REMOVED',
      (orgId: string) => act(cast.admin, 'removeOrgUser', { orgId, userId: cast.user.id }),
      () => cast.admin,
    ],
  ] as const)('sees the org no more: %s', async (memberEventType, out, by) => {
    const orgId = await orgOf(cast)
    expect((await out(orgId)).__typename).toMatch(/Payload$/)
    const { data } = await cast.user.ask(
      'query($id: ID!) { org(id: $id) { id } viewer { orgUsers(first: 100) { nodes { org { id } } } } }',
      { id: orgId },
    )
    expect(data.org).toBeNull()
    expect(data.viewer.orgUsers.nodes).not.toContainEqual({ org: { id: orgId } })
    const { events, limits } = await readOrg(cast.owner, orgId)
    expect(limits.seatsUsed).toBe(2)
    expect(events.nodes.at(-1)).toMatchObject({
      memberEventType,
      userId: cast.user.id,
      roles: [],
      previousRoles: ['USER'],
      actor: { id: by().id },
    })
    expect(await act(cast.user, 'leaveOrg', { orgId })).toMatchObject({ __typename: 'NotFoundError' })
  })
})

describe('a list of members', () => {
  const list = async (orgId: string, filter: Record<string, unknown>): Promise<string[]> => {
    const { data, errors } = await cast.owner.ask(
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

  it('is filtered by role, and searched in names and addresses without regard to case, % and _ literal', async () => {
    const orgId = await foundOrg(cast.owner)
    const nonce = () => crypto.randomUUID().slice(0, 8)
    const ann = await world.person({ name: `Ann_${nonce()}`, email: `${nonce()}@anns.example` })
    const percent = await world.person({ name: `100% ${nonce()}`, email: `${nonce()}@percent.example` })
    await join(cast.owner, orgId, ann, ['USER', 'ADMIN'])
    await join(cast.owner, orgId, percent)
    const found: Array<[Record<string, unknown>, string[]]> = [
      [{ roles: ['ADMIN'] }, [ann.name]],
      [{ roles: ['USER', 'OWNER'] }, [cast.owner.name, ann.name, percent.name]],
      [{ roles: [] }, []],
      [{ search: 'ANN_' }, [ann.name]],
      [{ search: '@PERCENT.exam' }, [percent.name]],
      [{ search: '%' }, [percent.name]],
      [{ search: '100%' }, [percent.name]],
      [{ search: '\\' }, []],
      [{ search: '\0' }, []],
      [{ search: 'ann_', roles: ['OWNER'] }, []],
      [{ search: '' }, [cast.owner.name, ann.name, percent.name]],
      [{ search: null, roles: null }, [cast.owner.name, ann.name, percent.name]],
    ]
    for (const [filter, names] of found)
      expect(await list(orgId, filter), JSON.stringify(filter)).toEqual(names)
  })
})
