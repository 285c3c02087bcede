import { randomUUID } from 'node:crypto'
import { createOrg, invite, join } from '../../support/mutate.js'
import { readSnapshot, uuidOf } from '../../support/orgSnapshot.js'
import { accept } from './answerRaces.js'
import { countOf, describeOutcomes, findViolations, findViolationsOfDeleted, type Race } from './race.js'

/** PostgreSQL's `deadlock_timeout`: how long it waits before it looks for a deadlock. */
const DEADLOCK_FOUND_MS = 1_000

const deletion: Race = {
  title: 'an invite is accepted while its org is deleted',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, invitee]) => {
      if (!owner || !invitee) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const orgInviteId = await invite(owner, orgId, invitee.email)
      const outcomes = await fixture.atOnce(accept(invitee, { orgInviteId }), {
        by: owner,
        mutation: 'deleteOrg',
        input: { orgId },
      })
      const accepted = outcomes[0]?.__typename === 'AcceptOrgInvitePayload'
      const snapshot = await readSnapshot(fixture.pool, uuidOf(orgId))
      return {
        winner: accepted ? 'accept first' : 'delete first',
        violations: await findViolationsOfDeleted(fixture, orgId, {
          [`refused by the org's end: ${describeOutcomes(outcomes)}`]:
            accepted || ['OrgNotActiveError', 'NotFoundError'].includes(outcomes[0]?.__typename ?? ''),
          'the org is being deleted': !snapshot || snapshot.status === 'DEPROVISIONING',
          'no invite is pending': !snapshot || snapshot.state.counts.pending === 0,
        }),
      }
    }),
}

const ownedThings: Race = {
  title: 'an org is deleted while it gets a resource',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const outcomes = await fixture.atOnce(
        { by: owner, mutation: 'deleteOrg', input: { orgId } },
        {
          by: fixture.testServer.instance,
          mutation: 'setOrgResourceCount',
          input: { orgId, kind: 'project', count: 1 },
        },
      )
      const deleted = outcomes[0]?.__typename === 'DeleteOrgPayload'
      const snapshot = await readSnapshot(fixture.pool, uuidOf(orgId))
      return {
        winner: deleted ? 'delete' : 'resource',
        violations: await (deleted ? findViolationsOfDeleted : findViolations)(fixture, orgId, {
          [`refused only where it owns something: ${describeOutcomes(outcomes)}`]:
            deleted || outcomes[0]?.__typename === 'OrgHasResourcesError',
          'its status fits the winner': deleted
            ? !snapshot || snapshot.status === 'DEPROVISIONING'
            : snapshot?.status === 'ACTIVE',
        }),
      }
    }),
}

const sameName: Race = {
  title: 'six orgs take one name, by creation and by renaming',
  round: (fixture) =>
    fixture.withPeople(3, async ([one, two, three]) => {
      if (!one || !two || !three) throw new Error('no people for this round')
      const name = `Straße ${randomUUID()}`
      const orgs = await Promise.all([createOrg(one), createOrg(two)])
      const outcomes = await fixture.atOnce(
        ...[name, name.toUpperCase(), `  ${name.toLowerCase()} `, name].map((name, index) => ({
          by: [one, two, three][index % 3] ?? one,
          mutation: 'createOrg',
          input: { name },
          payload: 'org { id }',
        })),
        { by: one, mutation: 'updateOrg', input: { orgId: orgs[0], name }, payload: 'org { id }' },
        { by: two, mutation: 'updateOrg', input: { orgId: orgs[1], name }, payload: 'org { id }' },
      )
      const winner = outcomes.find(({ __typename }) => __typename.endsWith('Payload'))
      return {
        winner: winner?.__typename === 'CreateOrgPayload' ? 'founder' : 'renamer',
        violations: await findViolations(fixture, winner?.org.id, {
          [`one has it: ${describeOutcomes(outcomes)}`]: countOf(outcomes, 'OrgNameTakenError') === 5,
        }),
      }
    }),
}

/** The last is made of a name whose slug is the second of the others. */
const sameSlug: Race = {
  title: 'six orgs are created whose names make one slug, and two take one that is made of it',
  round: (fixture) =>
    fixture.withPeople(3, async ([one, two, three]) => {
      if (!one || !two || !three) throw new Error('no people for this round')
      const base = `cafe-${randomUUID()}`
      const renamed = await createOrg(one)
      const names = [base, `Café-${base.slice(5)}`, `${base}!`, `${base}?`, `${base}.`, `${base}-2`]
      const outcomes = await fixture.atOnce(
        ...names.map((name, index) => ({
          by: [one, two, three][index % 3] ?? one,
          mutation: 'createOrg',
          input: { name },
          payload: 'org { id slug }',
        })),
        {
          by: one,
          mutation: 'updateOrg',
          input: { orgId: renamed, slug: `${base}-2` },
          payload: 'org { id slug }',
        },
        {
          by: two,
          mutation: 'createOrg',
          input: { name: `Other ${base}`, slug: `${base}-3` },
          payload: 'org { id slug }',
        },
      )
      const made = outcomes.slice(0, names.length)
      const given = outcomes.slice(names.length)
      const slugs = outcomes.flatMap(({ org }) => org?.slug ?? [])
      return {
        winner: `${given.filter(({ org }) => org).length} of those that take a slug`,
        violations: await findViolations(fixture, made[0]?.org?.id ?? '', {
          [`all are created: ${describeOutcomes(outcomes)}`]:
            countOf(made, 'CreateOrgPayload') === names.length,
          'no two have one slug': new Set(slugs).size === slugs.length,
          [`each is made of the name: ${slugs}`]: slugs.every((slug) => slug.startsWith(base)),
          'a slug that is given is taken or refused': given.every(
            ({ __typename, org }) => __typename === 'OrgSlugTakenError' || /-[23]$/.test(org?.slug),
          ),
        }),
      }
    }),
}

