import { describe, expect, it, vi } from 'vitest'
import { orgInviteLife } from '../../../src/domain/invites/orgInvite.js'
import { runOut, stopSweeping } from '../../support/expireNow.js'
import { act, foundOrg, invite, readOrg } from '../../support/mutate.js'
import { type TestPerson, useWorld } from '../../support/testServer.js'

type Status = keyof typeof orgInviteLife
type Action = 'accept' | 'decline' | 'revoke' | 'resend' | 'delete'
interface Scene {
  owner: TestPerson
  invitee: TestPerson
  orgId: string
  orgInviteId: string
}

const swept = useWorld()
/** Here nobody ends what has run out: it is EXPIRED by the clock alone. */
const unswept = useWorld()
stopSweeping(unswept)

/** Somebody invited, and what it takes to bring the invite into each state. */
async function invited(world = swept): Promise<Scene> {
  const [owner, invitee] = await Promise.all([world.person(), world.person()])
  const orgId = await foundOrg(owner)
  return { owner, invitee, orgId, orgInviteId: await invite(owner, orgId, invitee.email) }
}

const states: Array<{ state: string; status: Status; reach: () => Promise<Scene> }> = [
  { state: 'PENDING', status: 'PENDING', reach: () => invited() },
  ...(['accept', 'decline', 'revoke'] as const).map((action) => {
    const status = orgInviteLife.PENDING[action]
    return {
      state: status,
      status,
      async reach() {
        const scene = await invited()
        await perform(scene, action)
        return scene
      },
    }
  }),
  {
    state: 'EXPIRED',
    status: 'EXPIRED',
    async reach() {
      const scene = await invited()
      await runOut(swept, scene.orgInviteId)
      await vi.waitFor(async () => expect(await eventsOf(scene)).toContain('EXPIRED'), {
        timeout: 10_000,
        interval: 50,
      })
      return scene
    },
  },
  {
    state: 'EXPIRED by the clock and nothing else',
    status: 'EXPIRED',
    async reach() {
      const scene = await invited(unswept)
      await runOut(unswept, scene.orgInviteId)
      expect(await eventsOf(scene)).toEqual(['CREATED'])
      return scene
    },
  },
]

/** Runs an action by whoever may. */
function perform({ owner, invitee, orgInviteId }: Scene, action: Action) {
  switch (action) {
    case 'accept':
      return act(invitee, 'acceptOrgInvite', { invite: { orgInviteId } }, 'orgInvite { id status }')
    case 'decline':
      return act(invitee, 'declineOrgInvite', { invite: { orgInviteId } }, 'orgInvite { id status }')
    case 'revoke':
      return act(owner, 'revokeOrgInvite', { orgInviteId }, 'orgInvite { id status }')
    case 'resend':
      return act(owner, 'resendOrgInvite', { orgInviteId }, 'orgInvite { id status renews { id } }')
    case 'delete':
      return act(owner, 'deleteOrgInvite', { orgInviteId }, 'orgInviteId')
  }
}

async function read({ owner, orgInviteId }: Scene) {
  const { data } = await owner.ask(
    `query($id: ID!) { orgInvite(id: $id) {
      status expiresAt resolvedAt viewerCanRevoke viewerCanResend viewerCanAccept viewerCanDecline
    } }`,
    { id: orgInviteId },
  )
  return data.orgInvite
}

/** Types of the invite's events, oldest first. */
async function eventsOf({ owner, orgId, orgInviteId }: Scene): Promise<string[]> {
  const { events } = await readOrg(owner, orgId)
  return events.nodes
    .filter((event: { orgInviteId?: string }) => event.orgInviteId === orgInviteId)
    .map((event: { inviteEventType: string }) => event.inviteEventType)
}

