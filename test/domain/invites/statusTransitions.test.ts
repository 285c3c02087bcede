import { describe, expect, it, vi } from 'vitest'
import { orgInviteLife } from '../../../src/domain/invites/orgInvite.js'
import { BUSY_MS } from '../../support/busy.js'
import { expireNow, stopExpiryJob } from '../../support/expireNow.js'
import { createOrg, invite, mutate, readOrg } from '../../support/mutate.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'

type Status = keyof typeof orgInviteLife
type Action = 'accept' | 'decline' | 'revoke' | 'resend' | 'delete'
interface Fixture {
  owner: TestPerson
  invitee: TestPerson
  orgId: string
  orgInviteId: string
}

const withExpiryJob = useTestServer()
/** Here the expiry job does not run: an invite is EXPIRED by the clock alone. */
const withoutExpiryJob = useTestServer()
stopExpiryJob(withoutExpiryJob)

/** An invite to a new invitee, with everything needed to bring it into each state. */
async function invited(testServer = withExpiryJob): Promise<Fixture> {
  const [owner, invitee] = await Promise.all([testServer.signUp(), testServer.signUp()])
  const orgId = await createOrg(owner)
  return { owner, invitee, orgId, orgInviteId: await invite(owner, orgId, invitee.email) }
}

const states: Array<{ state: string; status: Status; reach: () => Promise<Fixture> }> = [
  { state: 'PENDING', status: 'PENDING', reach: () => invited() },
  ...(['accept', 'decline', 'revoke'] as const).map((action) => {
    const status = orgInviteLife.PENDING[action]
    return {
      state: status,
      status,
      async reach() {
        const fixture = await invited()
        await perform(fixture, action)
        return fixture
      },
    }
  }),
  {
    state: 'EXPIRED',
    status: 'EXPIRED',
    async reach() {
      const fixture = await invited()
      await expireNow(withExpiryJob, fixture.orgInviteId)
      await vi.waitFor(async () => expect(await eventsOf(fixture)).toContain('EXPIRED'), {
        timeout: 10_000,
        interval: 50,
      })
      return fixture
    },
  },
  {
    state: 'EXPIRED by the clock and nothing else',
    status: 'EXPIRED',
    async reach() {
      const fixture = await invited(withoutExpiryJob)
      await expireNow(withoutExpiryJob, fixture.orgInviteId)
      expect(await eventsOf(fixture)).toEqual(['CREATED'])
      return fixture
    },
  },
]

/** Runs an action as somebody who may. */
function perform({ owner, invitee, orgInviteId }: Fixture, action: Action) {
  switch (action) {
    case 'accept':
      return mutate(invitee, 'acceptOrgInvite', { invite: { orgInviteId } }, 'orgInvite { id status }')
    case 'decline':
      return mutate(invitee, 'declineOrgInvite', { invite: { orgInviteId } }, 'orgInvite { id status }')
    case 'revoke':
      return mutate(owner, 'revokeOrgInvite', { orgInviteId }, 'orgInvite { id status }')
    case 'resend':
      return mutate(owner, 'resendOrgInvite', { orgInviteId }, 'orgInvite { id status renews { id } }')
    case 'delete':
      return mutate(owner, 'deleteOrgInvite', { orgInviteId }, 'orgInviteId')
  }
}

async function read({ owner, orgInviteId }: Fixture) {
  const { data } = await owner.ask(
    `query($id: ID!) { orgInvite(id: $id) {
      status expiresAt resolvedAt viewerCanRevoke viewerCanResend viewerCanAccept viewerCanDecline
    } }`,
    { id: orgInviteId },
  )
  return data.orgInvite
}

/** Returns the types of the invite's events, oldest first. */
async function eventsOf({ owner, orgId, orgInviteId }: Fixture): Promise<string[]> {
  const { events } = await readOrg(owner, orgId)
  return events.nodes
    .filter((event: { orgInviteId?: string }) => event.orgInviteId === orgInviteId)
    .map((event: { inviteEventType: string }) => event.inviteEventType)
}

