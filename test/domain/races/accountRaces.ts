import { allowRequests, newRequest } from '../../support/joinRequests.js'
import { createOrg, invite, join, mutate } from '../../support/mutate.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import type { Client, TestPerson } from '../../support/testServer.js'
import { accept } from './answerRaces.js'
import {
  type Attempt,
  countOf,
  describeOutcomes,
  findViolations,
  type Outcome,
  type Race,
  type RaceFixture,
} from './race.js'

const deletion = (person: TestPerson, by: Client = person): Attempt => ({
  by,
  mutation: 'deleteUser',
  input: { userId: person.id },
  mayBeRefused: true,
})

const isDeleted = ({ __typename }: Outcome) => __typename === 'DeleteUserPayload'

/** What is left of an account: a deleted one has no membership, no pending invite and no valid token. */
async function leftOf({ pool }: RaceFixture, { id, email }: TestPerson): Promise<string> {
  const { rows } = await pool.query(
    `select
      (select count(*)::int from org_user where user_id = $1) as memberships,
      (select count(*)::int from org_invite where status = 'PENDING' and $1 in (invited_by_id, resent_by_id)) as sent,
      (select count(*)::int from org_invite where email = $2) as received,
      (select count(*)::int from api_token where created_by_id = $1 and revoked_at is null) as tokens,
      (select count(*)::int from org_join_request where user_id = $1) as requests
    from "user" where id = $1 and deleted_at is not null`,
    [uuidOf(id), email],
  )
  return rows[0] ? JSON.stringify(rows[0]) : 'alive'
}

const NOTHING = JSON.stringify({ memberships: 0, sent: 0, received: 0, tokens: 0, requests: 0 })

/** An account is deleted while something gives it something new: whoever is first, nothing is left of it. */
function deletedWhile(
  title: string,
  expected: string[],
  rival: (
    fixture: RaceFixture,
    orgId: string,
    person: TestPerson,
    owner: TestPerson,
  ) => Promise<Attempt> | Attempt,
  {
    prepare = async () => {},
  }: {
    prepare?: (orgId: string, person: TestPerson, owner: TestPerson, fixture: RaceFixture) => Promise<unknown>
  } = {},
): Race {
  return {
    title: `an account is deleted while ${title}`,
    round: (fixture) =>
      fixture.withPeople(1, async ([owner]) => {
        if (!owner) throw new Error('no people for this round')
        const person = await fixture.testServer.signUp()
        const orgId = await createOrg(owner)
        await prepare(orgId, person, owner, fixture)
        const outcomes = await fixture.atOnce(deletion(person), {
          mayBeRefused: true,
          ...(await rival(fixture, orgId, person, owner)),
        })
        const [deleted, other] = outcomes
        const refused = deleted?.__typename === 'SoleOwnerError'
        const left = await leftOf(fixture, person)
        return {
          winner: refused ? 'sole owner' : (other?.__typename ?? ''),
          violations: await findViolations(fixture, orgId, {
            [`the other is done or refused: ${describeOutcomes(outcomes)}`]: expected.includes(
              other?.__typename ?? '',
            ),
            [`nothing is left: ${describeOutcomes(outcomes)} ${left}`]: refused
              ? left === 'alive'
              : left === NOTHING,
          }),
        }
      }),
  }
}

/** The two owners of an org delete their accounts at once: one of them stays. */
const twoOwnersDelete: Race = {
  title: 'the two owners of three orgs delete their accounts at once',
  round: async (fixture) => {
    const [one, other] = [await fixture.testServer.signUp(), await fixture.testServer.signUp()]
    const orgIds = await Promise.all([one, other, one].map((owner) => createOrg(owner)))
    await Promise.all(
      orgIds.map((orgId, index) =>
        index === 1 ? join(other, orgId, one, ['OWNER']) : join(one, orgId, other, ['OWNER']),
      ),
    )
    const outcomes = await fixture.atOnce(deletion(one), deletion(other))
    const violations = await Promise.all(
      orgIds.map((orgId) =>
        findViolations(fixture, orgId, {
          [`one is deleted: ${describeOutcomes(outcomes)}`]: outcomes.filter(isDeleted).length === 1,
          'the other is the only owner': countOf(outcomes, 'SoleOwnerError') === 1,
        }),
      ),
    )
    return { winner: outcomes[0] && isDeleted(outcomes[0]) ? 'one' : 'other', violations: violations.flat() }
  },
}

