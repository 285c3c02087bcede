import { allowRequests, newAsker, newRequest, withdraw } from '../../support/joinRequests.js'
import { createOrg, invite, join, mutate } from '../../support/mutate.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import type { Client, TestPerson } from '../../support/testServer.js'
import { accept, isMember } from './answerRaces.js'
import {
  type Attempt,
  countOf,
  describeOutcomes,
  findViolations,
  type Outcome,
  type Race,
  type RaceFixture,
} from './race.js'

// Everybody who asks is new in each round: a person makes ten requests a day.

const asking = (by: Client, orgId: string): Attempt => ({
  by,
  mutation: 'requestToJoinOrg',
  input: { orgId },
  payload: 'orgJoinRequest { id status } orgUser { id }',
})

const answering = (
  by: Client,
  verb: 'approve' | 'decline' | 'withdraw',
  orgJoinRequestId: string,
): Attempt => ({
  by,
  mutation: `${verb}OrgJoinRequest`,
  input: { orgJoinRequestId },
})

const isDone = (outcome: Outcome | undefined) => outcome?.__typename.endsWith('Payload') === true

async function statusesOf({ pool }: RaceFixture, orgId: string): Promise<string[]> {
  const { rows } = await pool.query(
    'select status from org_join_request where org_id = $1 order by created_at, id',
    [uuidOf(orgId)],
  )
  return rows.map(({ status }) => status)
}

/** The endings of requests in the org's history, in their order. */
async function endingsOf({ pool }: RaceFixture, orgId: string): Promise<string[]> {
  const { rows } = await pool.query(
    `select type from org_event where org_id = $1 and kind = 'JOIN_REQUEST' and type <> 'REQUESTED' order by seq`,
    [uuidOf(orgId)],
  )
  return rows.map(({ type }) => type)
}

async function orgOf({ testServer }: RaceFixture, owner: TestPerson) {
  const orgId = await createOrg(owner)
  const person = await newAsker(testServer, orgId)
  return { orgId, person }
}

/** The owner approves, an admin declines, and the person withdraws: one of them wins, and the others are told so. */
const threeAnswers: Race = {
  title: 'a request is approved, declined and withdrawn at once',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, admin]) => {
      if (!owner || !admin) throw new Error('no people for this round')
      const { orgId, person } = await orgOf(fixture, owner)
      await join(owner, orgId, admin, ['ADMIN'])
      const id = await newRequest(person, orgId)
      const outcomes = await fixture.atOnce(
        answering(owner, 'approve', id),
        answering(admin, 'decline', id),
        answering(person, 'withdraw', id),
      )
      const won = ['APPROVED', 'DECLINED', 'WITHDRAWN'][outcomes.findIndex(isDone)] ?? 'nobody'
      return {
        winner: won,
        violations: await findViolations(fixture, orgId, {
          [`one wins: ${describeOutcomes(outcomes)}`]:
            outcomes.filter(isDone).length === 1 &&
            outcomes.filter(({ requestStatus }) => requestStatus === won).length === 2,
          'it has that status, and one event of it':
            String(await statusesOf(fixture, orgId)) === won &&
            String(await endingsOf(fixture, orgId)) === won,
          'they are a member only if it was approved':
            (await isMember(fixture, orgId, person.id)) === (won === 'APPROVED'),
        }),
      }
    }),
}

/** Four of five seats are taken. Two requests are approved and an invite is accepted: one of them gets in. */
const lastSeatByRequest: Race = {
  title: 'two requests are approved and an invite is accepted for the last seat',
  round: (fixture) =>
    fixture.withPeople(5, async ([owner, invitee, ...members]) => {
      if (!owner || !invitee) throw new Error('no people for this round')
      const { orgId, person } = await orgOf(fixture, owner)
      const other = await newAsker(fixture.testServer, orgId)
      for (const { id } of members)
        await mutate(fixture.testServer.instance, 'addOrgUser', { orgId, userId: id })
      const ids = [await newRequest(person, orgId), await newRequest(other, orgId)]
      const orgInviteId = await invite(owner, orgId, invitee.email)
      const outcomes = await fixture.atOnce(
        accept(invitee, { orgInviteId }),
        ...ids.map((id) => answering(owner, 'approve', id)),
      )
      const approved = countOf(outcomes, 'ApproveOrgJoinRequestPayload')
      return {
        winner: approved === 1 ? 'approval' : 'accept',
        violations: await findViolations(
          fixture,
          orgId,
          {
            [`one gets in: ${describeOutcomes(outcomes)}`]:
              outcomes.filter(isDone).length === 1 && countOf(outcomes, 'LimitReachedError') === 2,
            'the other requests are pending':
              (await statusesOf(fixture, orgId)).filter((status) => status === 'PENDING').length ===
              2 - approved,
          },
          { seats: 5, pendingInvites: 5 },
        ),
      }
    }),
}

/** Four of five seats are taken, and the mode is AUTO: of three who ask one gets in, and the others leave no request. */
const lastSeatByAuto: Race = {
  title: 'three ask for the last seat, with the mode AUTO',
  round: (fixture) =>
    fixture.withPeople(4, async ([owner, ...members]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const { testServer } = fixture
      const askers = [
        await newAsker(testServer, orgId, 'AUTO'),
        await newAsker(testServer, orgId, 'AUTO'),
        await newAsker(testServer, orgId, 'AUTO'),
      ]
      for (const { id } of members) await mutate(testServer.instance, 'addOrgUser', { orgId, userId: id })
      const outcomes = await fixture.atOnce(...askers.map((person) => asking(person, orgId)))
      return {
        winner: 'one',
        violations: await findViolations(
          fixture,
          orgId,
          {
            [`one gets in: ${describeOutcomes(outcomes)}`]:
              outcomes.filter(({ orgUser }) => orgUser).length === 1 &&
              countOf(outcomes, 'LimitReachedError') === 2,
            'there is one request': String(await statusesOf(fixture, orgId)) === 'APPROVED',
          },
          { seats: 5, pendingInvites: 5 },
        ),
      }
    }),
}

