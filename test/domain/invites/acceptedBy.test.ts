import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOrg, invite, join, mutate } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { createToken, usePeople } from '../../support/people.js'
import { statementsOf } from '../../support/statements.js'
import { type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_SEATS: '100', FREE_PENDING_INVITES: '100' } })
const people = usePeople(testServer)
let pool: Pool
beforeAll(() => {
  pool = openPool(testServer.database.url)
})
afterAll(() => pool.end())

const acceptedBy = async (reader: Client, id: string) => {
  const { data, errors } = await reader.ask(
    'query($id: ID!) { orgInvite(id: $id) { status acceptedBy { id name } } }',
    { id },
  )
  expect(errors).toBeUndefined()
  return data.orgInvite.acceptedBy
}

describe('acceptedBy is who accepted the invite', () => {
  it('by its id or by its token, as the payload, the invite and the inviter see it', async () => {
    const orgId = await createOrg(people.owner)
    const byId = await invite(people.owner, orgId, people.user.email)
    const payload = await mutate(
      people.user,
      'acceptOrgInvite',
      { invite: { orgInviteId: byId } },
      'orgInvite { acceptedBy { id } }',
    )
    expect(payload.orgInvite.acceptedBy).toEqual({ id: people.user.id })
    const { orgInvite, acceptUrl } = await mutate(
      testServer.instance,
      'createOrgInvite',
      { orgId, invitee: { email: people.admin.email }, sendEmail: false },
      'orgInvite { id } acceptUrl',
    )
    const token = acceptUrl.split('/').at(-1)
    await mutate(people.admin, 'acceptOrgInvite', { invite: { token } })
    for (const [id, { id: userId, name }] of [
      [byId, people.user],
      [orgInvite.id, people.admin],
    ] as const)
      expect(await acceptedBy(people.owner, id)).toEqual({ id: userId, name })
    expect(await acceptedBy(people.user, byId)).toMatchObject({ id: people.user.id })
  })

  it('also if a token answered for them, and even if they were a member with its roles by then', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, testServer.instance, ['INVITE_RESPOND'])
    const orgInviteId = await invite(people.owner, orgId, people.user.email)
    await mutate(token, 'acceptOrgInvite', { invite: { orgInviteId }, userId: people.user.id })
    expect(await acceptedBy(people.owner, orgInviteId)).toMatchObject({ id: people.user.id })

    const member = await testServer.signUp()
    const email = `new-${member.email}`
    const twice = await invite(people.owner, orgId, email)
    await join(people.owner, orgId, member)
    await mutate(testServer.instance, 'upsertUser', { subject: member.subject, email, emailVerified: true })
    const answer = await mutate(token, 'acceptOrgInvite', {
      invite: { orgInviteId: twice },
      userId: member.id,
    })
    expect(answer).toMatchObject({ __typename: 'AcceptOrgInvitePayload' })
    expect(await acceptedBy(people.owner, twice)).toMatchObject({ id: member.id })
  })

  it('even after they left, and joined again by another invite', async () => {
    const orgId = await createOrg(people.owner)
    const first = await join(people.owner, orgId, people.outsider)
    await mutate(people.outsider, 'leaveOrg', { orgId })
    expect(await acceptedBy(people.owner, first)).toMatchObject({ id: people.outsider.id })
    const second = await join(people.owner, orgId, people.outsider)
    for (const id of [first, second])
      expect(await acceptedBy(people.owner, id)).toMatchObject({ id: people.outsider.id })
  })

  it('also if a server of an older version wrote the event', async () => {
    const orgId = await createOrg(people.owner)
    const token = await createToken(testServer, testServer.instance, ['INVITE_RESPOND'])
    const own = await join(people.owner, orgId, people.user)
    const orgInviteId = await invite(people.owner, orgId, people.outsider.email)
    await mutate(token, 'acceptOrgInvite', { invite: { orgInviteId }, userId: people.outsider.id })
    await pool.query(
      `update org_event set user_id = null, actor_token_id = null where org_id = $1 and kind = 'INVITE'`,
      [uuidOf(orgId)],
    )
    await pool.query('update org_invite set accepted_by_id = null where org_id = $1', [uuidOf(orgId)])
    await mutate(people.outsider, 'leaveOrg', { orgId })
    expect(await acceptedBy(people.owner, own)).toMatchObject({ id: people.user.id })
    expect(await acceptedBy(people.owner, orgInviteId)).toMatchObject({ id: people.outsider.id })
  })
})

it('acceptedBy is null for an invite that is pending, declined, revoked or expired', async () => {
  const orgId = await createOrg(people.owner)
  const pending = await invite(people.owner, orgId, 'pending@guests.example')
  const expired = await invite(people.owner, orgId, 'expired@guests.example')
  await pool.query('update org_invite set expires_at = now() where id = $1', [uuidOf(expired)])
  const declined = await invite(people.owner, orgId, people.user.email)
  await mutate(people.user, 'declineOrgInvite', { invite: { orgInviteId: declined } })
  const revoked = await invite(people.owner, orgId, people.admin.email)
  await mutate(people.owner, 'revokeOrgInvite', { orgInviteId: revoked })
  for (const id of [pending, expired, declined, revoked])
    expect(await acceptedBy(people.owner, id)).toBeNull()
})

it('a list of 50 accepted invites costs no more statements than one of 1', async () => {
  const [small, large] = [await createOrg(people.owner), await createOrg(people.owner)]
  const guests = await Promise.all(Array.from({ length: 50 }, () => testServer.signUp()))
  for (const guest of guests) await join(people.owner, large, guest)
  await join(people.owner, small, people.user)
  const list = async (orgId: string) => {
    const { data } = await people.owner.ask(
      `query($orgId: ID!) { org(id: $orgId) {
        invites(first: 50) { nodes { acceptedBy { id } invitedBy { id } } }
      } }`,
      { orgId },
    )
    return data.org.invites.nodes.map(({ acceptedBy }: { acceptedBy: { id: string } }) => acceptedBy.id)
  }
  expect(await list(large)).toEqual(guests.map(({ id }) => id).reverse())
  await list(small)
  const ofOne = await statementsOf(() => list(small))
  const ofFifty = await statementsOf(() => list(large))
  expect(ofFifty.length).toBeLessThanOrEqual(ofOne.length)
}, 30_000)
