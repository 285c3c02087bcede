import { describe, expect, it } from 'vitest'
import { createOrg, invite, join, mutate, readOrg } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { createToken, orgPermissions } from '../../support/people.js'
import { useTestServer } from '../../support/testServer.js'

describe('acceptOrgInvite', () => {
  const testServer = useTestServer()

  it('makes the invitee a member with the roles of the invite', async () => {
    const owner = await testServer.signUp()
    const invitee = await testServer.signUp()
    const orgId = await createOrg(owner)
    const orgInviteId = await invite(owner, orgId, invitee.email, { roles: ['ADMIN', 'USER'] })

    const result = await mutate(
      invitee,
      'acceptOrgInvite',
      { invite: { orgInviteId } },
      'orgInvite { status resolvedAt } orgUser { roles origin invite { id } }',
    )

    expect(result).toMatchObject({
      __typename: 'AcceptOrgInvitePayload',
      orgInvite: { status: 'ACCEPTED', resolvedAt: expect.any(String) },
      orgUser: { roles: ['USER', 'ADMIN'], origin: 'INVITE', invite: { id: orgInviteId } },
    })
    const org = await readOrg(owner, orgId)
    expect(org.limits).toEqual({ seatsUsed: 2, pendingInvitesUsed: 0 })
    expect(org.inviteCounts).toEqual({ pending: 0, accepted: 1, declined: 0, revoked: 0, expired: 0 })
  })

  it('adds the roles of the invite to a member and removes none', async () => {
    const owner = await testServer.signUp()
    const member = await testServer.signUp()
    const orgId = await createOrg(owner)
    // The address has no account when it is invited. A member changes to it afterwards.
    const orgInviteId = await invite(owner, orgId, 'later@later.example', { roles: ['USER'] })
    await join(owner, orgId, member, ['ADMIN'])
    const moved = testServer.bearer(
      await testServer.authorize({
        subject: member.subject,
        email: 'later@later.example',
        issuedAt: Math.floor(Date.now() / 1000) + 1,
      }),
    )

    const result = await mutate(moved, 'acceptOrgInvite', { invite: { orgInviteId } }, 'orgUser { roles }')

    expect(result).toMatchObject({ orgUser: { roles: ['USER', 'ADMIN'] } })
    expect((await readOrg(owner, orgId)).limits.seatsUsed).toBe(2)
  })

  it('is NotFoundError to a stranger, as if the invite did not exist', async () => {
    const owner = await testServer.signUp()
    const stranger = await testServer.signUp()
    const orgId = await createOrg(owner)
    const orgInviteId = await invite(owner, orgId, 'somebody@else.example')

    expect(await mutate(stranger, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
      __typename: 'NotFoundError',
    })
    expect((await readOrg(owner, orgId)).invites.nodes[0].status).toBe('PENDING')
  })

  it('is refused as REVOKED once the inviter loses the right to send the invite, even before it is revoked', async () => {
    const owner = await testServer.signUp()
    const invitee = await testServer.signUp()
    const pool = openPool(testServer.database.url)
    const losses: Array<(orgId: string) => Promise<string>> = [
      async (orgId) => {
        const admin = await testServer.signUp()
        await join(owner, orgId, admin, ['ADMIN'])
        const orgInviteId = await invite(admin, orgId, invitee.email)
        await mutate(owner, 'removeOrgUser', { orgId, userId: admin.id })
        return orgInviteId
      },
      async (orgId) => {
        const other = await testServer.signUp()
        await join(owner, orgId, other, ['OWNER'])
        const orgInviteId = await invite(other, orgId, invitee.email, { roles: ['OWNER'] })
        await mutate(owner, 'updateOrgUserRoles', {
          orgId,
          userId: other.id,
          add: ['ADMIN'],
          remove: ['OWNER'],
        })
        return orgInviteId
      },
      async (orgId) => {
        const token = await createToken(testServer, owner, orgPermissions, orgId)
        const child = await createToken(testServer, token, orgPermissions, orgId)
        const orgInviteId = await invite(child, orgId, invitee.email)
        await mutate(owner, 'revokeApiToken', { apiTokenId: token.id })
        await pool.query('update api_token set revoked_at = null where id = $1', [uuidOf(child.id)])
        return orgInviteId
      },
    ]
    for (const lose of losses) {
      const orgInviteId = await lose(await createOrg(owner))
      await pool.query(`update org_invite set status = 'PENDING', resolved_at = null where id = $1`, [
        uuidOf(orgInviteId),
      ])
      expect(await mutate(invitee, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
        __typename: 'OrgInviteNotPendingError',
        inviteStatus: 'REVOKED',
      })
    }
    await pool.end()
  })
})
