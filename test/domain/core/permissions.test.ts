import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDnsServer } from '../../support/dnsServer.js'
import { act, foundOrg, mutations } from '../../support/mutate.js'
import {
  everyPermission,
  granted,
  instancePermissions,
  orgPermissions,
  readWhole,
  type TokenClient,
  tokenOf,
  useCast,
  without,
} from '../../support/people.js'
import { type Client, useWorld } from '../../support/testServer.js'
import { orgMutations, otherMutations, type Stage, stageFor } from './mutationTable.js'

const dns = await startDnsServer()
afterAll(() => dns.close())
const world = useWorld({ env: { DNS_SERVERS: dns.address } })
const cast = useCast(world)
let foreign: TokenClient
beforeAll(async () => {
  foreign = await tokenOf(world, world.instance, orgPermissions, await foundOrg(cast.outsider))
})

/** Instance tokens are of no org, so that one of a kind serves the whole table. */
const instanceTokens = new Map<string, Promise<TokenClient>>()
function instanceToken(permissions: string[]): Promise<TokenClient> {
  const key = permissions.join()
  const token = instanceTokens.get(key) ?? tokenOf(world, world.instance, permissions)
  instanceTokens.set(key, token)
  return token
}

/** Who asks, and what an operation on the org answers them: `done`, `denied`, or the refusal's name. */
const actors: Array<{
  actor: string
  client(stage: Stage, needs: string): Client | Promise<Client>
  answer(needs: string): string
}> = [
  { actor: 'nobody', client: () => world.nobody, answer: () => 'UNAUTHENTICATED' },
  { actor: 'outsider', client: () => cast.outsider, answer: () => 'NotFoundError' },
  ...(['USER', 'ADMIN', 'OWNER'] as const).map((role) => ({
    actor: role,
    client: () => cast[role.toLowerCase() as 'user' | 'admin' | 'owner'],
    answer: (needs: string) => (granted[role].includes(needs) ? 'done' : 'denied'),
  })),
  {
    actor: 'org token with',
    // What is the instance's alone no token of an org can hold: it has the rest.
    client: ({ orgId }, needs) =>
      tokenOf(world, world.instance, instancePermissions.includes(needs) ? orgPermissions : [needs], orgId),
    answer: (needs) => (instancePermissions.includes(needs) ? 'denied' : 'done'),
  },
  {
    actor: 'org token without',
    client: ({ orgId }, needs) => tokenOf(world, world.instance, without(needs, orgPermissions), orgId),
    answer: () => 'denied',
  },
  { actor: 'token of another org', client: () => foreign, answer: () => 'NotFoundError' },
  {
    actor: 'instance token with',
    client: (_stage, needs) => instanceToken([needs]),
    answer: () => 'done',
  },
  {
    actor: 'instance token without',
    client: (_stage, needs) => instanceToken(without(needs, everyPermission)),
    answer: () => 'denied',
  },
]

const rows = [...orgMutations.map((row) => ({ ...row, answers: undefined })), ...otherMutations].map(
  (row) => ({
    ...row,
    title: `${row.mutation}${row.as ? ` ${row.as}` : ''} (${row.needs})`,
    cells: actors.map(({ actor, client, answer }) => {
      const special: Record<string, string> = row.answers ?? {}
      return { actor, client, answer: special[actor] ?? answer(row.needs) }
    }),
  }),
)

it('the table holds every mutation', () => {
  expect(new Set(rows.map(({ mutation }) => mutation))).toEqual(new Set(mutations))
})

for (const { title, mutation, needs, input, ofTokens, cells } of rows)
  describe(title, () => {
    const payload = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Payload`
    const isToken = (actor: string) => actor.includes('token')

    for (const { actor, client } of cells.filter(({ answer }) => answer === 'done'))
      it(`by ${actor}: done`, async () => {
        const stage = await stageFor(world, cast, dns)
        const given = { ...(await input(stage)), ...(isToken(actor) && ofTokens?.(stage)) }

        expect(await act(await client(stage, needs), mutation, given)).toEqual({ __typename: payload })
      })

    describe('nothing changes', () => {
      let stage: Stage
      let usual: Record<string, unknown>
      beforeAll(async () => {
        stage = await stageFor(world, cast, dns)
        usual = await input(stage)
      })

      for (const { actor, client, answer } of cells.filter(({ answer }) => answer !== 'done'))
        it(`by ${actor}: ${answer}`, async () => {
          const asking = await client(stage, needs)
          const given = { ...usual, ...(isToken(actor) && ofTokens?.(stage)) }
          const before = await readWhole(world, stage.orgId)

          if (answer === 'UNAUTHENTICATED') {
            await expect(act(asking, mutation, given)).rejects.toThrow('"code":"UNAUTHENTICATED"')
          } else {
            expect(await act(asking, mutation, given)).toEqual({
              __typename: answer === 'denied' ? 'PermissionDeniedError' : answer,
              message: expect.any(String),
              ...(answer === 'denied' && { permission: needs }),
            })
          }
          expect(await readWhole(world, stage.orgId)).toEqual(before)
        })
    })
  })
