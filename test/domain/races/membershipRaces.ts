import { createOrg, invite, join, mutate, type RoleName } from '../../support/mutate.js'
import type { Client, TestPerson } from '../../support/testServer.js'
import { accept, isMember } from './answerRaces.js'
import {
  type Attempt,
  countOf,
  describeOutcomes,
  findViolations,
  type Race,
  type RaceFixture,
} from './race.js'

/** Two owners try to stop being owners: in any order, the org keeps one. */
function twoOwners(
  title: string,
  othersRoles: RoleName[],
  moves: (orgId: string, one: TestPerson, other: TestPerson) => [Attempt, Attempt],
): Race {
  return {
    title,
    round: (fixture) =>
      fixture.withPeople(2, async ([one, other]) => {
        if (!one || !other) throw new Error('no people for this round')
        const orgId = await createOrg(one)
        await join(one, orgId, other, othersRoles)
        const outcomes = await fixture.atOnce(...moves(orgId, one, other))
        const done = outcomes.map(({ __typename }) => __typename.endsWith('Payload'))
        return {
          winner: done.every(Boolean) ? 'both' : done[0] ? 'one' : 'other',
          violations: await findViolations(fixture, orgId, {
            [`at least one succeeds: ${describeOutcomes(outcomes)}`]: done.some(Boolean),
          }),
        }
      }),
  }
}

function update(
  by: Client,
  orgId: string,
  userId: string,
  change: { add?: RoleName[]; remove?: RoleName[] },
): Attempt {
  return { by, mutation: 'updateOrgUserRoles', input: { orgId, userId, ...change } }
}

function transfer(by: Client, orgId: string, userId: string): Attempt {
  return { by, mutation: 'transferOrgOwnership', input: { orgId, userId } }
}

/** The only owner hands over to two members at the same time: one of them becomes the only owner. */
const twoTransfers: Race = {
  title: 'the owner hands over to two members at once',
  round: (fixture) =>
    fixture.withPeople(3, async ([owner, one, other]) => {
      if (!owner || !one || !other) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await join(owner, orgId, one)
      await join(owner, orgId, other, ['ADMIN'])
      const outcomes = await fixture.atOnce(transfer(owner, orgId, one.id), transfer(owner, orgId, other.id))
      const owners = await ownersOf(fixture, orgId)
      const done = outcomes.map(({ __typename }) => __typename === 'TransferOrgOwnershipPayload')
      return {
        winner: done[0] ? 'one' : 'other',
        violations: await findViolations(fixture, orgId, {
          [`one succeeds: ${describeOutcomes(outcomes)}`]: done[0] !== done[1],
          'the other gets PermissionDeniedError': countOf(outcomes, 'PermissionDeniedError') === 1,
          [`one is the only owner: ${owners}`]: owners.join() === (done[0] ? one : other).id,
        }),
      }
    }),
}

/** The only owner hands over to a member who leaves: the org has one owner, whichever is first. */
const transferAndLeave: Race = {
  title: 'the owner hands over to a member who leaves',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, member]) => {
      if (!owner || !member) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await join(owner, orgId, member)
      const outcomes = await fixture.atOnce(transfer(owner, orgId, member.id), {
        by: member,
        mutation: 'leaveOrg',
        input: { orgId },
      })
      const transferred = outcomes[0]?.__typename === 'TransferOrgOwnershipPayload'
      const owners = await ownersOf(fixture, orgId)
      return {
        winner: transferred ? 'transfer' : 'leave',
        violations: await findViolations(fixture, orgId, {
          [`the other is refused: ${describeOutcomes(outcomes)}`]: transferred
            ? outcomes[1]?.__typename === 'LastOwnerError'
            : outcomes[0]?.__typename === 'NotFoundError' && outcomes[1]?.__typename === 'LeaveOrgPayload',
          'one is the only owner': owners.join() === (transferred ? member : owner).id,
        }),
      }
    }),
}

async function ownersOf({ testServer }: RaceFixture, orgId: string): Promise<string[]> {
  const { data } = await testServer.instance.ask(
    'query($orgId: ID!) { org(id: $orgId) { users(filter: { roles: [OWNER] }) { nodes { user { id } } } } }',
    { orgId },
  )
  return data.org.users.nodes.map(({ user }: { user: { id: string } }) => user.id)
}

