import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createOrg, join, mutate } from '../../support/mutate.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import type { Client } from '../../support/testServer.js'
import { pendingIn } from './membershipRaces.js'
import { type Attempt, countOf, describeOutcomes, findViolations, type Race } from './race.js'

/** The invites of a revoked instance token must be revoked within this time, in ms. */
const REVOKED_WITHIN_MS = 3_000

/** When a token is revoked, its pending invites end, even one that it is just creating. */
function revokedWhileInviting(title: string, ofOrg: boolean): Race {
  return {
    title,
    round: (fixture) =>
      fixture.withPeople(1, async ([owner]) => {
        if (!owner) throw new Error('no people for this round')
        const orgId = await createOrg(owner)
        const made = await mutate(
          ofOrg ? owner : fixture.testServer.instance,
          'createApiToken',
          { ...(ofOrg && { orgId }), name: 'Importer', permissions: ['INVITE_CREATE', 'INVITE_READ'] },
          'secret apiToken { id }',
        )
        const token = fixture.testServer.bearer(`Bearer ${made.secret}`)
        const outcomes = await fixture.atOnce(
          {
            by: token,
            mutation: 'createOrgInvite',
            input: { orgId, invitee: { email: 'guest@guests.example' } },
            mayBeRefused: true,
          },
          {
            by: ofOrg ? owner : fixture.testServer.instance,
            mutation: 'revokeApiToken',
            input: { apiTokenId: made.apiToken.id },
          },
        )
        const by = performance.now() + (ofOrg ? 0 : REVOKED_WITHIN_MS)
        while ((await pendingIn(fixture, orgId)) > 0 && performance.now() < by) await sleep(50)
        const invited = outcomes[0]?.__typename === 'CreateOrgInvitePayload'
        return {
          winner: invited ? 'invite first' : 'revoke first',
          violations: await findViolations(fixture, orgId, {
            [`the token is revoked: ${describeOutcomes(outcomes)}`]:
              outcomes[1]?.__typename === 'RevokeApiTokenPayload',
            'none of its invites is pending': (await pendingIn(fixture, orgId)) === 0,
          }),
        }
      }),
  }
}

/**
 * When a token or a member goes, the tokens that they created go too, even one that they are just
 * creating.
 */
function makerGoes(title: string, gone: 'the token' | 'the member'): Race {
  return {
    title,
    round: (fixture) =>
      fixture.withPeople(2, async ([owner, other]) => {
        if (!owner || !other) throw new Error('no people for this round')
        const orgId = await createOrg(owner)
        await join(owner, orgId, other, ['OWNER'])
        const input = { orgId, name: 'Importer', permissions: ['API_TOKEN_MANAGE', 'ORG_READ'] }
        const made = await mutate(other, 'createApiToken', input, 'secret apiToken { id }')
        const token = fixture.testServer.bearer(`Bearer ${made.secret}`)
        const outcomes = await fixture.atOnce(
          {
            by: gone === 'the token' ? token : other,
            mutation: 'createApiToken',
            input,
            payload: 'secret',
            mayBeRefused: true,
          },
          gone === 'the token'
            ? { by: owner, mutation: 'revokeApiToken', input: { apiTokenId: made.apiToken.id } }
            : { by: owner, mutation: 'removeOrgUser', input: { orgId, userId: other.id } },
        )
        const [child] = outcomes
        const { rows } = await fixture.pool.query(
          'select count(*)::int as alive from api_token where org_id = $1 and revoked_at is null',
          [uuidOf(orgId)],
        )
        const events = await fixture.pool.query(
          `select count(*) filter (where type = 'API_TOKEN_CREATED')::int as created,
            count(*) filter (where type = 'API_TOKEN_REVOKED')::int as revoked
           from org_event where org_id = $1`,
          [uuidOf(orgId)],
        )
        const answer = child?.secret
          ? await fixture.byAny({ authorization: `Bearer ${child.secret}` }).ask('{ viewer { id } }')
          : undefined
        return {
          winner: child?.secret ? 'the child first' : 'the end first',
          violations: await findViolations(fixture, orgId, {
            [`the end succeeds: ${describeOutcomes(outcomes)}`]:
              outcomes[1]?.__typename.endsWith('Payload') === true,
            'none of its tokens is valid': rows[0].alive === 0,
            'each revocation has its event': events.rows[0].created === events.rows[0].revoked,
            'the created token is revoked':
              !answer || answer.errors?.[0]?.extensions.code === 'UNAUTHENTICATED',
          }),
        }
      }),
  }
}