it('an invite leads from PENDING to four ends, and from EXPIRED to a new one', () => {
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
      it(`meets ${action} with ${outcome}`, async () => {
        const scene = await reach()
        const before = { invite: await read(scene), org: await readOrg(scene.owner, scene.orgId) }
        expect(before.invite.status).toBe(status)

        const answer = await perform(scene, action)

        switch (outcome) {
          case 'REFUSED':
            expect(answer).toMatchObject(
              action === 'delete'
                ? { __typename: 'InvalidInputError', issues: [{ path: 'orgInviteId' }] }
                : { __typename: 'OrgInviteNotPendingError', inviteStatus: status },
            )
            expect(await read(scene)).toEqual(before.invite)
            expect(await readOrg(scene.owner, scene.orgId)).toEqual(before.org)
            break
          case 'ERASED':
            expect(answer).toEqual({ __typename: 'DeleteOrgInvitePayload', orgInviteId: scene.orgInviteId })
            expect(await read(scene)).toBeNull()
            expect((await eventsOf(scene)).slice(-2)).toEqual([status, 'DELETED'])
            expect((await readOrg(scene.owner, scene.orgId)).inviteCounts).toEqual(none)
            break
          case 'RENEWED':
            expect(answer.orgInvite).toMatchObject({ status: 'PENDING', renews: { id: scene.orgInviteId } })
            expect(answer.orgInvite.id).not.toBe(scene.orgInviteId)
            expect(await read(scene)).toMatchObject({ status: 'EXPIRED' })
            expect(await eventsOf(scene)).toEqual(['CREATED', 'EXPIRED'])
            expect(await eventsOf({ ...scene, orgInviteId: answer.orgInvite.id })).toEqual(['CREATED'])
            break
          case 'PENDING':
            expect(answer.orgInvite).toMatchObject({ id: scene.orgInviteId, status: 'PENDING', renews: null })
            expect(await eventsOf(scene)).toEqual(['CREATED', 'RESENT'])
            break
          default:
            expect(answer.orgInvite).toEqual({ id: scene.orgInviteId, status: outcome })
            expect(await read(scene)).toMatchObject({ status: outcome, resolvedAt: expect.any(String) })
            expect(await eventsOf(scene)).toEqual(['CREATED', outcome])
            expect((await readOrg(scene.owner, scene.orgId)).inviteCounts).toEqual({
              ...none,
              [outcome.toLowerCase()]: 1,
            })
        }
      })
    }

    it('tells everybody what they can do with it now', async () => {
      const scene = await reach()
      const life = orgInviteLife[status]
      expect(await read(scene)).toMatchObject({
        viewerCanRevoke: life.revoke !== 'REFUSED',
        viewerCanResend: life.resend !== 'REFUSED',
        viewerCanAccept: false,
        viewerCanDecline: false,
      })
      expect(await read({ ...scene, owner: scene.invitee })).toMatchObject({
        viewerCanRevoke: false,
        viewerCanResend: false,
        viewerCanAccept: life.accept !== 'REFUSED',
        viewerCanDecline: life.decline !== 'REFUSED',
      })
    })
  })

const none = { pending: 0, accepted: 0, declined: 0, revoked: 0, expired: 0 }

describe.concurrent('time', () => {
  it('ends a pending invite within 2 s, unasked, as of the instant that it ran out', async () => {
    const [owner, invitee] = await Promise.all([swept.person(), swept.person()])
    const orgId = await foundOrg(owner)
    const expiresAt = new Date(Date.now() + 1_000).toISOString()
    const scene = {
      owner,
      invitee,
      orgId,
      orgInviteId: await invite(owner, orgId, invitee.email, { expiresAt }),
    }
    await vi.waitFor(async () => expect(await eventsOf(scene)).toEqual(['CREATED', 'EXPIRED']), {
      timeout: 10_000,
      interval: 50,
    })
    expect(await read(scene)).toMatchObject({ status: 'EXPIRED', expiresAt, resolvedAt: expiresAt })
    const { events, inviteCounts } = await readOrg(owner, orgId)
    expect(inviteCounts).toEqual({ ...none, expired: 1 })
    const event = events.nodes.at(-1)
    expect(event).toMatchObject({ status: 'EXPIRED', previousStatus: 'PENDING', actor: null })
    const late = new Date(event.occurredAt).getTime() - new Date(expiresAt).getTime()
    expect(late).toBeGreaterThanOrEqual(0)
    expect(late).toBeLessThan(2_000)
  })

  it('ends nothing that has ended', async () => {
    const scenes = await Promise.all(
      (['accept', 'decline', 'revoke'] as const).map(async (action) => {
        const scene = await invited()
        await perform(scene, action)
        await runOut(swept, scene.orgInviteId)
        const before = await read(scene)
        expect(before.status).toBe(orgInviteLife.PENDING[action])
        return { scene, before, events: await eventsOf(scene) }
      }),
    )
    const last = await invited()
    await runOut(swept, last.orgInviteId)
    await vi.waitFor(async () => expect(await eventsOf(last)).toContain('EXPIRED'), { timeout: 10_000 })
    for (const { scene, before, events } of scenes) {
      expect(await read(scene)).toEqual(before)
      expect(await eventsOf(scene)).toEqual(events)
    }
  })

  it('counts where nobody has looked yet: in reads, filters, counts and limits', async () => {
    const scene = await invited(unswept)
    await runOut(unswept, scene.orgInviteId)
    const { expiresAt } = await read(scene)
    const { data } = await scene.owner.ask(
      `query($id: ID!, $p: [OrgInviteStatus!], $e: [OrgInviteStatus!]) { org(id: $id) {
        pending: invites(filter: { statuses: $p }) { totalCount nodes { id } }
        expired: invites(filter: { statuses: $e }) { totalCount nodes { id status resolvedAt } }
        inviteCounts { pending expired } limits { pendingInvitesUsed }
      } }`,
      { id: scene.orgId, p: ['PENDING'], e: ['EXPIRED'] },
    )
    expect(data.org).toEqual({
      pending: { totalCount: 0, nodes: [] },
      expired: {
        totalCount: 1,
        nodes: [{ id: scene.orgInviteId, status: 'EXPIRED', resolvedAt: expiresAt }],
      },
      inviteCounts: { pending: 0, expired: 1 },
      limits: { pendingInvitesUsed: 0 },
    })
    const mine = await scene.invitee.ask(
      '{ viewer { pending: orgInvites(statuses: [PENDING]) { totalCount } orgInvites(statuses: [EXPIRED]) { totalCount } } }',
    )
    expect(mine.data.viewer).toEqual({ pending: { totalCount: 0 }, orgInvites: { totalCount: 1 } })
    expect(await eventsOf(scene)).toEqual(['CREATED'])
  })
})
