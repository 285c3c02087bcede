import { beforeEach, describe, expect, it } from 'vitest'
import { expireNow, stopExpiryJob } from '../../support/expireNow.js'
import { createOrg, invite, mutate, readOrg } from '../../support/mutate.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'

describe('in an org that may have two pending invites and has one live and one just expired', () => {
  const testServer = useTestServer({ env: { FREE_PENDING_INVITES: '2' } })
  stopExpiryJob(testServer)
  let owner: TestPerson
  let orgId: string
  let overId: string
  beforeEach(async () => {
    owner = await testServer.signUp()
    orgId = await createOrg(owner)
    await invite(owner, orgId, 'live@guests.example')
    overId = await invite(owner, orgId, 'over@guests.example')
    await expireNow(testServer, overId)
  })

  const create = (email: string) => mutate(owner, 'createOrgInvite', { orgId, invitee: { email } })
  const createMany = async (...emails: string[]): Promise<string[]> => {
    const invitees = emails.map((email) => ({ email }))
    const { results } = await mutate(owner, 'createOrgInvites', { orgId, invitees }, 'results { __typename }')
    return results.map(({ __typename }: { __typename: string }) => __typename)
  }
  /** Checks that the org is exactly at its limit. */
  const expectFull = async () => {
    expect(await create('more@guests.example')).toMatchObject({ __typename: 'LimitReachedError', limit: 2 })
    const { limits, inviteCounts } = await readOrg(owner, orgId)
    expect(limits.pendingInvitesUsed).toBe(2)
    expect(inviteCounts).toMatchObject({ pending: 2, expired: 1 })
  }

  it('the expired invite’s address can be invited again', async () => {
    expect(await create('over@guests.example')).toMatchObject({ __typename: 'CreateOrgInvitePayload' })
    await expectFull()
  })

  it('the expired invite’s address can be invited in bulk, and the limit refuses only the rest', async () => {
    expect(await createMany('over@guests.example', 'other@guests.example')).toEqual([
      'CreateOrgInvitePayload',
      'LimitReachedError',
    ])
    await expectFull()
  })

  it('the expired invite can be renewed', async () => {
    expect(await mutate(owner, 'resendOrgInvite', { orgInviteId: overId })).toMatchObject({
      __typename: 'ResendOrgInvitePayload',
    })
    await expectFull()
  })

  it('another address can take the expired invite’s place, and then that one cannot be renewed', async () => {
    expect(await create('other@guests.example')).toMatchObject({ __typename: 'CreateOrgInvitePayload' })
    expect(await mutate(owner, 'resendOrgInvite', { orgInviteId: overId })).toMatchObject({
      __typename: 'LimitReachedError',
      limit: 2,
    })
    await expectFull()
  })
})
