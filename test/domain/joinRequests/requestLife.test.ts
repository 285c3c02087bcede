import { describe, expect, it } from 'vitest'
import {
  type OrgJoinRequestAction,
  orgJoinRequestLife,
} from '../../../src/domain/joinRequests/orgJoinRequest.js'
import {
  approve,
  askedBy,
  decline,
  endedEarlier,
  readRequests,
  requestToJoin,
  withdraw,
} from '../../support/joinRequests.js'
import { createOrg, mutate, readOrg } from '../../support/mutate.js'
import { usePeople } from '../../support/people.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)

type Status = keyof typeof orgJoinRequestLife
const statuses = Object.keys(orgJoinRequestLife) as Status[]
const actions: OrgJoinRequestAction[] = ['approve', 'approveMember', 'decline', 'withdraw', 'ask']

it('a request goes from PENDING to one of three ends, and an ended one never changes', () => {
  const end = { approve: 'REFUSED', approveMember: 'REFUSED', decline: 'REFUSED', withdraw: 'REFUSED' }
  expect(orgJoinRequestLife).toEqual({
    PENDING: {
      approve: 'APPROVED',
      approveMember: 'WITHDRAWN',
      decline: 'DECLINED',
      withdraw: 'WITHDRAWN',
      ask: 'REFUSED',
    },
    APPROVED: { ...end, ask: 'ANOTHER' },
    DECLINED: { ...end, ask: 'ANOTHER_LATER' },
    WITHDRAWN: { ...end, ask: 'ANOTHER' },
  })
})

/** Brings a new request into a status. Whoever made it is no member. */
async function reach(status: Status, orgId: string) {
  const asked = await askedBy(testServer, orgId)
  const { person, orgJoinRequestId } = asked
  if (status === 'APPROVED') {
    await approve(people.owner, orgJoinRequestId)
    await mutate(person, 'leaveOrg', { orgId })
  }
  if (status === 'DECLINED') await decline(people.owner, orgJoinRequestId)
  if (status === 'WITHDRAWN') await withdraw(person, orgJoinRequestId)
  return asked
}

function act(action: OrgJoinRequestAction, orgId: string, person: TestPerson, orgJoinRequestId: string) {
  if (action === 'ask') return requestToJoin(person, orgId)
  if (action === 'decline') return decline(people.owner, orgJoinRequestId)
  return action === 'withdraw' ? withdraw(person, orgJoinRequestId) : approve(people.owner, orgJoinRequestId)
}

for (const status of statuses)
  describe.concurrent(`a request that is ${status}`, () => {
    for (const action of actions) {
      const outcome = orgJoinRequestLife[status][action]
      it(`answers ${action} with ${outcome}`, async () => {
        const orgId = await createOrg(people.owner)
        const { person, orgJoinRequestId } = await reach(status, orgId)
        if (action === 'approveMember')
          await mutate(testServer.instance, 'addOrgUser', { orgId, userId: person.id })
        const read = async () => ({
          requests: await readRequests(people.owner, orgId),
          org: await readOrg(people.owner, orgId),
        })
        const before = await read()
        expect(before.requests.nodes).toMatchObject([
          { id: orgJoinRequestId, status, viewerCanApprove: status === 'PENDING', viewerCanWithdraw: false },
        ])

        const answer = await act(action, orgId, person, orgJoinRequestId)

        const after = await read()
        const events = after.org.events.nodes.slice(before.org.events.nodes.length)
        const types = events.map(
          (event: Record<string, string>) => event.joinRequestEventType ?? event.memberEventType,
        )
        if (outcome === 'REFUSED') {
          expect(answer).toMatchObject(
            action === 'ask'
              ? {
                  __typename: 'OrgJoinRequestAlreadyPendingError',
                  pendingRequest: { id: orgJoinRequestId },
                }
              : { __typename: 'OrgJoinRequestNotPendingError', requestStatus: status },
          )
          expect(after).toEqual(before)
        } else if (outcome === 'ANOTHER_LATER') {
          expect(answer).toMatchObject({ __typename: 'RateLimitedError' })
          expect(after).toEqual(before)
          await endedEarlier(testServer, orgJoinRequestId, 24 * 60 * 60)
          expect(await requestToJoin(person, orgId)).toMatchObject({ orgJoinRequest: { status: 'PENDING' } })
        } else if (outcome === 'ANOTHER') {
          expect(answer.orgJoinRequest).toMatchObject({ status: 'PENDING' })
          expect(after.requests.nodes.map((request: { status: string }) => request.status)).toEqual([
            'PENDING',
            status,
          ])
          expect(types).toEqual(['REQUESTED'])
        } else {
          expect(answer.__typename).toMatch(action === 'approveMember' ? 'AlreadyOrgUserError' : /Payload$/)
          expect(after.requests.nodes).toMatchObject([{ status: outcome, resolvedAt: expect.any(String) }])
          expect(types).toEqual(outcome === 'APPROVED' ? ['APPROVED', 'JOINED'] : [outcome])
          expect(events[0]).toMatchObject({ orgJoinRequestId, user: { id: person.id } })
        }
      })
    }
  })