const ownerRaces = [
  twoOwners('two owners leave', ['OWNER'], (orgId, one, other) => [
    { by: one, mutation: 'leaveOrg', input: { orgId } },
    { by: other, mutation: 'leaveOrg', input: { orgId } },
  ]),
  twoOwners('two owners demote each other', ['ADMIN', 'OWNER'], (orgId, one, other) => [
    update(one, orgId, other.id, { remove: ['OWNER'] }),
    update(other, orgId, one.id, { remove: ['OWNER'], add: ['USER'] }),
  ]),
  twoOwners('two owners remove each other', ['OWNER'], (orgId, one, other) => [
    { by: one, mutation: 'removeOrgUser', input: { orgId, userId: other.id } },
    { by: other, mutation: 'removeOrgUser', input: { orgId, userId: one.id } },
  ]),
  twoOwners(
    'an owner demotes themselves and promotes another at the same time',
    ['USER'],
    (orgId, one, other) => [
      update(one, orgId, one.id, { remove: ['OWNER'], add: ['USER'] }),
      update(one, orgId, other.id, { add: ['OWNER'] }),
    ],
  ),
]

const suspend = (by: Client, orgId: string, userId: string): Attempt => ({
  by,
  mutation: 'suspendOrgUser',
  input: { orgId, userId },
})

/** A suspended owner does not count, so the org keeps one who is not suspended (`findViolations` checks it). */
const suspensionRaces = [
  twoOwners('two owners suspend each other', ['OWNER'], (orgId, one, other) => [
    suspend(one, orgId, other.id),
    suspend(other, orgId, one.id),
  ]),
  twoOwners('an owner suspends the other, who leaves', ['OWNER'], (orgId, one, other) => [
    suspend(one, orgId, other.id),
    { by: other, mutation: 'leaveOrg', input: { orgId } },
  ]),
  twoOwners('an owner suspends the other and leaves at the same time', ['OWNER'], (orgId, one, other) => [
    suspend(one, orgId, other.id),
    { by: one, mutation: 'leaveOrg', input: { orgId } },
  ]),
  twoOwners(
    'an owner hands over to the other and suspends them at the same time',
    ['OWNER'],
    (orgId, one, other) => [suspend(one, orgId, other.id), transfer(one, orgId, other.id)],
  ),
]

/** A member accepts an invite while they are suspended: in any order, they are suspended in the end. */
const suspendAndAccept: Race = {
  title: 'a member accepts an invite while they are suspended',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, member]) => {
      if (!owner || !member) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const orgInviteId = await invite(owner, orgId, member.email, { roles: ['ADMIN'] })
      await mutate(fixture.testServer.instance, 'addOrgUser', { orgId, userId: member.id })
      const outcomes = await fixture.atOnce(accept(member, { orgInviteId }), suspend(owner, orgId, member.id))
      const accepted = outcomes[0]?.__typename === 'AcceptOrgInvitePayload'
      return {
        winner: accepted ? 'accept' : 'suspend',
        violations: await findViolations(fixture, orgId, {
          [`refused only as suspended: ${describeOutcomes(outcomes)}`]:
            accepted || outcomes[0]?.__typename === 'OrgUserSuspendedError',
          'they are suspended': outcomes[1]?.__typename === 'SuspendOrgUserPayload',
          'a refused invite stays pending': (await pendingIn(fixture, orgId)) === (accepted ? 0 : 1),
        }),
      }
    }),
}

/** An inviter is suspended while their invite is accepted: it is accepted or revoked. */
const suspendInviter: Race = {
  title: 'an invite is accepted while its inviter is suspended',
  round: (fixture) =>
    fixture.withPeople(3, async ([owner, admin, invitee]) => {
      if (!owner || !admin || !invitee) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await join(owner, orgId, admin, ['ADMIN'])
      const orgInviteId = await invite(admin, orgId, invitee.email)
      const outcomes = await fixture.atOnce(accept(invitee, { orgInviteId }), suspend(owner, orgId, admin.id))
      const accepted = outcomes[0]?.__typename === 'AcceptOrgInvitePayload'
      return {
        winner: accepted ? 'accept' : 'suspend',
        violations: await findViolations(fixture, orgId, {
          [`accepted or revoked: ${describeOutcomes(outcomes)}`]:
            accepted || outcomes[0]?.inviteStatus === 'REVOKED',
          'the inviter is suspended': outcomes[1]?.__typename === 'SuspendOrgUserPayload',
          'they are a member only if they accepted':
            (await isMember(fixture, orgId, invitee.id)) === accepted,
        }),
      }
    }),
}

