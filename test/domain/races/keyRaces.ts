import { createOrg, mutate } from '../../support/mutate.js'
import type { TestPerson } from '../../support/testServer.js'
import { pendingIn } from './membershipRaces.js'
import { type Attempt, countOf, describeOutcomes, findViolations, type Outcome, type Race } from './race.js'

const CALLS = 10

/** The same call with one idempotency key, ten times at once: it is done once, and all get the same payload. */
function sameKey(
  mutation: string,
  payload: string,
  {
    input,
    idOf,
    done,
  }: {
    input(orgId: string, guest: TestPerson): Attempt['input']
    /** What was made, in a text. */
    idOf(payload: Outcome): string
    /** How many links the first answer has, and how many invites are pending. */
    done: { links: number; pending: number }
  },
): Race {
  return {
    title: `one key, ten calls of ${mutation} at once`,
    round: (fixture) =>
      fixture.withPeople(2, async ([owner, guest]) => {
        if (!owner || !guest) throw new Error('no people for this round')
        const orgId = await createOrg(owner)
        const attempt = {
          by: fixture.testServer.instance,
          mutation,
          input: { ...input(orgId, guest), idempotencyKey: crypto.randomUUID() },
          payload,
        }
        const outcomes = await fixture.atOnce(...Array.from({ length: CALLS }, () => attempt))
        const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Payload`
        const links = outcomes.map((outcome) => JSON.stringify(outcome).split('/invites/').length - 1)
        return {
          winner: 'one',
          violations: await findViolations(fixture, orgId, {
            [`all succeed: ${describeOutcomes(outcomes)}`]: countOf(outcomes, type) === CALLS,
            'all name the same': new Set(outcomes.map(idOf)).size === 1,
            [`one is told the links: ${links}`]:
              links.sort((one, other) => other - one).join() ===
              [done.links, ...Array(CALLS - 1).fill(0)].join(),
            'it is done once': (await pendingIn(fixture, orgId)) === done.pending,
          }),
        }
      }),
  }
}

/** Two calls with one key and different inputs: one is done, and the other is refused. */
const otherInput: Race = {
  title: 'one key, used for two orgs at once',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const orgIds = [await createOrg(owner), await createOrg(owner)]
      const idempotencyKey = crypto.randomUUID()
      const outcomes = await fixture.atOnce(
        ...orgIds.map((orgId) => ({
          by: owner,
          mutation: 'createOrgInvite',
          input: { orgId, invitee: { email: `${idempotencyKey}@keys.example` }, idempotencyKey },
        })),
      )
      const first = outcomes[0]?.__typename === 'CreateOrgInvitePayload'
      const violations = await Promise.all(
        orgIds.map(async (orgId, index) =>
          findViolations(fixture, orgId, {
            [`one is refused: ${describeOutcomes(outcomes)}`]:
              countOf(outcomes, 'IdempotencyKeyReusedError') === 1,
            'the other is done': (await pendingIn(fixture, orgId)) === (first === (index === 0) ? 1 : 0),
          }),
        ),
      )
      return { winner: first ? 'one' : 'other', violations: violations.flat() }
    }),
}

/** The only free place for a pending invite: whoever gets it, a repeated call changes nothing. */
const refusedOnce: Race = {
  title: 'one key, refused at the limit, and repeated while an invite is revoked',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const invitees = Array.from({ length: 5 }, () => ({ email: `${crypto.randomUUID()}@keys.example` }))
      const { results } = await mutate(
        owner,
        'createOrgInvites',
        { orgId, invitees },
        'results { ... on CreateOrgInvitePayload { orgInvite { id } } }',
      )
      const keyed = {
        by: owner,
        mutation: 'createOrgInvite',
        input: {
          orgId,
          invitee: { email: `${crypto.randomUUID()}@keys.example` },
          idempotencyKey: crypto.randomUUID(),
        },
        payload: 'orgInvite { id }',
      }
      const outcomes = await fixture.atOnce(keyed, keyed, keyed, {
        by: owner,
        mutation: 'revokeOrgInvite',
        input: { orgInviteId: results[0].orgInvite.id },
      })
      const calls = outcomes.slice(0, 3)
      const made = new Set(calls.flatMap(({ orgInvite }) => orgInvite?.id ?? []))
      return {
        winner: made.size === 0 ? 'limit' : 'revoke',
        violations: await findViolations(
          fixture,
          orgId,
          {
            [`done or refused: ${describeOutcomes(outcomes)}`]: calls.every(({ __typename }) =>
              ['CreateOrgInvitePayload', 'LimitReachedError'].includes(__typename),
            ),
            'at most one is made': made.size <= 1,
            'as many are pending': (await pendingIn(fixture, orgId)) === 4 + made.size,
          },
          { seats: 5, pendingInvites: 5 },
        ),
      }
    }),
}

const INVITE = 'orgInvite { id } acceptUrl'

export const keyRaces: Race[] = [
  sameKey('createOrg', 'org { id }', {
    input: (_orgId, { id }) => ({ name: `Org ${crypto.randomUUID()}`, ownerId: id }),
    idOf: ({ org }) => org.id,
    done: { links: 0, pending: 0 },
  }),
  sameKey('createOrgInvite', INVITE, {
    input: (orgId, { email }) => ({ orgId, invitee: { email }, sendEmail: false }),
    idOf: ({ orgInvite }) => orgInvite.id,
    done: { links: 1, pending: 1 },
  }),
  sameKey('createOrgInvites', `results { __typename ... on CreateOrgInvitePayload { ${INVITE} } }`, {
    input: (orgId, { email }) => ({
      orgId,
      sendEmail: false,
      invitees: [{ email }, { email }, { email: 'nobody' }, { email: `+${email}` }],
    }),
    idOf: ({ results }) =>
      results.map(({ __typename, orgInvite }: Outcome) => `${__typename} ${orgInvite?.id}`).join(),
    done: { links: 2, pending: 2 },
  }),
  sameKey('addOrgUser', 'orgUser { id }', {
    input: (orgId, { id }) => ({ orgId, userId: id }),
    idOf: ({ orgUser }) => orgUser.id,
    done: { links: 0, pending: 0 },
  }),
  otherInput,
  refusedOnce,
]