/** Each waits for a slug that the other holds, as with names. */
const swapSlugs: Race = {
  title: 'two orgs take each other’s slug',
  round: (fixture) =>
    fixture.withPeople(2, async ([one, two]) => {
      if (!one || !two) throw new Error('no people for this round')
      const slugs = [`a-${randomUUID()}`, `b-${randomUUID()}`]
      const orgs = [await createOrg(one, { slug: slugs[0] }), await createOrg(two, { slug: slugs[1] })]
      const outcomes = await fixture.atOnce(
        { by: one, mutation: 'updateOrg', input: { orgId: orgs[0], slug: slugs[1] } },
        { by: two, mutation: 'updateOrg', input: { orgId: orgs[1], slug: slugs[0] } },
      )
      return {
        winner: 'nobody',
        violations: await findViolations(fixture, orgs[0] ?? '', {
          [`both slugs are taken: ${describeOutcomes(outcomes)}`]:
            countOf(outcomes, 'OrgSlugTakenError') === 2,
        }),
      }
    }),
}

/**
 * Each waits for a name that the other holds. PostgreSQL ends one of them, and its caller still
 * gets a refusal.
 */
const swapNames: Race = {
  title: 'two orgs take each other’s name',
  round: (fixture) =>
    fixture.withPeople(2, async ([one, two]) => {
      if (!one || !two) throw new Error('no people for this round')
      const names = [`A ${randomUUID()}`, `B ${randomUUID()}`]
      const orgs = [await createOrg(one, { name: names[0] }), await createOrg(two, { name: names[1] })]
      const begun = performance.now()
      const outcomes = await fixture.atOnce(
        { by: one, mutation: 'updateOrg', input: { orgId: orgs[0], name: names[1] } },
        { by: two, mutation: 'updateOrg', input: { orgId: orgs[1], name: names[0] } },
      )
      return {
        winner: performance.now() - begun < DEADLOCK_FOUND_MS ? 'nobody' : 'nobody after a deadlock',
        violations: await findViolations(fixture, orgs[0] ?? '', {
          [`both names are taken: ${describeOutcomes(outcomes)}`]:
            countOf(outcomes, 'OrgNameTakenError') === 2,
        }),
      }
    }),
}

const oneDomain: Race = {
  title: 'two orgs bind one domain',
  round: async (fixture) => {
    const domain = `${randomUUID()}.example`
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) => fixture.testServer.signUp({ email: `${name}@${domain}` })),
    )
    if (!one || !two) throw new Error('no people for this round')
    const orgs = await Promise.all([createOrg(one), createOrg(two)])
    const outcomes = await fixture.atOnce(
      ...[one, two].map((by, index) => ({
        by,
        mutation: 'bindEmailDomain',
        input: { orgId: orgs[index], domain },
        payload: 'emailDomain { status }',
      })),
    )
    const winner = outcomes.findIndex(({ emailDomain }) => emailDomain?.status === 'VERIFIED')
    const { rows } = await fixture.pool.query(
      'select org_id, status from org_email_domain where domain = $1',
      [domain],
    )
    const loser = await readSnapshot(fixture.pool, uuidOf(orgs[1 - winner] ?? ''))
    return {
      winner: ['one', 'two'][winner] ?? 'nobody',
      violations: await findViolations(fixture, orgs[winner] ?? '', {
        [`one has it: ${describeOutcomes(outcomes)}`]: countOf(outcomes, 'EmailDomainTakenError') === 1,
        'only the winner has it': rows.length === 1 && rows[0].org_id === uuidOf(orgs[winner] ?? ''),
        'the other’s history knows nothing of it':
          loser?.events.every(({ type }) => !type.startsWith('EMAIL_DOMAIN')) === true,
      }),
    }
  },
}

