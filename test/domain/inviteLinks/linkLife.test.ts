import { describe, expect, it } from 'vitest'
import {
  linkStatusAfter,
  linkStatusAt,
  OrgInviteLinkEndedError,
  orgInviteLinkLife,
  orgInviteLinkStatuses,
} from '../../../src/domain/inviteLinks/orgInviteLink.js'
import {
  createLink,
  expireLink,
  joinByLink,
  readLinks,
  revokeLink,
  type TestLink,
} from '../../support/inviteLinks.js'
import { createOrg, readOrg } from '../../support/mutate.js'
import { usePeople } from '../../support/people.js'
import { useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)

type Status = (typeof orgInviteLinkStatuses)[number]

it('a link goes from ACTIVE to one of three ends, and an ended one never changes', () => {
  const end = { join: 'REFUSED', joinLast: 'REFUSED', revoke: 'REFUSED', expire: 'REFUSED' }
  expect(orgInviteLinkLife).toEqual({
    ACTIVE: { join: 'ACTIVE', joinLast: 'USED_UP', revoke: 'REVOKED', expire: 'EXPIRED' },
    REVOKED: end,
    EXPIRED: end,
    USED_UP: end,
  })
})

describe('the end that came first counts', () => {
  const now = new Date()
  const [past, future] = [-1, 1].map((ms) => new Date(now.getTime() + ms)) as [Date, Date]
  const rows: Array<[Status, { revokedAt: Date | null; usedUp: boolean; expiresAt: Date }]> = [
    ['ACTIVE', { revokedAt: null, usedUp: false, expiresAt: future }],
    ['EXPIRED', { revokedAt: null, usedUp: false, expiresAt: now }],
    ['EXPIRED', { revokedAt: null, usedUp: false, expiresAt: past }],
    ['USED_UP', { revokedAt: null, usedUp: true, expiresAt: future }],
    ['USED_UP', { revokedAt: null, usedUp: true, expiresAt: past }],
    ['REVOKED', { revokedAt: past, usedUp: false, expiresAt: future }],
    ['REVOKED', { revokedAt: past, usedUp: false, expiresAt: past }],
  ]
  it.each(rows)('%s', (status, link) => {
    expect(linkStatusAt(link, now)).toBe(status)
    for (const action of ['join', 'joinLast', 'revoke', 'expire'] as const) {
      const outcome = orgInviteLinkLife[status][action]
      const act = () => linkStatusAfter(action, link, now)
      if (outcome === 'REFUSED') expect(act).toThrow(OrgInviteLinkEndedError)
      else expect(act()).toBe(outcome)
    }
  })
})

/** Brings a new link, by which two can join, into a status. */
async function reach(status: Status, orgId: string): Promise<TestLink> {
  const link = await createLink(people.owner, orgId, { maxUses: 2 })
  if (status === 'REVOKED') await revokeLink(people.owner, link)
  if (status === 'EXPIRED') await expireLink(testServer, link)
  if (status === 'USED_UP')
    for (let joined = 0; joined < 2; joined++) await joinByLink(await testServer.signUp(), link)
  return link
}

for (const status of orgInviteLinkStatuses)
  describe.concurrent(`a link that is ${status}`, () => {
    for (const action of ['join', 'joinLast', 'revoke'] as const) {
      const outcome = orgInviteLinkLife[status][action]
      it(`answers ${action} with ${outcome}`, async () => {
        const orgId = await createOrg(people.owner)
        const link = await reach(status, orgId)
        const [last, joining] = await Promise.all([testServer.signUp(), testServer.signUp()])
        if (action === 'joinLast' && status === 'ACTIVE') await joinByLink(last, link)
        const before = {
          links: await readLinks(people.owner, orgId),
          org: await readOrg(people.owner, orgId),
        }
        expect(before.links.nodes).toMatchObject([
          { id: link.id, status, viewerCanRevoke: status === 'ACTIVE' },
        ])

        const answer =
          action === 'revoke' ? await revokeLink(people.owner, link) : await joinByLink(joining, link)

        const after = { links: await readLinks(people.owner, orgId), org: await readOrg(people.owner, orgId) }
        if (outcome === 'REFUSED') {
          expect(answer).toEqual({
            __typename: 'OrgInviteLinkEndedError',
            message: expect.any(String),
            linkStatus: status,
          })
          expect(after).toEqual(before)
        } else {
          expect(answer.__typename).toMatch(/Payload$/)
          expect(after.links.nodes[0].status).toBe(outcome)
          const events = after.org.events.nodes.slice(before.org.events.nodes.length)
          expect(events).toMatchObject([
            action === 'revoke'
              ? { orgEventType: 'INVITE_LINK_REVOKED' }
              : { memberEventType: 'JOINED', userId: joining.id },
          ])
        }
      })
    }
  })
