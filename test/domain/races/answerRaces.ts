import { setTimeout as sleep } from 'node:timers/promises'
import { createOrg, invite, mutate } from '../../support/mutate.js'
import type { Client } from '../../support/testServer.js'
import {
  type Attempt,
  countOf,
  describeOutcomes,
  findViolations,
  type Outcome,
  type Race,
  type RaceFixture,
} from './race.js'

/** Two callers end one invite: exactly one succeeds, and the other's refusal names the status. */
function twoAnswers(title: string, rival: 'revoke' | 'decline'): Race {
  return {
    title,
    round: (fixture) =>
      fixture.withPeople(2, async ([owner, invitee]) => {
        if (!owner || !invitee) throw new Error('no people for this round')
        const orgId = await createOrg(owner)
        const orgInviteId = await invite(owner, orgId, invitee.email)
        const outcomes = await fixture.atOnce(
          accept(invitee, { orgInviteId }),
          rival === 'revoke'
            ? { by: owner, mutation: 'revokeOrgInvite', input: { orgInviteId } }
            : { by: invitee, mutation: 'declineOrgInvite', input: { invite: { orgInviteId } } },
        )
        const [one, other] = outcomes
        const accepted = one?.__typename === 'AcceptOrgInvitePayload'
        const lost = accepted ? other : one
        const won = accepted ? 'ACCEPTED' : rival === 'revoke' ? 'REVOKED' : 'DECLINED'
        return {
          winner: accepted ? 'accept' : rival,
          violations: await findViolations(fixture, orgId, {
            [`one wins: ${describeOutcomes(outcomes)}`]:
              lost?.__typename === 'OrgInviteNotPendingError' && lost.inviteStatus === won,
            'they are a member only if they accepted':
              (await isMember(fixture, orgId, invitee.id)) === accepted,
          }),
        }
      }),
  }
}

const doubleAccept: Race = {
  title: 'one invite is accepted ten times, by id and by token',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, invitee]) => {
      if (!owner || !invitee) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const { orgInviteId, token } = await inviteByToken(fixture, orgId, invitee.email)
      const outcomes = await fixture.atOnce(
        ...Array.from({ length: 10 }, (_, index) =>
          accept(invitee, index % 2 === 0 ? { orgInviteId } : { token }),
        ),
      )
      const late = outcomes.filter(({ inviteStatus }) => inviteStatus === 'ACCEPTED')
      return {
        winner: 'one',
        violations: await findViolations(fixture, orgId, {
          [`one accept succeeds: ${describeOutcomes(outcomes)}`]:
            countOf(outcomes, 'AcceptOrgInvitePayload') === 1,
          'nine refusals say ACCEPTED': late.length === 9,
        }),
      }
    }),
}

const oldLink: Race = {
  title: 'an invite is accepted by link while it is resent',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, invitee]) => {
      if (!owner || !invitee) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const { orgInviteId, token } = await inviteByToken(fixture, orgId, invitee.email)
      const outcomes = await fixture.atOnce(accept(invitee, { token }), {
        by: fixture.testServer.instance,
        mutation: 'resendOrgInvite',
        input: { orgInviteId, sendEmail: false },
        payload: 'acceptUrl',
      })
      const [answer, resend] = outcomes
      const accepted = answer?.__typename === 'AcceptOrgInvitePayload'
      const rules = accepted
        ? { [`resend comes too late: ${describeOutcomes(outcomes)}`]: resend?.inviteStatus === 'ACCEPTED' }
        : {
            [`the old link is invalid: ${describeOutcomes(outcomes)}`]:
              answer?.__typename === 'NotFoundError',
            'the new link works':
              (await mutate(invitee, 'acceptOrgInvite', { invite: { token: tokenOf(resend?.acceptUrl) } }))
                .__typename === 'AcceptOrgInvitePayload',
          }
      return {
        winner: accepted ? 'accept' : 'resend',
        violations: await findViolations(fixture, orgId, rules),
      }
    }),
}

/** Once the invite is accepted, none of its links works, even if it was resent at the same time. */
const resendRoles: Race = {
  title: 'an invite is accepted by id while it is resent with other roles',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, invitee]) => {
      if (!owner || !invitee) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const orgInviteId = await invite(owner, orgId, invitee.email, { roles: ['ADMIN'] })
      const outcomes = await fixture.atOnce(
        accept(invitee, { orgInviteId }, 'orgUser { roles } orgInvite { roles }'),
        { by: owner, mutation: 'resendOrgInvite', input: { orgInviteId, roles: ['USER'] } },
      )
      const [answer, resend] = outcomes
      const resent = resend?.__typename === 'ResendOrgInvitePayload'
      const granted = resent ? 'USER' : 'ADMIN'
      return {
        winner: resent ? 'resend first' : 'accept first',
        violations: await findViolations(fixture, orgId, {
          [`accepted in any order: ${describeOutcomes(outcomes)}`]:
            answer?.__typename === 'AcceptOrgInvitePayload',
          'with the roles that the invite had then':
            String(answer?.orgUser?.roles) === granted && String(answer?.orgInvite?.roles) === granted,
        }),
      }
    }),
}

const lastMoment: Race = {
  title: 'an invite is accepted while it expires',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, invitee]) => {
      if (!owner || !invitee) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const expiresAt = new Date(Date.now() + 200)
      const orgInviteId = await invite(owner, orgId, invitee.email, { expiresAt })
      // Some come in time even on a busy machine.
      await sleep(expiresAt.getTime() - Date.now() - Math.random() * 120)
      const [answer] = await fixture.atOnce(accept(invitee, { orgInviteId }, 'orgInvite { resolvedAt }'))
      const accepted = answer?.__typename === 'AcceptOrgInvitePayload'
      const rules = accepted
        ? { 'accepted before its time': new Date(answer?.orgInvite.resolvedAt) < expiresAt }
        : { [`EXPIRED: ${describeOutcomes([answer as Outcome])}`]: answer?.inviteStatus === 'EXPIRED' }
      return {
        winner: accepted ? 'accept' : 'expiry',
        violations: await findViolations(fixture, orgId, rules),
      }
    }),
}

export function accept(by: Client, invite: Record<string, string>, payload?: string): Attempt {
  return { by, mutation: 'acceptOrgInvite', input: { invite }, ...(payload && { payload }) }
}

/** Invites as an instance token, which gets the link, and returns its token. */
export async function inviteByToken(fixture: RaceFixture, orgId: string, email: string) {
  const made = await mutate(
    fixture.testServer.instance,
    'createOrgInvite',
    { orgId, invitee: { email }, sendEmail: false },
    'acceptUrl orgInvite { id }',
  )
  return { orgInviteId: String(made.orgInvite.id), token: tokenOf(made.acceptUrl) }
}

function tokenOf(acceptUrl: unknown): string {
  return String(acceptUrl).split('/').at(-1) ?? ''
}

export async function isMember({ testServer }: RaceFixture, orgId: string, userId: string): Promise<boolean> {
  const { data } = await testServer.instance.ask(
    'query($orgId: ID!) { org(id: $orgId) { users(first: 100) { nodes { user { id } } } } }',
    { orgId },
  )
  return data.org.users.nodes.some(({ user }: { user: { id: string } }) => user.id === userId)
}

export const answerRaces: Race[] = [
  doubleAccept,
  twoAnswers('an invite is accepted while it is revoked', 'revoke'),
  twoAnswers('an invite is accepted while it is declined', 'decline'),
  oldLink,
  resendRoles,
  lastMoment,
]