it('an invite goes from PENDING to one of four ends, and an EXPIRED one can be renewed', () => {
  const end = { accept: 'REFUSED', decline: 'REFUSED', revoke: 'REFUSED', expire: 'REFUSED' }
  expect(orgInviteLife).toEqual({
    PENDING: {
      accept: 'ACCEPTED',
      decline: 'DECLINED',
      revoke: 'REVOKED',
      expire: 'EXPIRED',
      resend: 'PENDING',
      delete: 'REFUSED',
    },
    ACCEPTED: { ...end, resend: 'REFUSED', delete: 'ERASED' },
    DECLINED: { ...end, resend: 'REFUSED', delete: 'ERASED' },
    REVOKED: { ...end, resend: 'REFUSED', delete: 'ERASED' },
    EXPIRED: { ...end, resend: 'RENEWED', delete: 'ERASED' },
  })
})

for (const { state, status, reach } of states)
  describe.concurrent(`an invite that is ${state}`, () => {
    for (const action of ['accept', 'decline', 'revoke', 'resend', 'delete'] as const) {
      const outcome = orgInviteLife[status][action]
      it(`answers ${action} with ${outcome}`, async () => {
        const fixture = await reach()
        const before = { invite: await read(fixture), org: await readOrg(fixture.owner, fixture.orgId) }
        expect(before.invite.status).toBe(status)

        const answer = await perform(fixture, action)

        switch (outcome) {
          case 'REFUSED':
            expect(answer).toMatchObject(
              action === 'delete'
                ? { __typename: 'InvalidInputError', issues: [{ path: 'orgInviteId' }] }
                : { __typename: 'OrgInviteNotPendingError', inviteStatus: status },
            )
            expect(await read(fixture)).toEqual(before.invite)
            expect(await readOrg(fixture.owner, fixture.orgId)).toEqual(before.org)
            break
          case 'ERASED':
            expect(answer).toEqual({ __typename: 'DeleteOrgInvitePayload', orgInviteId: fixture.orgInviteId })
            expect(await read(fixture)).toBeNull()
            expect((await eventsOf(fixture)).slice(-2)).toEqual([status, 'DELETED'])
            expect((await readOrg(fixture.owner, fixture.orgId)).inviteCounts).toEqual(none)
            break
          case 'RENEWED':
            expect(answer.orgInvite).toMatchObject({ status: 'PENDING', renews: { id: fixture.orgInviteId } })
            expect(answer.orgInvite.id).not.toBe(fixture.orgInviteId)
            expect(await read(fixture)).toMatchObject({ status: 'EXPIRED' })
            expect(await eventsOf(fixture)).toEqual(['CREATED', 'EXPIRED'])
            expect(await eventsOf({ ...fixture, orgInviteId: answer.orgInvite.id })).toEqual(['CREATED'])
            break
          case 'PENDING':
            expect(answer.orgInvite).toMatchObject({
              id: fixture.orgInviteId,
              status: 'PENDING',
              renews: null,
            })
            expect(await eventsOf(fixture)).toEqual(['CREATED', 'RESENT'])
            break
          default:
            expect(answer.orgInvite).toEqual({ id: fixture.orgInviteId, status: outcome })
            expect(await read(fixture)).toMatchObject({ status: outcome, resolvedAt: expect.any(String) })
            expect(await eventsOf(fixture)).toEqual(['CREATED', outcome])
            expect((await readOrg(fixture.owner, fixture.orgId)).inviteCounts).toEqual({
              ...none,
              [outcome.toLowerCase()]: 1,
            })
        }
      })
    }

    it('tells every viewer what they may do with it now', async () => {
      const fixture = await reach()
      const life = orgInviteLife[status]
      expect(await read(fixture)).toMatchObject({
        viewerCanRevoke: life.revoke !== 'REFUSED',
        viewerCanResend: life.resend !== 'REFUSED',
        viewerCanAccept: false,
        viewerCanDecline: false,
      })
      expect(await read({ ...fixture, owner: fixture.invitee })).toMatchObject({
        viewerCanRevoke: false,
        viewerCanResend: false,
        viewerCanAccept: life.accept !== 'REFUSED',
        viewerCanDecline: life.decline !== 'REFUSED',
      })
    })
  })

