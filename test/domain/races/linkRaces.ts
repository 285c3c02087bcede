import { setTimeout as sleep } from 'node:timers/promises'
import { createLink, readLinks, type TestLink } from '../../support/inviteLinks.js'
import { createOrg, invite, join, mutate } from '../../support/mutate.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import type { Client } from '../../support/testServer.js'
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

const joining = (by: Client, { token }: TestLink): Attempt => ({
  by,
  mutation: 'joinOrgByLink',
  input: { token },
})

const joined = (outcome: Outcome | undefined) => outcome?.__typename === 'JoinOrgByLinkPayload'

const linksOf = async ({ testServer }: RaceFixture, orgId: string) =>
  (await readLinks(testServer.instance, orgId)).nodes

/** A link for three, and twelve who join: exactly three get in. */
const lastUses: Race = {
  title: 'twelve join by a link for three',
  round: (fixture) =>
    fixture.withPeople(13, async ([owner, ...others]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await mutate(fixture.testServer.instance, 'updateOrg', { orgId, seatLimit: 100 })
      const link = await createLink(owner, orgId, { maxUses: 3 })
      const outcomes = await fixture.atOnce(...others.map((person) => joining(person, link)))
      const [after] = await linksOf(fixture, orgId)
      return {
        winner: 'three',
        violations: await findViolations(fixture, orgId, {
          [`three get in: ${describeOutcomes(outcomes)}`]: countOf(outcomes, 'JoinOrgByLinkPayload') === 3,
          'nine are told that it is used up':
            outcomes.filter(({ linkStatus }) => linkStatus === 'USED_UP').length === 9,
          'it is used up': after.uses === 3 && after.status === 'USED_UP',
        }),
      }
    }),
}

/** A join and the revocation: whoever is first decides whether the person is a member. */
const joinAndRevoke: Race = {
  title: 'somebody joins by a link while it is revoked',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, person]) => {
      if (!owner || !person) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const link = await createLink(owner, orgId)
      const outcomes = await fixture.atOnce(joining(person, link), {
        by: owner,
        mutation: 'revokeOrgInviteLink',
        input: { orgInviteLinkId: link.id },
      })
      const [after] = await linksOf(fixture, orgId)
      const isIn = joined(outcomes[0])
      return {
        winner: isIn ? 'join' : 'revoke',
        violations: await findViolations(fixture, orgId, {
          [`joined or told that it is revoked: ${describeOutcomes(outcomes)}`]:
            isIn || outcomes[0]?.linkStatus === 'REVOKED',
          'it is revoked in the end': after.status === 'REVOKED' && after.uses === (isIn ? 1 : 0),
          'they are a member only if they joined': (await isMember(fixture, orgId, person.id)) === isIn,
        }),
      }
    }),
}

/**
 * A link expires while five join, one after the other: a membership never begins at `expiresAt` or later. How long it
 * lives depends on how long a join takes on this machine, so that some are in time and some are late.
 */
const joinAndExpire: Race = {
  title: 'five join by a link around the instant of its expiry',
  round: (fixture) =>
    fixture.withPeople(7, async ([owner, early, ...others]) => {
      if (!owner || !early) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await mutate(fixture.testServer.instance, 'updateOrg', { orgId, seatLimit: 100 })
      const link = await createLink(owner, orgId)
      const start = performance.now()
      await fixture.atOnce(joining(early, link))
      const lifeMs = 2 * (performance.now() - start)
      const id = uuidOf(link.id)
      await fixture.pool.query(
        `update org_invite_link set expires_at = date_trunc('milliseconds', clock_timestamp()) + $2 * interval '1 ms' where id = $1`,
        [id, Math.round(lifeMs)],
      )
      const outcomes = await Promise.all(
        others.map(async (person, index) => {
          await sleep((index / others.length) * lifeMs)
          return (await fixture.atOnce(joining(person, link)))[0]
        }),
      )
      const { rows } = await fixture.pool.query(
        `select count(*)::int as joined, count(*) filter (where org_user.joined_at < link.expires_at)::int as in_time
        from org_invite_link link
        join org_user on org_user.org_id = link.org_id and org_user.user_id = any($2)
        where link.id = $1`,
        [id, others.map(({ id: userId }) => uuidOf(userId))],
      )
      const isIn = outcomes.filter(joined).length
      const [after] = await linksOf(fixture, orgId)
      return {
        winner: isIn === others.length ? 'join' : isIn === 0 ? 'expiry' : 'both',
        violations: await findViolations(
          fixture,
          orgId,
          {
            'joined or told that it is expired': outcomes.every(
              (outcome) => joined(outcome) || outcome?.linkStatus === 'EXPIRED',
            ),
            'they joined before the expiry, or not at all':
              rows[0].in_time === isIn && rows[0].joined === isIn,
            'it counts those who joined': after.uses === isIn + 1,
          },
          { seats: 100, pendingInvites: 5 },
        ),
      }
    }),
}