/** Three of five pending invites exist. Three admins send six more at once, and two are created. */
const pendingLimit: Race = {
  title: 'six invites are sent where two more may be pending',
  round: (fixture) =>
    fixture.withPeople(3, async ([owner, two, three]) => {
      if (!owner || !two || !three) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      for (const admin of [two, three]) await join(owner, orgId, admin, ['ADMIN'])
      for (const name of ['a', 'b', 'c']) await invite(owner, orgId, `${name}@guests.example`)
      const outcomes = await fixture.atOnce(
        ...['d', 'e', 'f', 'g', 'h', 'i'].map((name, index) => ({
          by: [owner, two, three][index % 3] ?? owner,
          mutation: 'createOrgInvite',
          input: { orgId, invitee: { email: `${name}@guests.example` } },
        })),
      )
      return {
        winner: 'two',
        violations: await findViolations(
          fixture,
          orgId,
          {
            [`two are made: ${describeOutcomes(outcomes)}`]:
              countOf(outcomes, 'CreateOrgInvitePayload') === 2,
            'four get LimitReachedError': countOf(outcomes, 'LimitReachedError') === 4,
          },
          { seats: 5, pendingInvites: 5 },
        ),
      }
    }),
}

/** The server allows five seats and the org three. The owner and a member are in, and one seat is left. */
const lastSeat: Race = {
  title: 'five people accept invites to the last seat under the org’s own limit',
  round: (fixture) =>
    fixture.withPeople(7, async ([owner, member, ...invitees]) => {
      if (!owner || !member) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await join(owner, orgId, member)
      const ids: string[] = []
      for (const { email } of invitees) ids.push(await invite(owner, orgId, email))
      const setLimit = {
        by: fixture.testServer.instance,
        mutation: 'updateOrg',
        input: { orgId, seatLimit: 3 },
      }
      await fixture.atOnce(setLimit)
      const outcomes = await fixture.atOnce(
        ...invitees.map((invitee, index) => accept(invitee, { orgInviteId: ids[index] ?? '' })),
        // The same limit again, which changes nothing.
        setLimit,
      )
      return {
        winner: 'one',
        violations: await findViolations(
          fixture,
          orgId,
          {
            [`one joins: ${describeOutcomes(outcomes)}`]: countOf(outcomes, 'AcceptOrgInvitePayload') === 1,
            'the others get LimitReachedError': countOf(outcomes, 'LimitReachedError') === 4,
          },
          { seats: 3, pendingInvites: 5 },
        ),
      }
    }),
}

/** Whichever is first: the limit is never exceeded by somebody who joins after it. */
const loweredLimit: Race = {
  title: 'the limit is lowered to the present members while two people accept',
  round: (fixture) =>
    fixture.withPeople(3, async ([owner, ...invitees]) => {
      if (!owner) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      const ids: string[] = []
      for (const { email } of invitees) ids.push(await invite(owner, orgId, email))
      const outcomes = await fixture.atOnce(
        ...invitees.map((invitee, index) => accept(invitee, { orgInviteId: ids[index] ?? '' })),
        { by: fixture.testServer.instance, mutation: 'updateOrg', input: { orgId, seatLimit: 1 } },
      )
      const accepted = countOf(outcomes, 'AcceptOrgInvitePayload')
      const snapshot = await readSnapshot(fixture.pool, uuidOf(orgId))
      const events = snapshot?.events ?? []
      const lowered = events.findIndex(({ type }) => type === 'LIMITS_CHANGED')
      return {
        winner: `${accepted} before the limit`,
        violations: await findViolations(fixture, orgId, {
          [`the rest is refused: ${describeOutcomes(outcomes)}`]:
            countOf(outcomes, 'LimitReachedError') === 2 - accepted,
          'nobody joins after it': events.slice(lowered).every(({ type }) => type !== 'JOINED'),
        }),
      }
    }),
}

const sameAddress: Race = {
  title: 'one address is invited six times',
  round: (fixture) =>
    fixture.withPeople(2, async ([owner, admin]) => {
      if (!owner || !admin) throw new Error('no people for this round')
      const orgId = await createOrg(owner)
      await join(owner, orgId, admin, ['ADMIN'])
      const spellings = ['guest@bücher.example', 'GUEST@xn--bcher-kva.example', 'Guest@BÜCHER.example']
      const outcomes = await fixture.atOnce(
        ...[...spellings, ...spellings].map((email, index) => ({
          by: index % 2 === 0 ? owner : admin,
          mutation: 'createOrgInvite',
          input: { orgId, invitee: { email } },
        })),
      )
      return {
        winner: 'one',
        violations: await findViolations(fixture, orgId, {
          [`one is created: ${describeOutcomes(outcomes)}`]:
            countOf(outcomes, 'CreateOrgInvitePayload') === 1,
          'five get OrgInviteAlreadyPendingError': countOf(outcomes, 'OrgInviteAlreadyPendingError') === 5,
        }),
      }
    }),
}

export const orgRaces: Race[] = [
  deletion,
  ownedThings,
  sameName,
  swapNames,
  sameSlug,
  swapSlugs,
  oneDomain,
  pendingLimit,
  lastSeat,
  loweredLimit,
  sameAddress,
]