/** Four of five seats are taken. A member is reinstated and an invite is accepted: one of them gets the seat. */
const lastSeatBack: Race = {
  title: 'a member is reinstated and an invite is accepted for the last seat',
  round: (fixture) =>
    fixture.withPeople(6, async ([owner, invitee, member, ...others]) => {
      if (!owner || !invitee || !member) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const { instance } = fixture.testServer
      await mutate(instance, 'addOrgUser', { orgId, userId: member.id })
      await mutate(owner, 'suspendOrgUser', { orgId, userId: member.id })
      for (const { id } of others) await mutate(instance, 'addOrgUser', { orgId, userId: id })
      const orgInviteId = await invite(owner, orgId, invitee.email)
      const outcomes = await fixture.atOnce(accept(invitee, { orgInviteId }), {
        by: owner,
        mutation: 'reinstateOrgUser',
        input: { orgId, userId: member.id },
      })
      const accepted = outcomes[0]?.__typename === 'AcceptOrgInvitePayload'
      return {
        winner: accepted ? 'accept' : 'reinstate',
        violations: await findViolations(
          fixture,
          orgId,
          {
            [`one gets the seat: ${describeOutcomes(outcomes)}`]:
              accepted !== (outcomes[1]?.__typename === 'ReinstateOrgUserPayload'),
            'the other gets LimitReachedError': countOf(outcomes, 'LimitReachedError') === 1,
          },
          { seats: 5, pendingInvites: 5 },
        ),
      }
    }),
}

/** One of two owners hands over to a member and leaves at the same time. */
const ownerTransfersAndLeaves = twoOwners(
  'two owners: one hands over to the other and leaves at the same time',
  ['OWNER'],
  (orgId, one, other) => [
    transfer(one, orgId, other.id),
    { by: one, mutation: 'leaveOrg', input: { orgId } },
  ],
)

/** Three of five seats are taken. Six accept at once, and two get in. */
const lastSeats: Race = {
  title: 'six invites are accepted for two seats',
  round: (fixture) =>
    fixture.withPeople(9, async ([owner, ...others]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      for (const member of others.slice(0, 2)) await join(owner, orgId, member)
      const late = others.slice(2, 8)
      const premium = await mutate(fixture.testServer.instance, 'updateOrg', { orgId, tier: 'PREMIUM' })
      if (premium.__typename !== 'UpdateOrgPayload') throw new Error('no more invites')
      const ids = await Promise.all(late.map(({ email }) => invite(owner, orgId, email)))
      await mutate(fixture.testServer.instance, 'updateOrg', { orgId, tier: 'FREE' })
      const outcomes = await fixture.atOnce(
        ...late.map((person, index) => accept(person, { orgInviteId: ids[index] ?? '' })),
      )
      return {
        winner: 'two',
        violations: await findViolations(
          fixture,
          orgId,
          {
            [`two get in: ${describeOutcomes(outcomes)}`]: countOf(outcomes, 'AcceptOrgInvitePayload') === 2,
            'four get LimitReachedError': countOf(outcomes, 'LimitReachedError') === 4,
          },
          { seats: 5, pendingInvites: 6 },
        ),
      }
    }),
}

/** Four of five seats are taken. One accepts an invite and a token adds another: one of them gets in. */
const lastSeat: Race = {
  title: 'an invite is accepted and a user is added for the last seat',
  round: (fixture) =>
    fixture.withPeople(6, async ([owner, invitee, added, ...others]) => {
      if (!owner || !invitee || !added) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const { instance } = fixture.testServer
      for (const { id } of others) await mutate(instance, 'addOrgUser', { orgId, userId: id })
      const orgInviteId = await invite(owner, orgId, invitee.email)
      const outcomes = await fixture.atOnce(accept(invitee, { orgInviteId }), add(instance, orgId, added))
      const accepted = outcomes[0]?.__typename === 'AcceptOrgInvitePayload'
      return {
        winner: accepted ? 'accept' : 'add',
        violations: await findViolations(
          fixture,
          orgId,
          {
            [`one gets in: ${describeOutcomes(outcomes)}`]:
              accepted !== (outcomes[1]?.__typename === 'AddOrgUserPayload'),
            'the other gets LimitReachedError': countOf(outcomes, 'LimitReachedError') === 1,
            'the invite of the other stays': (await pendingIn(fixture, orgId)) === (accepted ? 0 : 1),
          },
          { seats: 5, pendingInvites: 5 },
        ),
      }
    }),
}