/** Four members of the same orgs delete their accounts at once: nobody waits for anybody forever. */
const manyDelete: Race = {
  title: 'four members of the same four orgs delete their accounts at once',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const members = await Promise.all([1, 2, 3, 4].map(() => fixture.testServer.signUp()))
      const orgIds = await Promise.all(members.map(() => createOrg(owner)))
      const add = (orgId: string, { id }: TestPerson) =>
        mutate(fixture.testServer.instance, 'addOrgUser', { orgId, userId: id })
      for (const orgId of orgIds) for (const member of members) await add(orgId, member)
      const outcomes = await fixture.atOnce(...members.map((member) => deletion(member)))
      const violations = await Promise.all(
        orgIds.map((orgId) =>
          findViolations(fixture, orgId, {
            [`all are deleted: ${describeOutcomes(outcomes)}`]: outcomes.every(isDeleted),
          }),
        ),
      )
      return { winner: 'all', violations: violations.flat() }
    }),
}

/** The owner leaves an org at the same time as the other owner deletes their account. */
const ownerLeaves: Race = {
  title: 'one of two owners deletes their account while the other leaves',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const other = await fixture.testServer.signUp()
      const orgId = await createOrg(owner)
      await join(owner, orgId, other, ['OWNER'])
      const outcomes = await fixture.atOnce(deletion(other), {
        by: owner,
        mutation: 'leaveOrg',
        input: { orgId },
      })
      return {
        winner: outcomes[0] && isDeleted(outcomes[0]) ? 'deletion' : 'leaving',
        violations: await findViolations(fixture, orgId, {
          [`one is refused: ${describeOutcomes(outcomes)}`]:
            countOf(outcomes, 'SoleOwnerError') + countOf(outcomes, 'LastOwnerError') === 1,
        }),
      }
    }),
}

/** Two tokens and the person delete one account: one of them does it. */
const deletedTwice: Race = {
  title: 'one account is deleted three times at once',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const person = await fixture.testServer.signUp()
      const orgId = await createOrg(owner)
      await join(owner, orgId, person)
      const { instance } = fixture.testServer
      const outcomes = await fixture.atOnce(
        deletion(person),
        deletion(person, instance),
        deletion(person, instance),
      )
      return {
        winner: outcomes[0] && isDeleted(outcomes[0]) ? 'person' : 'token',
        violations: await findViolations(fixture, orgId, {
          [`one does it: ${describeOutcomes(outcomes)}`]: outcomes.filter(isDeleted).length === 1,
          'nothing is left': (await leftOf(fixture, person)) === NOTHING,
        }),
      }
    }),
}

/** A token of the person signs in at the same moment: it acts as the account or as nobody. */
const deletedAtSignIn: Race = {
  title: 'an account is deleted while it signs in with new tokens',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const person = await fixture.testServer.signUp()
      const orgId = await createOrg(owner)
      const now = Math.floor(Date.now() / 1000)
      const fresh = await Promise.all(
        [1, 2, 3, 4].map((age) => fixture.testServer.authorize({ ...person, issuedAt: now - age })),
      )
      const signIns = fresh.map((authorization) => fixture.byAny({ authorization }).ask('{ viewer { id } }'))
      const [[deleted], ...answers] = await Promise.all([fixture.atOnce(deletion(person)), ...signIns])
      const { rows } = await fixture.pool.query('select 1 from "user" where subject = $1', [person.subject])
      return {
        winner: 'deleted',
        violations: await findViolations(fixture, orgId, {
          'it is deleted': deleted !== undefined && isDeleted(deleted),
          'nobody has the subject': rows.length === 0,
          'each token was the account or was refused': answers.every(
            ({ data, errors }) =>
              [person.id, undefined].includes(data?.viewer?.id) ||
              errors?.[0]?.extensions.code === 'UNAUTHENTICATED',
          ),
        }),
      }
    }),
}

