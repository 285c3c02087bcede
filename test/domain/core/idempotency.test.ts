import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../support/jobs.js'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { createOrgWith, createToken, readEverything, usePeople } from '../../support/people.js'
import { type Client, useTestServer } from '../../support/testServer.js'
import { NOWHERE, QUIET } from '../../support/webhooks.js'

const testServer = useTestServer({ env: { FREE_SEATS: '20' } })
const people = usePeople(testServer)
let pool: Pool
beforeAll(() => {
  pool = openPool(testServer.database.url)
})
afterAll(() => pool.end())

const newKey = () => crypto.randomUUID()
const newAddress = () => `${crypto.randomUUID()}@new.example`
/** The first answer, as it is given for a repeated call: a link is shown once. */
const repeated = <Answer>(first: Answer): Answer =>
  JSON.parse(JSON.stringify(first, (key, value) => (key === 'acceptUrl' ? null : value)))
const newName = () => `Org ${crypto.randomUUID()}`

const INVITE = 'orgInvite { id status email roles } acceptUrl'
const MANY = `results { __typename
  ... on CreateOrgInvitePayload { ${INVITE} }
  ... on OrgInviteAlreadyPendingError { message pendingInvite { id } }
  ... on AlreadyOrgUserError { message existingOrgUser { id } }
  ... on InvalidInputError { message issues { path message } }
}`

interface Call {
  mutation: string
  payload: string
  client(): Client
  input(orgId: string): Promise<Record<string, unknown>> | Record<string, unknown>
  /** A change of the input. */
  other: Record<string, unknown>
}

/** Every mutation that takes a key. */
const calls: Call[] = [
  {
    mutation: 'createOrg',
    payload: 'org { id name slug }',
    client: () => people.owner,
    input: () => ({ name: newName() }),
    other: { dataRegion: 'EU_WEST' },
  },
  {
    mutation: 'createOrgInvite',
    payload: INVITE,
    client: () => people.owner,
    input: (orgId) => ({ orgId, invitee: { email: newAddress() } }),
    other: { roles: ['ADMIN'] },
  },
  {
    mutation: 'createOrgInvites',
    payload: MANY,
    client: () => people.owner,
    input: (orgId) => ({ orgId, invitees: [{ email: newAddress() }, { email: newAddress() }] }),
    other: { message: 'hello' },
  },
  {
    mutation: 'resendOrgInvite',
    payload: INVITE,
    client: () => people.owner,
    input: async (orgId) => ({ orgInviteId: await invite(people.owner, orgId, newAddress()) }),
    other: { expiresAt: '2999-01-01T00:00:00Z' },
  },
  {
    mutation: 'createOrgInviteLink',
    payload: 'orgInviteLink { id roles status uses }',
    client: () => people.owner,
    input: (orgId) => ({ orgId, maxUses: 5 }),
    other: { maxUses: 6 },
  },
  {
    mutation: 'createWebhook',
    payload: 'webhook { id url eventTypes enabled }',
    client: () => people.owner,
    input: (orgId) => ({ orgId, url: NOWHERE, ...QUIET }),
    other: { url: `${NOWHERE}s` },
  },
  {
    mutation: 'addOrgUser',
    payload: 'orgUser { id roles joinedAt }',
    client: () => testServer.instance,
    input: async (orgId) => ({ orgId, userId: (await testServer.signUp()).id }),
    other: { roles: ['ADMIN'] },
  },
]

async function keysInTable(): Promise<number> {
  const { rows } = await pool.query('select count(*)::int as count from idempotency_key')
  return rows[0].count
}

