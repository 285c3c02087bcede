import { describe, expect, it } from 'vitest'
import { act, foundOrg, invite, join, readOrg } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { orgPermissions, tokenOf } from '../../support/people.js'
import { useWorld } from '../../support/testServer.js'

describe('acceptOrgInvite', () => {
  const world = useWorld()

  it('makes the invitee a member with the roles of the invite', async () => {
    const owner = await world.person()
    const invitee = await world.person()
    const orgId = await foundOrg(owner)
    const orgInviteId = await invite(owner, orgId, invitee.email, { roles: ['ADMIN', 'USER'] })

    const result = await act(
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

  it('adds the roles to one who is a member by now, and takes none', async () => {
    const owner = await world.person()
    const member = await world.person()
    const orgId = await foundOrg(owner)
    // Invited while nobody: the address becomes a member's only afterwards.
    const orgInviteId = await invite(owner, orgId, 'later@later.example', { roles: ['USER'] })
    await join(owner, orgId, member, ['ADMIN'])
    const moved = world.bearer(
      await world.authorize({
        subject: member.subject,
        email: 'later@later.example',
        issuedAt: Math.floor(Date.now() / 1000) + 1,
      }),
    )

    const result = await act(moved, 'acceptOrgInvite', { invite: { orgInviteId } }, 'orgUser { roles }')

    expect(result).toMatchObject({ orgUser: { roles: ['USER', 'ADMIN'] } })
    expect((await readOrg(owner, orgId)).limits.seatsUsed).toBe(2)
  })

  it('is nothing to a stranger, who can’t tell the invite from none', async () => {
    const owner = await world.person()
    const stranger = await world.person()
    const orgId = await foundOrg(owner)
    const orgInviteId = await invite(owner, orgId, 'somebody@else.example')

    expect(await act(stranger, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
      __typename: 'NotFoundError',
    })
    expect((await readOrg(owner, orgId)).invites.nodes[0].status).toBe('PENDING')
  })

  it('is refused as REVOKED once the right to send the invite is lost, also before it is revoked', async () => {
    const owner = await world.person()
    const invitee = await world.person()
    const pool = openPool(world.database.url)
    const losses: Array<(orgId: string) => Promise<string>> = [
      async (orgId) => {
        const admin = await world.person()
        await join(owner, orgId, admin, ['ADMIN'])
        const orgInviteId = await invite(admin, orgId, invitee.email)
        await act(owner, 'removeOrgUser', { orgId, userId: admin.id })
        return orgInviteId
      },
      async (orgId) => {
        const other = await world.person()
        await join(owner, orgId, other, ['OWNER'])
        const orgInviteId = await invite(other, orgId, invitee.email, { roles: ['OWNER'] })
        await act(owner, 'updateOrgUserRoles', { orgId, userId: other.id, add: ['ADMIN'], remove: ['OWNER'] })
        return orgInviteId
      },
      async (orgId) => {
        const token = await tokenOf(world, owner, orgPermissions, orgId)
        const child = await tokenOf(world, token, orgPermissions, orgId)
        const orgInviteId = await invite(child, orgId, invitee.email)
        await act(owner, 'revokeApiToken', { apiTokenId: token.id })
        await pool.query('update api_token set revoked_at = null where id = $1', [uuidOf(child.id)])
        return orgInviteId
      },
    ]
    for (const lose of losses) {
      const orgInviteId = await lose(await foundOrg(owner))
      await pool.query(`update org_invite set status = 'PENDING', resolved_at = null where id = $1`, [
        uuidOf(orgInviteId),
      ])
      expect(await act(invitee, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
        __typename: 'OrgInviteNotPendingError',
        inviteStatus: 'REVOKED',
      })
    }
    await pool.end()
  })
})