const OUT = ['NotFoundError', 'UNAUTHENTICATED']

export const accountRaces: Race[] = [
  deletedWhile(
    'it accepts an invite',
    ['AcceptOrgInvitePayload', 'OrgInviteNotPendingError', ...OUT],
    async (_fixture, orgId, person, owner) =>
      accept(person, { orgInviteId: await invite(owner, orgId, person.email) }),
  ),
  deletedWhile('it creates an org', ['CreateOrgPayload', ...OUT], (_fixture, _orgId, person) => ({
    by: person,
    mutation: 'createOrg',
    input: { name: `Org ${crypto.randomUUID()}` },
  })),
  deletedWhile('it is added to an org', ['AddOrgUserPayload', ...OUT], ({ testServer }, orgId, { id }) => ({
    by: testServer.instance,
    mutation: 'addOrgUser',
    input: { orgId, userId: id },
  })),
  deletedWhile(
    'it is invited by its id',
    ['CreateOrgInvitePayload', ...OUT],
    (_fixture, orgId, { id }, owner) => ({
      by: owner,
      mutation: 'createOrgInvite',
      input: { orgId, invitee: { userId: id } },
    }),
  ),
  deletedWhile(
    'it invites somebody',
    ['CreateOrgInvitePayload', ...OUT],
    (_fixture, orgId, person) => ({
      by: person,
      mutation: 'createOrgInvite',
      input: { orgId, invitee: { email: `${crypto.randomUUID()}@races.example` } },
    }),
    { prepare: (orgId, person, owner) => join(owner, orgId, person, ['ADMIN']) },
  ),
  deletedWhile(
    'it creates an API token',
    ['CreateApiTokenPayload', ...OUT],
    (_fixture, orgId, person) => ({
      by: person,
      mutation: 'createApiToken',
      input: { orgId, name: 'a token', permissions: ['ORG_READ'] },
    }),
    { prepare: (orgId, person, owner) => join(owner, orgId, person, ['OWNER']) },
  ),
  deletedWhile(
    'it asks to join an org',
    ['RequestToJoinOrgPayload', ...OUT],
    (_fixture, orgId, person) => ({ by: person, mutation: 'requestToJoinOrg', input: { orgId } }),
    { prepare: (orgId, person, _owner, { testServer }) => allowRequests(testServer, orgId, person) },
  ),
  deletedWhile(
    'its request is approved',
    ['ApproveOrgJoinRequestPayload', ...OUT],
    async (_fixture, orgId, person, owner) => ({
      by: owner,
      mutation: 'approveOrgJoinRequest',
      input: { orgJoinRequestId: await newRequest(person, orgId) },
    }),
    { prepare: (orgId, person, _owner, { testServer }) => allowRequests(testServer, orgId, person) },
  ),
  deletedWhile(
    'it is removed',
    ['RemoveOrgUserPayload', ...OUT],
    (_fixture, orgId, { id }, owner) => ({
      by: owner,
      mutation: 'removeOrgUser',
      input: { orgId, userId: id },
    }),
    { prepare: (orgId, person, owner) => join(owner, orgId, person, ['ADMIN']) },
  ),
  deletedWhile(
    'it becomes the only owner',
    ['TransferOrgOwnershipPayload', ...OUT],
    (_fixture, orgId, { id }, owner) => ({
      by: owner,
      mutation: 'transferOrgOwnership',
      input: { orgId, userId: id },
    }),
    { prepare: (orgId, person, owner) => join(owner, orgId, person) },
  ),
  twoOwnersDelete,
  manyDelete,
  ownerLeaves,
  deletedTwice,
  deletedAtSignIn,
]