describe.each(calls)('$mutation with an idempotency key', ({ mutation, payload, client, input, other }) => {
  it('does nothing the second time, and answers with the first payload', async () => {
    const orgId = await createOrg(people.owner)
    const given = { ...(await input(orgId)), idempotencyKey: newKey() }
    const first = await mutate(client(), mutation, given, payload)
    expect(first.__typename).toMatch(/Payload$/)
    const before = await readEverything(testServer, orgId)
    const keys = await keysInTable()
    expect(await mutate(client(), mutation, given, payload)).toEqual(repeated(first))
    expect(await mutate(client(), mutation, given)).toEqual({ __typename: first.__typename })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    expect(await keysInTable()).toBe(keys)
  })

  it('refuses another input with IdempotencyKeyReusedError', async () => {
    const orgId = await createOrg(people.owner)
    const given = { ...(await input(orgId)), idempotencyKey: newKey() }
    const first = await mutate(client(), mutation, given, payload)
    const before = await readEverything(testServer, orgId)
    expect(await mutate(client(), mutation, { ...given, ...other })).toEqual({
      __typename: 'IdempotencyKeyReusedError',
      message: expect.any(String),
    })
    expect(await readEverything(testServer, orgId)).toEqual(before)
    expect(await mutate(client(), mutation, given, payload)).toEqual(repeated(first))
  })

  it('keeps no refusal: the key is free until a call is done', async () => {
    const orgId = await createOrg(people.owner)
    const given = { ...(await input(orgId)), idempotencyKey: newKey() }
    const bad = { createOrg: { name: '' }, createWebhook: { url: '' } }[mutation] ?? { roles: [] }
    expect(await mutate(client(), mutation, { ...given, ...bad })).toMatchObject({
      __typename: 'InvalidInputError',
    })
    expect((await mutate(client(), mutation, given)).__typename).toMatch(/Payload$/)
  })

  it.each([
    ['no character', ''],
    ['256 characters', 'x'.repeat(256)],
    ['8,000 characters', 'x'.repeat(8_000)],
  ])('refuses a key of %s', async (_what, key) => {
    const orgId = await createOrg(people.owner)
    const given = await input(orgId)
    const before = await readEverything(testServer, orgId)
    expect(await mutate(client(), mutation, { ...given, idempotencyKey: key })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'idempotencyKey', message: 'Must be 1 to 255 characters.' }],
    })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it.each([
    ['255 characters', 'x'.repeat(255)],
    ['255 emoji', '😀'.repeat(255)],
    ['any characters', "\u0000\ud800'; --\n"],
  ])('accepts a key of %s', async (_what, key) => {
    const given = { ...(await input(await createOrg(people.owner))), idempotencyKey: key }
    // Each test has other inputs, so the key is used by a token of its own.
    const needs = [
      'INVITE_CREATE',
      'INVITE_RESEND',
      'INVITE_READ',
      'MEMBER_ADD',
      'MEMBER_READ',
      'ORG_CREATE',
      'WEBHOOK_MANAGE',
    ]
    const token = await createToken(testServer, testServer.instance, needs)
    const own = mutation === 'createOrg' ? { ...given, ownerId: people.owner.id } : given
    const first = await mutate(token, mutation, own)
    expect(first.__typename).toMatch(/Payload$/)
    expect(await mutate(token, mutation, own)).toEqual(repeated(first))
  })

  it('does it without a key each time', async () => {
    const keys = await keysInTable()
    const given = await input(await createOrg(people.owner))
    const [first, second] = [
      await mutate(client(), mutation, given),
      await mutate(client(), mutation, { ...given, idempotencyKey: null }, payload),
    ]
    expect(first.__typename).toMatch(/Payload$/)
    const again = {
      createOrg: { __typename: 'OrgNameTakenError' },
      createOrgInvite: { __typename: 'OrgInviteAlreadyPendingError' },
      createOrgInvites: { results: Array(2).fill({ __typename: 'OrgInviteAlreadyPendingError' }) },
      addOrgUser: { __typename: 'AlreadyOrgUserError' },
    }[mutation]
    expect(second).toMatchObject(again ?? { __typename: first.__typename })
    expect(await keysInTable()).toBe(keys)
  })
})

