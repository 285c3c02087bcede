import { beforeAll, describe, expect, it } from 'vitest'
import { createOrg, join, mutate } from '../../support/mutate.js'
import {
  createOrgWith,
  createToken,
  granted,
  orgPermissions,
  usePeople,
  without,
} from '../../support/people.js'
import { statementsOf } from '../../support/statements.js'
import { type Client, type TestPerson, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_SEATS: '100', MAX_ALIASES: '60' } })
const people = usePeople(testServer)
let orgId: string
beforeAll(async () => {
  orgId = await createOrgWith(people)
})

const selection = 'id roles permissions origin joinedAt user { id name email } org { id } invite { id }'

const find = async (by: Client, userId: string, of = orgId) => {
  const { data, errors } = await by.ask(
    `query($of: ID!, $userId: ID!) { orgUser(orgId: $of, userId: $userId) { ${selection} } }`,
    { of, userId },
  )
  expect(errors).toBeUndefined()
  return data.orgUser
}

describe('orgUser', () => {
  it('shows a membership as the list of members does, to each of the members', async () => {
    for (const viewer of [people.owner, people.admin, people.user]) {
      const { data } = await viewer.ask(
        `query($id: ID!) { org(id: $id) { users { nodes { ${selection} } } } }`,
        { id: orgId },
      )
      expect(data.org.users.nodes).toHaveLength(3)
      for (const orgUser of data.org.users.nodes) expect(await find(viewer, orgUser.user.id)).toEqual(orgUser)
    }
  })

  it('needs MEMBER_READ, and nothing else, of a token', async () => {
    const sees = async (token: Client) => {
      const { data } = await token.ask(
        'query($orgId: ID!, $userId: ID!) { orgUser(orgId: $orgId, userId: $userId) { roles } }',
        { orgId, userId: people.admin.id },
      )
      return data.orgUser
    }
    const reader = await createToken(testServer, people.owner, ['MEMBER_READ'], orgId)
    const others = without('MEMBER_READ', orgPermissions)
    const nonReader = await createToken(testServer, people.owner, others, orgId)
    expect(await sees(reader)).toEqual({ roles: ['ADMIN'] })
    expect(await sees(nonReader)).toBeNull()
    const instance = testServer.instance
    expect(await sees(await createToken(testServer, instance, ['MEMBER_READ']))).toEqual({ roles: ['ADMIN'] })
    expect(await sees(await createToken(testServer, instance, without('MEMBER_READ')))).toBeNull()
  })

  it('is null for outsiders, for anonymous callers, and for a token of another org', async () => {
    const elsewhere = await createOrg(people.outsider)
    const foreign = await createToken(testServer, people.outsider, orgPermissions, elsewhere)
    for (const viewer of [people.outsider, testServer.nobody, foreign])
      for (const userId of [people.owner.id, people.outsider.id])
        expect(await find(viewer, userId)).toBeNull()
  })

  it('is null for a user who is no member, who has left, and for ids of nothing', async () => {
    const guest = await testServer.signUp()
    await join(people.owner, orgId, guest)
    expect(await find(people.owner, guest.id)).toMatchObject({ roles: ['USER'] })
    await mutate(guest, 'leaveOrg', { orgId })
    for (const userId of [guest.id, people.outsider.id, orgId, 'nonsense', ''])
      expect(await find(people.owner, userId)).toBeNull()
    for (const of of [people.owner.id, 'nonsense', ''])
      expect(await find(people.owner, people.owner.id, of)).toBeNull()
  })

  it('finds each of many memberships, in several orgs, with as many statements as one', async () => {
    const other = await createOrg(people.owner)
    const guests = await Promise.all(Array.from({ length: 25 }, () => testServer.signUp()))
    for (const guest of guests) await join(people.owner, orgId, guest)
    const asked = guests.flatMap((guest) => [[orgId, guest] as const, [other, guest] as const])
    const read = async (pairs: ReadonlyArray<readonly [string, TestPerson]>) => {
      const fields = pairs.map(
        ([of, { id }], index) =>
          `a${index}: orgUser(orgId: "${of}", userId: "${id}") { permissions user { email } }`,
      )
      let data: Record<string, unknown> = {}
      const statements = await statementsOf(async () => {
        ;({ data } = await people.owner.ask(`{ ${fields.join(' ')} }`))
      })
      return { found: Object.values(data), count: statements.length }
    }
    const one = await read(asked.slice(0, 1))
    const all = await read(asked)
    expect(all.found).toEqual(
      asked.map(([of, { email }]) => (of === orgId ? { permissions: granted.USER, user: { email } } : null)),
    )
    expect(all.count).toBeLessThanOrEqual(one.count)
  })
})

describe('OrgUser.permissions', () => {
  it('are those that the roles grant, whoever reads them', async () => {
    for (const viewer of [people.user, people.owner, testServer.instance])
      for (const [role, person] of [
        ['USER', people.user],
        ['ADMIN', people.admin],
        ['OWNER', people.owner],
      ] as const) {
        const { permissions } = await find(viewer, person.id)
        expect(permissions.toSorted()).toEqual(granted[role].toSorted())
      }
  })

  it('change with the roles', async () => {
    const own = await createOrgWith(people)
    await mutate(people.owner, 'updateOrgUserRoles', { orgId: own, userId: people.user.id, add: ['ADMIN'] })
    const { permissions } = await find(people.user, people.user.id, own)
    expect(permissions.toSorted()).toEqual(granted.ADMIN.toSorted())
  })
})
