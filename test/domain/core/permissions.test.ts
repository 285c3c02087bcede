import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDnsServer } from '../../support/dnsServer.js'
import { createOrg, mutate, mutations } from '../../support/mutate.js'
import {
  createToken,
  everyPermission,
  granted,
  instancePermissions,
  orgPermissions,
  readEverything,
  type TokenClient,
  usePeople,
  without,
} from '../../support/people.js'
import { type Client, type TestPerson, useTestServer } from '../../support/testServer.js'
import { createFixture, type Fixture, orgMutations, otherMutations } from './mutationTable.js'

const dns = await startDnsServer()
afterAll(() => dns.close())
const testServer = useTestServer({ env: { DNS_SERVERS: dns.address } })
const people = usePeople(testServer)
let foreign: TokenClient
beforeAll(async () => {
  foreign = await createToken(
    testServer,
    testServer.instance,
    orgPermissions,
    await createOrg(people.outsider),
  )
})

/**
 * Instance tokens belong to no org, so the whole table can share one for each set of permissions.
 */
const instanceTokens = new Map<string, Promise<TokenClient>>()
function instanceToken(permissions: string[]): Promise<TokenClient> {
  const key = permissions.join()
  const token = instanceTokens.get(key) ?? createToken(testServer, testServer.instance, permissions)
  instanceTokens.set(key, token)
  return token
}

/** Makes somebody new an OWNER of an org. */
async function suspendable(orgId: string): Promise<TestPerson> {
  const member = await testServer.signUp()
  await mutate(testServer.instance, 'addOrgUser', { orgId, userId: member.id, roles: ['OWNER'] })
  return member
}

/**
 * Every kind of caller and their answer for an operation on the org: `done`, `denied`, or the name
 * of the refusal.
 */
const actors: Array<{
  actor: string
  /** The caller whose special answers this one gets too. */
  like?: string
  client(fixture: Fixture, needs: string): Client | Promise<Client>
  answer(needs: string): string
}> = [
  { actor: 'nobody', client: () => testServer.nobody, answer: () => 'UNAUTHENTICATED' },
  { actor: 'outsider', client: () => people.outsider, answer: () => 'NotFoundError' },
  ...(['USER', 'ADMIN', 'OWNER'] as const).map((role) => ({
    actor: role,
    client: () => people[role.toLowerCase() as 'user' | 'admin' | 'owner'],
    answer: (needs: string) => (granted[role].includes(needs) ? 'done' : 'denied'),
  })),
  {
    actor: 'org token with',
    // An org's token cannot hold a permission of the instance, so it gets all the others.
    client: ({ orgId }, needs) =>
      createToken(
        testServer,
        testServer.instance,
        instancePermissions.includes(needs) ? orgPermissions : [needs],
        orgId,
      ),
    answer: (needs) => (instancePermissions.includes(needs) ? 'denied' : 'done'),
  },
  {
    actor: 'org token without',
    client: ({ orgId }, needs) =>
      createToken(testServer, testServer.instance, without(needs, orgPermissions), orgId),
    answer: () => 'denied',
  },
  { actor: 'token of another org', client: () => foreign, answer: () => 'NotFoundError' },
  {
    actor: 'suspended OWNER',
    like: 'outsider',
    client: async ({ orgId }) => {
      const member = await suspendable(orgId)
      await mutate(people.owner, 'suspendOrgUser', { orgId, userId: member.id })
      return member
    },
    answer: () => 'NotFoundError',
  },
  {
    actor: 'token of a suspended OWNER',
    like: 'token of another org',
    client: async ({ orgId }) => {
      const member = await suspendable(orgId)
      const token = await createToken(testServer, member, orgPermissions, orgId)
      await mutate(people.owner, 'suspendOrgUser', { orgId, userId: member.id })
      return token
    },
    answer: () => 'NotFoundError',
  },
  {
    actor: 'instance token with',
    client: (_fixture, needs) => instanceToken([needs]),
    answer: () => 'done',
  },
  {
    actor: 'instance token without',
    client: (_fixture, needs) => instanceToken(without(needs, everyPermission)),
    answer: () => 'denied',
  },
]

const rows = [...orgMutations.map((row) => ({ ...row, answers: undefined })), ...otherMutations].map(
  (row) => ({
    ...row,
    title: `${row.mutation}${row.as ? ` ${row.as}` : ''} (${row.needs})`,
    cells: actors.map(({ actor, like = actor, client, answer }) => {
      const special: Record<string, string> = row.answers ?? {}
      return { actor, client, answer: special[actor] ?? special[like] ?? answer(row.needs) }
    }),
  }),
)

it('the permission table covers every mutation', () => {
  expect(new Set(rows.map(({ mutation }) => mutation))).toEqual(new Set(mutations))
})

for (const { title, mutation, needs, input, ofTokens, cells } of rows)
  describe(title, () => {
    const payload = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Payload`
    const isToken = (actor: string) => actor.includes('token')

    for (const { actor, client } of cells.filter(({ answer }) => answer === 'done'))
      it(`succeeds for ${actor}`, async () => {
        const fixture = await createFixture(testServer, people, dns)
        const given = { ...(await input(fixture)), ...(isToken(actor) && ofTokens?.(fixture)) }

        expect(await mutate(await client(fixture, needs), mutation, given)).toEqual({ __typename: payload })
      })

    const refused = cells.filter(({ answer }) => answer !== 'done')
    describe.runIf(refused.length > 0)('changes nothing', () => {
      let fixture: Fixture
      let usual: Record<string, unknown>
      beforeAll(async () => {
        fixture = await createFixture(testServer, people, dns)
        usual = await input(fixture)
      })

      for (const { actor, client, answer } of refused)
        it(`for ${actor}, who gets ${answer}`, async () => {
          const asking = await client(fixture, needs)
          const given = { ...usual, ...(isToken(actor) && ofTokens?.(fixture)) }
          const before = await readEverything(testServer, fixture.orgId)

          if (answer === 'UNAUTHENTICATED') {
            await expect(mutate(asking, mutation, given)).rejects.toThrow('"code":"UNAUTHENTICATED"')
          } else {
            expect(await mutate(asking, mutation, given)).toEqual({
              __typename: answer === 'denied' ? 'PermissionDeniedError' : answer,
              message: expect.any(String),
              ...(answer === 'denied' && { permission: needs }),
              ...(answer === 'AlreadyOrgUserError' && { existingOrgUser: { id: expect.any(String) } }),
            })
          }
          expect(await readEverything(testServer, fixture.orgId)).toEqual(before)
        })
    })
  })
