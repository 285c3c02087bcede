import { beforeEach, describe, expect, it } from 'vitest'
import { expireNow, stopExpiryJob } from '../../support/expireNow.js'
import { createOrg, invite, mutate, readOrg } from '../../support/mutate.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'

describe('in an org with room for two pending invites, one live and one that has run out', () => {
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
  /** The room is used up, no more and no less. */
  const expectFull = async () => {
    expect(await create('more@guests.example')).toMatchObject({ __typename: 'LimitReachedError', limit: 2 })
    const { limits, inviteCounts } = await readOrg(owner, orgId)
    expect(limits.pendingInvitesUsed).toBe(2)
    expect(inviteCounts).toMatchObject({ pending: 2, expired: 1 })
  }

  it('its address can be invited again', async () => {
    expect(await create('over@guests.example')).toMatchObject({ __typename: 'CreateOrgInvitePayload' })
    await expectFull()
  })

  it('its address can be among many, of whom the limit refuses the rest', async () => {
    expect(await createMany('over@guests.example', 'other@guests.example')).toEqual([
      'CreateOrgInvitePayload',
      'LimitReachedError',
    ])
    await expectFull()
  })

  it('it can be renewed', async () => {
    expect(await mutate(owner, 'resendOrgInvite', { orgInviteId: overId })).toMatchObject({
      __typename: 'ResendOrgInvitePayload',
    })
    await expectFull()
  })

  it('another address takes its place, and then it can’t be renewed', async () => {
    expect(await create('other@guests.example')).toMatchObject({ __typename: 'CreateOrgInvitePayload' })
    expect(await mutate(owner, 'resendOrgInvite', { orgInviteId: overId })).toMatchObject({
      __typename: 'LimitReachedError',
      limit: 2,
    })
    await expectFull()
  })
})