const none = { pending: 0, accepted: 0, declined: 0, revoked: 0, expired: 0 }

describe.concurrent('the expiry time', () => {
  it('ends a pending invite within 2 s without any request, as of the instant when it expired', async () => {
    const [owner, invitee] = await Promise.all([withExpiryJob.signUp(), withExpiryJob.signUp()])
    const orgId = await createOrg(owner)
    const expiresAt = new Date(Date.now() + 1_000).toISOString()
    const fixture = {
      owner,
      invitee,
      orgId,
      orgInviteId: await invite(owner, orgId, invitee.email, { expiresAt }),
    }
    await vi.waitFor(async () => expect(await eventsOf(fixture)).toEqual(['CREATED', 'EXPIRED']), {
      timeout: 10_000,
      interval: 50,
    })
    expect(await read(fixture)).toMatchObject({ status: 'EXPIRED', expiresAt, resolvedAt: expiresAt })
    const { events, inviteCounts } = await readOrg(owner, orgId)
    expect(inviteCounts).toEqual({ ...none, expired: 1 })
    const event = events.nodes.at(-1)
    expect(event).toMatchObject({ status: 'EXPIRED', previousStatus: 'PENDING', actor: null })
    const late = new Date(event.occurredAt).getTime() - new Date(expiresAt).getTime()
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThan(2_000 + BUSY_MS)
  })

  it('does not change an invite that has ended', async () => {
    const ended = await Promise.all(
      (['accept', 'decline', 'revoke'] as const).map(async (action) => {
        const fixture = await invited()
        await perform(fixture, action)
        await expireNow(withExpiryJob, fixture.orgInviteId)
        const before = await read(fixture)
        expect(before.status).toBe(orgInviteLife.PENDING[action])
        return { fixture, before, events: await eventsOf(fixture) }
      }),
    )
    const last = await invited()
    await expireNow(withExpiryJob, last.orgInviteId)
    await vi.waitFor(async () => expect(await eventsOf(last)).toContain('EXPIRED'), { timeout: 10_000 })
    for (const { fixture, before, events } of ended) {
      expect(await read(fixture)).toEqual(before)
      expect(await eventsOf(fixture)).toEqual(events)
    }
  })

  it('counts in reads, filters, counts and limits before the expiry job runs', async () => {
    const fixture = await invited(withoutExpiryJob)
    await expireNow(withoutExpiryJob, fixture.orgInviteId)
    const { expiresAt } = await read(fixture)
    const { data } = await fixture.owner.ask(
      `query($id: ID!, $p: [OrgInviteStatus!], $e: [OrgInviteStatus!]) { org(id: $id) {
        pending: invites(filter: { statuses: $p }) { totalCount nodes { id } }
        expired: invites(filter: { statuses: $e }) { totalCount nodes { id status resolvedAt } }
        inviteCounts { pending expired } limits { pendingInvitesUsed }
      } }`,
      { id: fixture.orgId, p: ['PENDING'], e: ['EXPIRED'] },
    )
    expect(data.org).toEqual({
      pending: { totalCount: 0, nodes: [] },
      expired: {
        totalCount: 1,
        nodes: [{ id: fixture.orgInviteId, status: 'EXPIRED', resolvedAt: expiresAt }],
      },
      inviteCounts: { pending: 0, expired: 1 },
      limits: { pendingInvitesUsed: 0 },
    })
    const mine = await fixture.invitee.ask(
      '{ viewer { pending: orgInvites(statuses: [PENDING]) { totalCount } orgInvites(statuses: [EXPIRED]) { totalCount } } }',
    )
    expect(mine.data.viewer).toEqual({ pending: { totalCount: 0 }, orgInvites: { totalCount: 1 } })
    expect(await eventsOf(fixture)).toEqual(['CREATED'])
  })
})
