import { describe, expect, it, onTestFinished } from 'vitest'
import { createLink } from '../../support/inviteLinks.js'
import { allowRequests, newRequest } from '../../support/joinRequests.js'
import { createOrg, invite, join, mutate } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { createToken, usePeople } from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'
import { createWebhook, NOWHERE, QUIET } from '../../support/webhooks.js'

const testServer = useTestServer()
const people = usePeople(testServer)

const exported = async (by: Client, userId: string) => {
  const { data, errors } = await by.ask('query($userId: ID!) { userExport(userId: $userId) }', { userId })
  expect(errors).toBeUndefined()
  return data.userExport
}

describe('userExport', () => {
  it('has everything that is kept of a person', async () => {
    const person = await testServer.signUp()
    const orgName = `Org ${crypto.randomUUID()}`
    const orgId = await createOrg(people.owner, { name: orgName })
    const received = await join(people.owner, orgId, person, ['ADMIN', 'OWNER'])
    const address = `${crypto.randomUUID()}@guests.example`
    const sent = await invite(person, orgId, address, { message: 'Come in.' })
    const link = await createLink(person, orgId, { maxUses: 3 })
    const asked = { orgName: `Org ${crypto.randomUUID()}`, orgId: '' }
    asked.orgId = await createOrg(people.owner, { name: asked.orgName })
    await allowRequests(testServer, asked.orgId, person)
    const request = await newRequest(person, asked.orgId)
    const token = await createToken(testServer, person, ['ORG_READ'], orgId)
    const webhook = await createWebhook(person, orgId, NOWHERE, QUIET)
    const of = { orgId, orgName }
    const own = await exported(person, person.id)
    expect(own).toMatchObject({
      profile: {
        id: person.id,
        subject: person.subject,
        email: person.email,
        emailVerified: true,
        name: person.name,
        createdAt: expect.stringMatching(/Z$/),
      },
      memberships: [{ ...of, roles: ['ADMIN', 'OWNER'], origin: 'INVITE', inviteId: received }],
      invitesReceived: [{ ...of, id: received, status: 'ACCEPTED', roles: ['ADMIN', 'OWNER'] }],
      invitesSent: [{ ...of, id: sent, status: 'PENDING', message: 'Come in.' }],
      inviteLinks: [{ ...of, id: link.id, roles: ['USER'], maxUses: 3, uses: 0, revokedAt: null }],
      joinRequests: [{ ...asked, id: request, message: null, status: 'PENDING', resolvedAt: null }],
      apiTokens: [{ ...of, id: token.id, name: 'a token', permissions: ['ORG_READ'], revokedAt: null }],
      webhooks: [{ ...of, id: webhook.id }],
      daily: { orgsCreated: { count: 0 }, joinRequests: { count: 1 } },
      truncated: [],
    })
    expect(own.events.map(({ type }: { type: string }) => type)).toEqual([
      'WEBHOOK_CREATED',
      'API_TOKEN_CREATED',
      'REQUESTED',
      'INVITE_LINK_CREATED',
      'CREATED',
      'JOINED',
      'ACCEPTED',
    ])
    expect(own.inboxEvents.map(({ type }: { type: string }) => type)).toEqual(['ACCEPTED', 'CREATED'])
    expect(await exported(testServer.instance, person.id)).toEqual(own)
  })

  it('has nothing secret, and nothing of others but ids', async () => {
    const person = await testServer.signUp()
    const orgId = await createOrg(people.owner)
    await join(people.owner, orgId, person, ['ADMIN'])
    const address = `${crypto.randomUUID()}@guests.example`
    await invite(person, orgId, address)
    const note = `A note ${crypto.randomUUID()}`
    await invite(people.owner, await createOrg(people.owner), person.email, { message: note })
    const text = JSON.stringify(await exported(person, person.id))
    for (const other of [address, people.owner.email, people.owner.name, people.owner.subject, note])
      expect(text).not.toContain(other)
    expect(text).not.toMatch(/hash|secret|"token"/i)
  })

  it('is for the person and for USER_READ alone, and null for everybody else', async () => {
    const person = await testServer.signUp()
    const orgId = await createOrg(people.owner)
    await join(people.owner, orgId, person)
    const reader = await createToken(testServer, testServer.instance, ['USER_READ'])
    expect(await exported(reader, person.id)).toMatchObject({ profile: { id: person.id } })
    const others = [
      testServer.nobody,
      people.owner,
      people.outsider,
      await createToken(testServer, testServer.instance, ['USER_MANAGE', 'MEMBER_READ']),
      await createToken(testServer, people.owner, ['MEMBER_READ'], orgId),
    ]
    for (const other of others) expect(await exported(other, person.id)).toBeNull()
    for (const id of ['nonsense', orgId, btoa('User:0190f5a0-1234-7abc-8def-000000000001')])
      expect(await exported(reader, id)).toBeNull()
  })

  it('is null once the account is deleted', async () => {
    const person = await testServer.signUp()
    await mutate(person, 'deleteUser', { userId: person.id })
    expect(await exported(testServer.instance, person.id)).toBeNull()
  })

  it('has at most 2,000 items of a list, and names the lists that have more', async () => {
    const person = await testServer.signUp()
    const orgId = await createOrg(person)
    const pool = openPool(testServer.database.url)
    onTestFinished(() => pool.end())
    await pool.query(
      `insert into org_event (org_id, seq, kind, type, actor_id, occurred_at, summary)
       select org_id, 10 + n, 'CHANGE', 'RENAMED', actor_id, occurred_at, ''
       from org_event, generate_series(1, 2100) n where seq = 1 and org_id = $1`,
      [uuidOf(orgId)],
    )
    const { events, truncated } = await exported(person, person.id)
    expect(events).toHaveLength(2_000)
    expect(truncated).toEqual(['events'])
  })
})