/** All places but one are taken. Four callers create a token at once, and one succeeds. */
const lastToken: Race = {
  title: 'four tokens of an org are created for the last place',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await fixture.pool.query(
        `insert into api_token (id, hash, org_id, name, permissions)
         select id, sha256(id::text::bytea), $1, 'taken', '{ORG_READ}'
         from (select gen_random_uuid() as id from generate_series(2, $2)) made`,
        [uuidOf(orgId), MAX_TOKENS],
      )
      const outcomes = await fixture.atOnce(...makeTokens(owner, { orgId }))
      return {
        winner: 'one',
        violations: await findViolations(fixture, orgId, {
          [`one is made: ${describeOutcomes(outcomes)}`]:
            countOf(outcomes, 'CreateApiTokenPayload') === 1 && countOf(outcomes, 'LimitReachedError') === 3,
        }),
      }
    }),
}

/** Several rounds run at a time and compete for places: there are never more tokens than places. */
const lastInstanceToken: Race = {
  title: 'four tokens of the instance are created for the last places',
  round: async ({ pool, testServer, atOnce }) => {
    await pool.query(`update api_token set revoked_at = now() where id in (
      select id from api_token where org_id is null and revoked_at is null order by random() limit 2)`)
    const outcomes = await atOnce(...makeTokens(testServer.instance, {}))
    const { rows } = await pool.query(
      'select count(*)::int as valid from api_token where org_id is null and revoked_at is null',
    )
    const made = countOf(outcomes, 'CreateApiTokenPayload')
    return {
      winner: `${made} made`,
      violations: [
        ...(rows[0].valid <= MAX_TOKENS ? [] : [`${rows[0].valid} are valid`]),
        ...(made + countOf(outcomes, 'LimitReachedError') === 4 ? [] : [describeOutcomes(outcomes)]),
      ],
    }
  },
}

const makeTokens = (by: Client, where: { orgId?: string }): Attempt[] =>
  Array.from({ length: 4 }, () => ({
    by,
    mutation: 'createApiToken',
    input: { ...where, name: 'Importer', permissions: ['ORG_READ'] },
  }))

/** Two domains may be bound and one is. Four are bound at once, and one succeeds. */
const lastDomain: Race = {
  title: 'four domains are bound for the last place',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const bind = () => ({
        by: owner,
        mutation: 'bindEmailDomain',
        input: { orgId, domain: `${randomUUID()}.example` },
      })
      await mutate(owner, 'bindEmailDomain', bind().input)
      const outcomes = await fixture.atOnce(bind(), bind(), bind(), bind())
      return {
        winner: 'one',
        violations: await findViolations(fixture, orgId, {
          [`one is bound: ${describeOutcomes(outcomes)}`]:
            countOf(outcomes, 'BindEmailDomainPayload') === 1 && countOf(outcomes, 'LimitReachedError') === 3,
        }),
      }
    }),
}

/** The settings that `tokenRaces` need. */
export const tokenLimits = { MAX_API_TOKENS_PER_ORG: '12', MAX_EMAIL_DOMAINS_PER_ORG: '2' }
const MAX_TOKENS = Number(tokenLimits.MAX_API_TOKENS_PER_ORG)

export const tokenRaces: Race[] = [
  makerGoes('a token creates a token while it is revoked', 'the token'),
  makerGoes('a member creates a token while they are removed', 'the member'),
  lastToken,
  lastDomain,
  revokedWhileInviting('an org’s token invites while it is revoked', true),
  revokedWhileInviting('an instance token invites while it is revoked', false),
  // Last, because it leaves no place free.
  lastInstanceToken,
]
