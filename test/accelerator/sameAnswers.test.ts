import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { buildSchema } from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { upsertAppRole } from '../support/appRoles.js'
import { createLink } from '../support/inviteLinks.js'
import { allowRequests, decline, newRequest } from '../support/joinRequests.js'
import { createOrg, invite, join, mutate } from '../support/mutate.js'
import { type Client, useTestServer } from '../support/testServer.js'
import { createWebhook, insertDelivery, NOWHERE, QUIET } from '../support/webhooks.js'
import { documentOf, type Pool, Random } from './documents.js'

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'))
const DOCUMENTS = Number(process.env.DOCUMENTS ?? 400)

describe('the accelerator, with all of its parts or with one alone,', () => {
  const testServer = useTestServer({ env: { RATE_LIMIT_PER_ADDRESS: '0', MAX_ALIASES: '200' } })
  const pool: Pool = { ids: [], texts: ['a', 'Org', '%', '_', ''], cursors: ['nonsense'] }
  const viewers: Client[] = []
  let plain: string
  /** Servers with the whole accelerator are listed twice as often as those with one part. */
  const accelerated: string[] = []

  beforeAll(async () => {
    const withParts = async (parts: string) =>
      (await testServer.startAnother({ env: { ACCELERATOR: parts } })).url
    plain = await withParts('none')
    accelerated.push(testServer.url, testServer.url, await withParts('executor'), await withParts('reads'))
    const [owner, admin, member, stranger] = await Promise.all([0, 1, 2, 3].map(() => testServer.signUp()))
    if (!owner || !admin || !member || !stranger) throw new Error('nobody there')
    const orgs = [await createOrg(owner), await createOrg(owner), await createOrg(stranger)]
    for (const orgId of orgs.slice(0, 2)) {
      pool.ids.push(await join(owner, orgId, admin, ['ADMIN']), await join(owner, orgId, member))
      for (let n = 0; n < 4; n++) pool.ids.push(await invite(admin, orgId, `guest${n}@guests.example`))
      pool.ids.push(await invite(owner, orgId, stranger.email, { message: 'Come!' }))
      await mutate(owner, 'bindEmailDomain', {
        orgId,
        domain: `${orgId.slice(-9, -4).toLowerCase()}.example`,
      })
    }
    for (const input of [{}, { maxUses: 3, emailDomains: ['guests.example'] }])
      pool.ids.push((await createLink(admin, orgs[0] ?? '', input)).id)
    await allowRequests(testServer, orgs[1] ?? '', stranger)
    const declined = await newRequest(stranger, orgs[1] ?? '')
    await decline(admin, declined)
    await allowRequests(testServer, orgs[0] ?? '', stranger)
    pool.ids.push(declined, await newRequest(stranger, orgs[0] ?? ''))
    const webhook = await createWebhook(owner, orgs[0] ?? '', NOWHERE, QUIET)
    pool.ids.push(webhook.id, await insertDelivery(testServer, orgs[0] ?? '', webhook))
    const appRole = await upsertAppRole(testServer, { key: 'editor', permissions: ['b:read', 'a:read'] })
    const appRoleIds = [appRole.id, (await upsertAppRole(testServer, { key: 'author' })).id]
    pool.ids.push(...appRoleIds, await invite(owner, orgs[0] ?? '', 'author@guests.example', { appRoleIds }))
    for (const { id } of [admin, member])
      await mutate(owner, 'updateOrgUserRoles', { orgId: orgs[0], userId: id, addAppRoleIds: appRoleIds })
    await mutate(admin, 'revokeOrgInvite', { orgInviteId: pool.ids[2] })
    pool.ids.push(...orgs, owner.id, stranger.id, 'nonsense')
    pool.texts.push(owner.email, stranger.email, owner.name)
    const read = await owner.ask(
      '{ orgs { edges { cursor node { users { edges { cursor node { id } } } invites { edges { cursor } } } } } }',
    )
    for (const { cursor, node } of read.data.orgs.edges) {
      pool.cursors.push(cursor, ...[...node.users.edges, ...node.invites.edges].map((edge) => edge.cursor))
      pool.ids.push(...node.users.edges.map((edge: { node: { id: string } }) => edge.node.id))
    }
    viewers.push(owner, admin, member, stranger, testServer.nobody, testServer.instance)
  })

  const post = async (url: string, viewer: Client, body: unknown) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(viewer.authorization && { authorization: viewer.authorization }),
      },
      body: JSON.stringify(body),
    })
    const text = await response.text()
    return `${response.status} ${response.headers.get('content-type')} ${withErrorsInOrder(text)}`
  }

  interface Failure {
    path?: (string | number)[]
  }

  /**
   * Orders errors by the place of their null. If several occur, the first is whichever happens
   * first, on every path: GraphQL specifies no order. If a null spreads to its parent, other errors
   * inside may or may not have happened: then only the presence of an error is compared.
   */
  const withErrorsInOrder = (text: string) => {
    if (!text.startsWith('{"errors"')) return text
    const { errors, ...rest } = JSON.parse(text) as { errors: Failure[]; data?: unknown }
    const ordered = errors.map((error) => {
      const path = error.path ?? []
      const at = nullOn(path, rest.data)
      if (at < path.length) return `something below ${path.slice(0, at).join('.')}`
      // The id of an unexpected error differs each time, so only its presence is compared.
      return JSON.stringify(error).replace(/[0-9a-f-]{36}/g, 'ID')
    })
    return `${[...new Set(ordered)].sort().join()} ${JSON.stringify(rest)}`
  }

  /** The deepest existing part of a path. */
  const nullOn = (path: readonly (string | number)[], data: unknown): number => {
    let value = data as Record<string | number, unknown> | null | undefined
    for (const [depth, key] of path.entries()) {
      if (value === null || value === undefined) return depth
      value = value[key] as typeof value
    }
    return path.length
  }

  it('answers byte for byte the same as the plain path, for every document and every caller', async () => {
    const outcomes = { data: 0, errors: 0 }
    await fc.assert(
      fc.asyncProperty(Random.of(), fc.nat(5), fc.nat(3), async (random, who, which) => {
        const viewer = viewers[who] as Client
        const url = accelerated[which] as string
        const body = documentOf(schema, pool, random)
        const expected = await post(plain, viewer, body)
        // A document is cached at its second request and compiled at its third.
        await post(url, viewer, body)
        await post(url, viewer, body)
        const answer = await post(url, viewer, body)
        expect(answer, `${body.query}\n${JSON.stringify(body.variables)}`).toBe(expected)
        outcomes[expected.includes('; charset=utf-8 {"data"') ? 'data' : 'errors']++
      }),
      { numRuns: DOCUMENTS },
    )
    // Most answers must have data to compare.
    expect(outcomes.data).toBeGreaterThan(DOCUMENTS / 2)
    if (process.env.DOCUMENTS) console.info(outcomes)
  }, 600_000)
})