/** One person joins by a link and accepts an invite: they are one member, with the invite's roles. */
const joinAndAccept: Race = {
  title: 'somebody joins by a link and accepts an invite',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, person]) => {
      if (!owner || !person) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const link = await createLink(owner, orgId)
      const orgInviteId = await invite(owner, orgId, person.email, { roles: ['ADMIN'] })
      const outcomes = await fixture.atOnce(
        accept(person, { orgInviteId }),
        ...Array.from({ length: 3 }, () => joining(person, link)),
      )
      const uses = countOf(outcomes, 'JoinOrgByLinkPayload')
      const [after] = await linksOf(fixture, orgId)
      return {
        winner: uses === 1 ? 'join' : 'accept',
        violations: await findViolations(fixture, orgId, {
          [`the invite is accepted: ${describeOutcomes(outcomes)}`]:
            outcomes[0]?.__typename === 'AcceptOrgInvitePayload',
          'they join once at most': uses <= 1 && after.uses === uses,
          'the others get AlreadyOrgUserError': countOf(outcomes, 'AlreadyOrgUserError') === 3 - uses,
        }),
      }
    }),
}

/** Four of five seats are taken. Three join by a link and one accepts an invite: one of them gets in. */
const lastSeatByLink: Race = {
  title: 'three join by a link and one accepts an invite for the last seat',
  round: (fixture) =>
    fixture.withPeople(8, async ([owner, invitee, one, two, three, ...members]) => {
      if (!owner || !invitee || !one || !two || !three) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      for (const { id } of members)
        await mutate(fixture.testServer.instance, 'addOrgUser', { orgId, userId: id })
      const link = await createLink(owner, orgId)
      const orgInviteId = await invite(owner, orgId, invitee.email)
      const outcomes = await fixture.atOnce(
        accept(invitee, { orgInviteId }),
        ...[one, two, three].map((person) => joining(person, link)),
      )
      const accepted = outcomes[0]?.__typename === 'AcceptOrgInvitePayload'
      const [after] = await linksOf(fixture, orgId)
      return {
        winner: accepted ? 'accept' : 'join',
        violations: await findViolations(
          fixture,
          orgId,
          {
            [`one gets in: ${describeOutcomes(outcomes)}`]:
              countOf(outcomes, 'JoinOrgByLinkPayload') === (accepted ? 0 : 1),
            'the others get LimitReachedError': countOf(outcomes, 'LimitReachedError') === 3,
            'a refusal is no use of the link': after.uses === (accepted ? 0 : 1),
          },
          { seats: 5, pendingInvites: 5 },
        ),
      }
    }),
}

/** An admin makes a link and is demoted at the same time: in any order, no link of theirs is active. */
const makerGoes: Race = {
  title: 'an admin makes a link while they are demoted',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, admin]) => {
      if (!owner || !admin) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await join(owner, orgId, admin, ['ADMIN'])
      const outcomes = await fixture.atOnce(
        { by: admin, mutation: 'createOrgInviteLink', input: { orgId } },
        {
          by: owner,
          mutation: 'updateOrgUserRoles',
          input: { orgId, userId: admin.id, add: ['USER'], remove: ['ADMIN'] },
        },
      )
      const made = outcomes[0]?.__typename === 'CreateOrgInviteLinkPayload'
      const links: Array<{ status: string }> = await linksOf(fixture, orgId)
      return {
        winner: made ? 'make' : 'demote',
        violations: await findViolations(fixture, orgId, {
          [`made or refused: ${describeOutcomes(outcomes)}`]:
            made || outcomes[0]?.__typename === 'PermissionDeniedError',
          'no link is active':
            links.length === (made ? 1 : 0) && links.every(({ status }) => status === 'REVOKED'),
        }),
      }
    }),
}

/** 19 links are active, and five more are made: one of them. */
const lastLink: Race = {
  title: 'five make the last link of an org',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await fixture.pool.query(
        `insert into org_invite_link (id, org_id, hash, roles, expires_at)
        select gen_random_uuid(), $1, sha256(gen_random_uuid()::text::bytea), '{USER}', now() + interval '1 day'
        from generate_series(1, 19)`,
        [uuidOf(orgId)],
      )
      const outcomes = await fixture.atOnce(
        ...Array.from({ length: 5 }, () => ({
          by: owner,
          mutation: 'createOrgInviteLink',
          input: { orgId },
        })),
      )
      return {
        winner: 'one',
        violations: await findViolations(fixture, orgId, {
          [`one is made: ${describeOutcomes(outcomes)}`]:
            countOf(outcomes, 'CreateOrgInviteLinkPayload') === 1,
          'the others get LimitReachedError': countOf(outcomes, 'LimitReachedError') === 4,
        }),
      }
    }),
}

export const linkRaces: Race[] = [
  lastUses,
  joinAndRevoke,
  joinAndExpire,
  joinAndAccept,
  lastSeatByLink,
  makerGoes,
  lastLink,
]