/** A user is added five times, and accepts an invite: they are one member, with the roles of the invite. */
const addedTwice: Race = {
  title: 'one user is added several times while they accept an invite',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, user]) => {
      if (!owner || !user) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const { instance } = fixture.testServer
      const orgInviteId = await invite(owner, orgId, user.email, { roles: ['ADMIN'] })
      const outcomes = await fixture.atOnce(
        accept(user, { orgInviteId }),
        ...Array.from({ length: 4 }, () => add(instance, orgId, user)),
      )
      const added = countOf(outcomes, 'AddOrgUserPayload')
      return {
        winner: added === 1 ? 'add' : 'accept',
        violations: await findViolations(fixture, orgId, {
          [`the invite is accepted: ${describeOutcomes(outcomes)}`]:
            outcomes[0]?.__typename === 'AcceptOrgInvitePayload',
          'they are added once at most': added <= 1,
          'the others get AlreadyOrgUserError': countOf(outcomes, 'AlreadyOrgUserError') === 4 - added,
        }),
      }
    }),
}

function add(by: Client, orgId: string, { id }: TestPerson): Attempt {
  return { by, mutation: 'addOrgUser', input: { orgId, userId: id } }
}

/**
 * A member is invited at their new address and removed at the same time: in any order, they are out
 * in the end.
 */
const removeAndAccept: Race = {
  title: 'a member accepts a second invite while they are removed',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const { testServer } = fixture
      const orgId = await createOrg(owner)
      const member = await testServer.signUp()
      await join(owner, orgId, member)
      const email = `moved-${member.email}`
      const orgInviteId = await invite(owner, orgId, email, { roles: ['ADMIN'] })
      const { subject } = member
      const issuedAt = Math.floor(Date.now() / 1000) + 1
      const moved = testServer.bearer(await testServer.authorize({ subject, email, issuedAt }))
      await moved.ask('{ viewer { id } }')
      const outcomes = await fixture.atOnce(accept(moved, { orgInviteId }), {
        by: owner,
        mutation: 'removeOrgUser',
        input: { orgId, userId: member.id },
      })
      const [answer] = outcomes
      const accepted = answer?.__typename === 'AcceptOrgInvitePayload'
      return {
        winner: accepted ? 'accept first' : 'remove first',
        violations: await findViolations(fixture, orgId, {
          [`revoked with the membership: ${describeOutcomes(outcomes)}`]:
            accepted || answer?.inviteStatus === 'REVOKED',
          'they are not a member': !(await isMember(fixture, orgId, member.id)),
        }),
      }
    }),
}

/** An admin invites and is removed at the same time: in any order, their invites end. */
const inviterGoes: Race = {
  title: 'an admin invites while they are removed',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, admin]) => {
      if (!owner || !admin) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await join(owner, orgId, admin, ['ADMIN'])
      const outcomes = await fixture.atOnce(
        {
          by: admin,
          mutation: 'createOrgInvite',
          input: { orgId, invitee: { email: `guest@${admin.email.split('@')[1]}` } },
        },
        { by: owner, mutation: 'removeOrgUser', input: { orgId, userId: admin.id } },
      )
      const invited = outcomes[0]?.__typename === 'CreateOrgInvitePayload'
      return {
        winner: invited ? 'invite first' : 'remove first',
        violations: await findViolations(fixture, orgId, {
          [`an outsider finds nothing: ${describeOutcomes(outcomes)}`]:
            invited || outcomes[0]?.__typename === 'NotFoundError',
          'none of their invites is pending': (await pendingIn(fixture, orgId)) === 0,
        }),
      }
    }),
}

export async function pendingIn({ testServer }: RaceFixture, orgId: string): Promise<number> {
  const { data } = await testServer.instance.ask(
    'query($orgId: ID!) { org(id: $orgId) { inviteCounts { pending } } }',
    { orgId },
  )
  return data.org.inviteCounts.pending
}

export const membershipRaces: Race[] = [
  ...ownerRaces,
  ...suspensionRaces,
  suspendAndAccept,
  suspendInviter,
  lastSeatBack,
  twoTransfers,
  ownerTransfersAndLeaves,
  transferAndLeave,
  lastSeats,
  lastSeat,
  addedTwice,
  removeAndAccept,
  inviterGoes,
]
