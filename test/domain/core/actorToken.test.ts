import { describe, expect, it } from 'vitest'
import { expireNow } from '../../support/expireNow.js'
import { createOrg, invite, mutate } from '../../support/mutate.js'
import {
  createOrgWith,
  createToken,
  everyPermission,
  orgPermissions,
  type TokenClient,
  usePeople,
  without,
} from '../../support/people.js'
import { statementsOf } from '../../support/statements.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_PENDING_INVITES: '100' } })
const people = usePeople(testServer)

interface EventRead {
  type: string
  actor: { id: string } | null
  actorToken: { id: string; name?: string } | null
}

/** The newest events of an org, with who did them. */
async function eventsOf(reader: Client, orgId: string, last = 100): Promise<EventRead[]> {
  const { data, errors } = await reader.ask(
    `query($orgId: ID!, $last: Int!) { org(id: $orgId) { events(last: $last) { nodes {
      actor { id } actorToken { id name }
      ... on OrgInviteEvent { inviteEventType }
      ... on OrgUserEvent { memberEventType }
      ... on OrgChangeEvent { orgEventType }
    } } } }`,
    { orgId, last },
  )
  expect(errors).toBeUndefined()
  return data.org.events.nodes.map(
    ({ inviteEventType, memberEventType, orgEventType, actor, actorToken }: Record<string, never>) => ({
      type: inviteEventType ?? memberEventType ?? orgEventType,
      actor,
      actorToken,
    }),
  )
}

const orgToken = (orgId: string) => createToken(testServer, people.owner, orgPermissions, orgId)
const instanceToken = () => createToken(testServer, testServer.instance, everyPermission)

describe('actorToken names the API token behind each event', () => {
  it('of an invite, a member, a domain and the org', async () => {
    const orgId = await createOrgWith(people)
    const token = await orgToken(orgId)
    const before = (await eventsOf(people.owner, orgId)).length
    const orgInviteId = await invite(token, orgId, 'guest@guests.example')
    await mutate(token, 'resendOrgInvite', { orgInviteId })
    await mutate(token, 'revokeOrgInvite', { orgInviteId })
    await mutate(token, 'deleteOrgInvite', { orgInviteId })
    await mutate(token, 'updateOrgUserRoles', { orgId, userId: people.user.id, add: ['ADMIN'] })
    await mutate(token, 'removeOrgUser', { orgId, userId: people.user.id })
    await mutate(token, 'bindEmailDomain', { orgId, domain: 'token.example' })
    await mutate(token, 'updateEmailDomain', { orgId, domain: 'token.example', joinMode: 'OFF' })
    await mutate(token, 'unbindEmailDomain', { orgId, domain: 'token.example' })
    await mutate(token, 'updateOrg', { orgId, name: `Renamed ${crypto.randomUUID()}` })
    const { id } = await createToken(testServer, token, ['ORG_READ'], orgId)
    await mutate(token, 'revokeApiToken', { apiTokenId: id })
    const events = (await eventsOf(people.owner, orgId)).slice(before)
    expect(events.map(({ type }) => type)).toEqual([
      ...['CREATED', 'RESENT', 'REVOKED', 'DELETED', 'ROLES_CHANGED', 'REMOVED'],
      ...['EMAIL_DOMAIN_BOUND', 'EMAIL_DOMAIN_JOIN_MODE_CHANGED', 'EMAIL_DOMAIN_UNBOUND'],
      ...['RENAMED', 'API_TOKEN_CREATED', 'API_TOKEN_REVOKED'],
    ])
    for (const { actor, actorToken } of events) {
      expect(actor).toBeNull()
      expect(actorToken).toEqual({ id: token.id, name: 'a token' })
    }
  })

  it('that follows from its operation: what falls with a member falls by the same token', async () => {
    const orgId = await createOrgWith(people)
    const token = await orgToken(orgId)
    await invite(people.admin, orgId, 'guest@guests.example')
    await mutate(token, 'removeOrgUser', { orgId, userId: people.admin.id })
    expect(await eventsOf(people.owner, orgId, 2)).toMatchObject([
      { type: 'REMOVED', actorToken: { id: token.id } },
      { type: 'REVOKED', actorToken: { id: token.id } },
    ])
  })

  it('that answers an invite for a user, or creates an org for an owner', async () => {
    const token = await instanceToken()
    const created = await mutate(
      token,
      'createOrg',
      { name: `Made ${crypto.randomUUID()}`, ownerId: people.owner.id },
      'org { id }',
    )
    const orgId = created.org.id
    const orgInviteId = await invite(people.owner, orgId, people.user.email)
    await mutate(token, 'acceptOrgInvite', { invite: { orgInviteId }, userId: people.user.id })
    const by = { actor: null, actorToken: { id: token.id } }
    expect(await eventsOf(testServer.instance, orgId)).toMatchObject([
      { type: 'CREATED', ...by },
      { type: 'JOINED', ...by },
      { type: 'CREATED', actor: { id: people.owner.id }, actorToken: null },
      { type: 'ACCEPTED', ...by },
      { type: 'JOINED', ...by },
    ])
  })

  it('is written for many events at once too', async () => {
    const orgId = await createOrgWith(people)
    const token = await orgToken(orgId)
    for (let number = 0; number < 8; number++)
      await invite(people.admin, orgId, `guest${number}@many.example`)
    await mutate(token, 'removeOrgUser', { orgId, userId: people.admin.id })
    const events = await eventsOf(people.owner, orgId, 9)
    expect(events.map(({ actorToken }) => actorToken?.id)).toEqual(Array(9).fill(token.id))
  })
})