describe('an idempotency key', () => {
  const create = (by: Client, input: Record<string, unknown>) => mutate(by, 'createOrgInvite', input, INVITE)

  it('belongs to one actor and one mutation', async () => {
    const orgId = await createOrgWith(people)
    const key = newKey()
    const token = await createToken(testServer, people.owner, ['INVITE_CREATE', 'INVITE_READ'], orgId)
    const made = await Promise.all(
      [people.owner, people.admin, token].map((by) =>
        create(by, { orgId, invitee: { email: newAddress() }, idempotencyKey: key }),
      ),
    )
    expect(new Set(made.map(({ orgInvite }) => orgInvite.id)).size).toBe(3)
    expect(
      await mutate(people.owner, 'createOrgInvites', {
        orgId,
        invitees: [{ email: newAddress() }],
        idempotencyKey: key,
      }),
    ).toEqual({ __typename: 'CreateOrgInvitesPayload' })
  })

  it('compares inputs after their defaults, and null counts as left out', async () => {
    const orgId = await createOrg(people.owner)
    const given = { orgId, invitee: { email: newAddress() }, idempotencyKey: newKey() }
    const first = await create(people.owner, given)
    for (const same of [
      { roles: ['USER'] },
      { roles: null },
      { message: null, sendEmail: null, expiresAt: null },
    ])
      expect(await create(people.owner, { ...given, ...same })).toEqual(repeated(first))
    expect(await create(people.owner, { ...given, sendEmail: false })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
    })
    const org = { name: newName(), idempotencyKey: newKey() }
    const made = await mutate(people.owner, 'createOrg', org, 'org { id }')
    const defaults = { dataRegion: 'US_WEST', bindEmailDomain: false, slug: null }
    expect(await mutate(people.owner, 'createOrg', { ...org, ...defaults }, 'org { id }')).toEqual(made)
  })

  it('tells a resend without a message from one that takes it away', async () => {
    const orgId = await createOrg(people.owner)
    const orgInviteId = await invite(people.owner, orgId, newAddress(), { message: 'hello' })
    const given = { orgInviteId, idempotencyKey: newKey() }
    const resend = (input: Record<string, unknown>) =>
      mutate(people.owner, 'resendOrgInvite', input, 'orgInvite { message }')
    expect(await resend(given)).toMatchObject({ orgInvite: { message: 'hello' } })
    expect(await resend({ ...given, message: null })).toMatchObject({
      __typename: 'IdempotencyKeyReusedError',
    })
    const without = { orgInviteId, message: null, idempotencyKey: newKey() }
    expect(await resend(without)).toMatchObject({ orgInvite: { message: null } })
  })

  it('reads the payload anew', async () => {
    const orgId = await createOrg(people.owner)
    const given = { orgId, invitee: { email: newAddress() }, idempotencyKey: newKey() }
    const { orgInvite } = await create(people.owner, given)
    await mutate(people.owner, 'revokeOrgInvite', { orgInviteId: orgInvite.id })
    expect(await create(people.owner, given)).toMatchObject({
      orgInvite: { ...orgInvite, status: 'REVOKED' },
    })
    const org = { name: newName(), idempotencyKey: newKey() }
    const made = await mutate(people.owner, 'createOrg', org, 'org { id name }')
    const name = newName()
    await mutate(people.owner, 'updateOrg', { orgId: made.org.id, name })
    expect(await mutate(people.owner, 'createOrg', org, 'org { id name }')).toEqual({
      __typename: 'CreateOrgPayload',
      org: { id: made.org.id, name },
    })
  })

  it('is NotFoundError if what was made is gone', async () => {
    const orgId = await createOrg(people.owner)
    const given = { orgId, invitee: { email: newAddress() }, idempotencyKey: newKey() }
    const { orgInvite } = await create(people.owner, given)
    await mutate(people.owner, 'revokeOrgInvite', { orgInviteId: orgInvite.id })
    await mutate(people.owner, 'deleteOrgInvite', { orgInviteId: orgInvite.id })
    expect(await create(people.owner, given)).toMatchObject({ __typename: 'NotFoundError' })

    const added = { orgId, userId: people.user.id, idempotencyKey: newKey() }
    await mutate(testServer.instance, 'addOrgUser', added)
    await mutate(people.user, 'leaveOrg', { orgId })
    expect(await mutate(testServer.instance, 'addOrgUser', added)).toMatchObject({
      __typename: 'NotFoundError',
    })

    const org = { name: newName(), idempotencyKey: newKey() }
    const made = await mutate(people.owner, 'createOrg', org, 'org { id }')
    await mutate(people.owner, 'deleteOrg', { orgId: made.org.id })
    await eventually(5_000, async () => {
      expect(await mutate(people.owner, 'createOrg', org)).toMatchObject({ __typename: 'NotFoundError' })
    })
  })

  it('tells a link only once', async () => {
    const orgId = await createOrg(people.owner)
    const email = newAddress()
    const given = { orgId, invitee: { email }, sendEmail: false, idempotencyKey: newKey() }
    const first = await create(testServer.instance, given)
    expect(first.acceptUrl).toMatch(/\/invites\//)
    expect(await create(testServer.instance, given)).toEqual({ ...first, acceptUrl: null })
    const again = { orgInviteId: first.orgInvite.id, sendEmail: false, idempotencyKey: newKey() }
    const resent = await mutate(testServer.instance, 'resendOrgInvite', again, INVITE)
    expect(resent.acceptUrl).toMatch(/\/invites\//)
    expect(await mutate(testServer.instance, 'resendOrgInvite', again, INVITE)).toEqual({
      ...resent,
      acceptUrl: null,
    })
    // The link of the second call is still the valid one.
    const token = resent.acceptUrl.split('/').at(-1)
    const { data } = await testServer.nobody.ask(
      'query($token: String!) { orgInvitePreview(token: $token) { status } }',
      { token },
    )
    expect(data.orgInvitePreview).toEqual({ status: 'PENDING' })
  })

  it('does not help somebody who has lost the right since', async () => {
    const orgId = await createOrg(people.owner)
    await join(people.owner, orgId, people.admin, ['ADMIN', 'OWNER'])
    const given = { orgId, invitee: { email: newAddress() }, roles: ['OWNER'], idempotencyKey: newKey() }
    const many = { orgId, invitees: [given.invitee], roles: ['OWNER'], idempotencyKey: newKey() }
    const { orgInvite } = await create(people.admin, given)
    const again = { orgInviteId: orgInvite.id, idempotencyKey: newKey() }
    await mutate(people.admin, 'createOrgInvites', many)
    await mutate(people.admin, 'resendOrgInvite', again)
    const answers = async () => [
      (await create(people.admin, given)).__typename,
      (await mutate(people.admin, 'createOrgInvites', many)).__typename,
      (await mutate(people.admin, 'resendOrgInvite', again)).__typename,
    ]
    const change = (input: Record<string, unknown>) =>
      mutate(people.owner, 'updateOrgUserRoles', { orgId, userId: people.admin.id, ...input })
    await change({ remove: ['OWNER'] })
    expect(await answers()).toEqual(Array(3).fill('RoleNotGrantableError'))
    await change({ remove: ['ADMIN'], add: ['USER'] })
    expect(await answers()).toEqual(Array(3).fill('PermissionDeniedError'))
    await mutate(people.owner, 'removeOrgUser', { orgId, userId: people.admin.id })
    expect(await answers()).toEqual(Array(3).fill('NotFoundError'))
  })

  it('shows an org no more to its creator who has left', async () => {
    const org = { name: newName(), idempotencyKey: newKey() }
    const made = await mutate(people.admin, 'createOrg', org, 'org { id }')
    await join(people.admin, made.org.id, people.owner, ['OWNER'])
    await mutate(people.admin, 'leaveOrg', { orgId: made.org.id })
    expect(await mutate(people.admin, 'createOrg', org)).toMatchObject({ __typename: 'NotFoundError' })
  })

  it('is free again after 24 hours, and a job deletes it', async () => {
    const [orgId, email] = [await createOrg(people.owner), newAddress()]
    const given = { orgId, invitee: { email }, idempotencyKey: newKey() }
    const { orgInvite } = await create(people.owner, given)
    const age = (hours: number) =>
      pool.query(`update idempotency_key set used_at = used_at - $1 * interval '1 hour'`, [hours])
    await age(23.9)
    expect((await create(people.owner, given)).orgInvite.id).toBe(orgInvite.id)
    await age(0.2)
    expect(await create(people.owner, given)).toMatchObject({ __typename: 'OrgInviteAlreadyPendingError' })
    await mutate(people.owner, 'revokeOrgInvite', { orgInviteId: orgInvite.id })
    const { orgInvite: second } = await create(people.owner, { ...given, roles: ['ADMIN'] })
    expect(second).toMatchObject({ status: 'PENDING', roles: ['ADMIN'] })
    await pool.query(`
      insert into idempotency_key (id, input, result, used_at, written_at)
      select decode(md5(number::text), 'hex'), '', '[]', now() - interval '25 hours', now()
      from generate_series(1, 2500) number
    `)
    await pool.query(`update graphile_worker._private_jobs set run_at = now() where key = 'tidyUp'`)
    await eventually(5_000, async () => expect(await keysInTable()).toBe(1))
    expect((await create(people.owner, { ...given, roles: ['ADMIN'] })).orgInvite.id).toBe(second.id)
  })

  it('stands in the database only as a hash', async () => {
    const [orgId, email] = [await createOrg(people.owner), newAddress()]
    const idempotencyKey = `invite-${email}`
    await create(people.owner, { orgId, invitee: { email }, idempotencyKey })
    const { rows } = await pool.query('select k::text as row from idempotency_key k')
    expect(rows.map(({ row }) => row).join()).not.toContain(email)
  })

  it('costs a call without one nothing', async () => {
    const before = await keysInTable()
    const orgId = await createOrg(people.owner)
    await create(people.owner, { orgId, invitee: { email: newAddress() } })
    expect(await keysInTable()).toBe(before)
  })
})

describe('bulk invites with an idempotency key', () => {
  const createMany = (input: Record<string, unknown>, by: Client = people.owner) =>
    mutate(by, 'createOrgInvites', input, MANY)

  it('answer each invitee as the first time, whatever has changed since', async () => {
    const orgId = await createOrgWith(people)
    const pending = newAddress()
    const orgInviteId = await invite(people.owner, orgId, pending)
    const given = {
      orgId,
      invitees: [
        { email: newAddress() },
        { email: pending },
        { email: people.user.email },
        { email: 'a@b@c' },
        { email: newAddress() },
      ],
      idempotencyKey: newKey(),
    }
    const first = await createMany(given)
    expect(first.results).toMatchObject([
      { __typename: 'CreateOrgInvitePayload' },
      { __typename: 'OrgInviteAlreadyPendingError', pendingInvite: { id: orgInviteId } },
      { __typename: 'AlreadyOrgUserError', existingOrgUser: { id: expect.any(String) } },
      { __typename: 'InvalidInputError', issues: [{ path: 'invitees.3.email' }] },
      { __typename: 'CreateOrgInvitePayload' },
    ])
    expect(await createMany(given)).toEqual(repeated(first))
    // Now the second could be invited. They are not.
    await mutate(people.owner, 'revokeOrgInvite', { orgInviteId })
    await mutate(people.owner, 'revokeOrgInvite', { orgInviteId: first.results[4].orgInvite.id })
    await mutate(people.owner, 'deleteOrgInvite', { orgInviteId: first.results[4].orgInvite.id })
    const before = await readEverything(testServer, orgId)
    const again = await createMany(given)
    expect(again.results.slice(0, 4)).toEqual(repeated(first.results.slice(0, 4)))
    expect(again.results[4]).toEqual({ __typename: 'NotFoundError' })
    expect(await readEverything(testServer, orgId)).toEqual(before)
  })

  it('go on where a server has died', async () => {
    const orgId = await createOrg(people.owner)
    const given = {
      orgId,
      invitees: Array.from({ length: 4 }, () => ({ email: newAddress() })),
      idempotencyKey: newKey(),
    }
    const first = await createMany(given)
    // The server died after the second invite.
    const ids = first.results.slice(2).map(({ orgInvite }: { orgInvite: { id: string } }) => orgInvite.id)
    for (const orgInviteId of ids) {
      await mutate(people.owner, 'revokeOrgInvite', { orgInviteId })
      await mutate(people.owner, 'deleteOrgInvite', { orgInviteId })
    }
    await pool.query(`
      update idempotency_key set result = (result - 3) - 2, written_at = now() - interval '5 seconds'
      where used_at = (select max(used_at) from idempotency_key)
    `)
    const { results } = await createMany(given)
    expect(results.slice(0, 2)).toEqual(repeated(first.results.slice(0, 2)))
    expect(results.slice(2)).toMatchObject(Array(2).fill({ __typename: 'CreateOrgInvitePayload' }))
    expect((await readOrg(people.owner, orgId)).inviteCounts.pending).toBe(4)
    expect(await createMany(given)).toEqual(repeated({ __typename: 'CreateOrgInvitesPayload', results }))
  })
})