/** A person asks five times at once: there is one request. */
const askedAtOnce = (mode: 'REQUEST' | 'AUTO'): Race => ({
  title: `one person asks five times at once, with the mode ${mode}`,
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const { orgId, person } = await orgOf(fixture, owner)
      await allowRequests(fixture.testServer, orgId, person, mode)
      const outcomes = await fixture.atOnce(...Array.from({ length: 5 }, () => asking(person, orgId)))
      const late = mode === 'AUTO' ? 'AlreadyOrgUserError' : 'OrgJoinRequestAlreadyPendingError'
      return {
        winner: 'one',
        violations: await findViolations(fixture, orgId, {
          [`one is made: ${describeOutcomes(outcomes)}`]:
            outcomes.filter(isDone).length === 1 && countOf(outcomes, late) === 4,
          'there is one request': (await statusesOf(fixture, orgId)).length === 1,
        }),
      }
    }),
})

/** The mode becomes OFF while somebody asks: a request that was made stays, and none is made later. */
const askedWhileOff: Race = {
  title: 'somebody asks while the domain’s mode becomes OFF',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const { orgId, person } = await orgOf(fixture, owner)
      const outcomes = await fixture.atOnce(asking(person, orgId), {
        by: owner,
        mutation: 'updateEmailDomain',
        input: { orgId, domain: person.email.split('@')[1], joinMode: 'OFF' },
      })
      const { rows } = await fixture.pool.query(
        `select type from org_event where org_id = $1 and type in ('REQUESTED', 'EMAIL_DOMAIN_JOIN_MODE_CHANGED') order by seq`,
        [uuidOf(orgId)],
      )
      const order = rows.map(({ type }) => type).join()
      const asked = isDone(outcomes[0])
      return {
        winner: asked ? 'request' : 'OFF',
        violations: await findViolations(fixture, orgId, {
          [`asked or not found: ${describeOutcomes(outcomes)}`]:
            (asked || outcomes[0]?.__typename === 'NotFoundError') && isDone(outcomes[1]),
          [`a request comes before the change: ${order}`]:
            order === `${asked ? 'REQUESTED,' : ''}EMAIL_DOMAIN_JOIN_MODE_CHANGED`,
          'it stays pending': String(await statusesOf(fixture, orgId)) === (asked ? 'PENDING' : ''),
        }),
      }
    }),
}

/** Somebody accepts an invite while their request is approved: they are one member, and the request has ended. */
const approvedAndAccepted: Race = {
  title: 'somebody accepts an invite while their request is approved',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const { orgId, person } = await orgOf(fixture, owner)
      const id = await newRequest(person, orgId)
      const orgInviteId = await invite(owner, orgId, person.email, { roles: ['ADMIN'] })
      const outcomes = await fixture.atOnce(accept(person, { orgInviteId }), answering(owner, 'approve', id))
      const approved = isDone(outcomes[1])
      const ended = approved ? 'APPROVED' : 'WITHDRAWN'
      const { rows } = await fixture.pool.query(
        'select roles::text[] as roles, origin from org_user where org_id = $1 and user_id = $2',
        [uuidOf(orgId), uuidOf(person.id)],
      )
      return {
        winner: approved ? 'approval' : 'accept',
        violations: await findViolations(fixture, orgId, {
          [`the invite is accepted: ${describeOutcomes(outcomes)}`]:
            isDone(outcomes[0]) && (approved || outcomes[1]?.__typename === 'AlreadyOrgUserError'),
          'the request has ended, with one event':
            String(await statusesOf(fixture, orgId)) === ended &&
            String(await endingsOf(fixture, orgId)) === ended,
          'they are one member with the roles of both':
            rows.length === 1 &&
            String(rows[0].roles) === (approved ? 'USER,ADMIN' : 'ADMIN') &&
            rows[0].origin === (approved ? 'JOIN_REQUEST' : 'INVITE'),
        }),
      }
    }),
}

/** Eight requests of the day are made. Eleven clients ask and withdraw as fast as they can: two more are made. */
const tenADay: Race = {
  title: 'eleven clients of one person ask and withdraw until the day’s requests are used up',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const { orgId, person } = await orgOf(fixture, owner)
      await fixture.pool.query(
        'insert into user_join_request_day (user_id, start, count) values ($1, now(), 8)',
        [uuidOf(person.id)],
      )
      let made = 0
      const client = async () => {
        for (;;) {
          const [outcome] = await fixture.atOnce(asking(person, orgId))
          if (outcome?.__typename === 'RateLimitedError') return
          if (!isDone(outcome)) continue
          made += 1
          await withdraw(fixture.byAny(person), outcome?.orgJoinRequest.id)
        }
      }
      await Promise.all(Array.from({ length: 11 }, client))
      return {
        winner: `${made}`,
        violations: await findViolations(fixture, orgId, {
          [`two are made: ${made}`]: made === 2,
          'all are withdrawn': (await statusesOf(fixture, orgId)).join() === 'WITHDRAWN,WITHDRAWN',
        }),
      }
    }),
}

export const requestRaces: Race[] = [
  threeAnswers,
  lastSeatByRequest,
  lastSeatByAuto,
  askedAtOnce('REQUEST'),
  askedAtOnce('AUTO'),
  askedWhileOff,
  approvedAndAccepted,
  tenADay,
]