describe('actorToken is null', () => {
  it('for people, for the server itself, and for INSTANCE_TOKEN', async () => {
    const orgId = await createOrgWith(people)
    await mutate(testServer.instance, 'updateOrg', { orgId, tier: 'PREMIUM' })
    const orgInviteId = await invite(people.owner, orgId, 'late@guests.example')
    await expireNow(testServer, orgInviteId)
    await mutate(people.owner, 'deleteOrgInvite', { orgInviteId })
    const events = await eventsOf(testServer.instance, orgId)
    expect(events.map(({ type }) => type)).toContain('EXPIRED')
    expect(events.map(({ type }) => type)).toContain('TIER_CHANGED')
    expect(events.filter(({ actorToken }) => actorToken !== null)).toEqual([])
  })

  it('unless the viewer may read the token: API_TOKEN_READ in the org, or in the instance for its tokens', async () => {
    const orgId = await createOrgWith(people)
    const [ofOrg, ofInstance] = [await orgToken(orgId), await instanceToken()]
    const before = (await eventsOf(people.owner, orgId)).length
    await invite(ofOrg, orgId, 'one@guests.example')
    await invite(ofInstance, orgId, 'two@guests.example')
    const seenBy = async (reader: Client) =>
      (await eventsOf(reader, orgId))
        .slice(before, before + 2)
        .map(({ actorToken }) => actorToken?.id ?? null)
    const forOrg = ['ORG_READ', 'EVENT_READ']
    const reading: Array<[Client, [TokenClient | null, TokenClient | null]]> = [
      [people.admin, [null, null]],
      [people.owner, [ofOrg, null]],
      [testServer.instance, [ofOrg, ofInstance]],
      [await createToken(testServer, people.owner, forOrg, orgId), [null, null]],
      [await createToken(testServer, people.owner, [...forOrg, 'API_TOKEN_READ'], orgId), [ofOrg, null]],
      [await createToken(testServer, testServer.instance, without('API_TOKEN_READ')), [null, null]],
      [
        await createToken(testServer, testServer.instance, [...forOrg, 'API_TOKEN_READ']),
        [ofOrg, ofInstance],
      ],
    ]
    for (const [reader, tokens] of reading)
      expect(await seenBy(reader)).toEqual(tokens.map((token) => token?.id ?? null))
  })

  it('once the token is deleted from the database', async () => {
    const orgId = await createOrgWith(people)
    const token = await orgToken(orgId)
    await invite(token, orgId, 'gone@guests.example')
    await mutate(people.owner, 'revokeApiToken', { apiTokenId: token.id })
    expect((await eventsOf(people.owner, orgId, 3))[0]).toMatchObject({ actorToken: { id: token.id } })
    const { pool } = testServer.server.app.database
    await pool.query(`delete from api_token where name = 'a token' and org_id is not null`)
    expect((await eventsOf(people.owner, orgId, 3))[0]).toMatchObject({ type: 'CREATED', actorToken: null })
  })
})

it('a history by 50 tokens costs no more statements than one by a single token', async () => {
  const [small, large] = [await createOrg(people.owner), await createOrg(people.owner)]
  for (const [orgId, count] of [
    [small, 1],
    [large, 50],
  ] as const)
    for (let number = 0; number < count; number++)
      await invite(await orgToken(orgId), orgId, `guest${number}@counted.example`)
  const count = async (orgId: string) => {
    await eventsOf(people.owner, orgId)
    return (await statementsOf(() => eventsOf(people.owner, orgId))).length
  }
  expect(await count(large)).toBeLessThanOrEqual(await count(small))
}, 30_000)
