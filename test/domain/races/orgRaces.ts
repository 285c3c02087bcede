import { randomUUID } from 'node:crypto'
import { foundOrg, invite, join } from '../../support/mutate.js'
import { readLedger, uuidOf } from '../../support/orgSnapshot.js'
import { accept } from './answerRaces.js'
import { countOf, judge, type Race, said } from './race.js'

/** PostgreSQL's `deadlock_timeout`: how long it waits before it looks for one. */
const DEADLOCK_FOUND_MS = 1_000

const deletion: Race = {
  title: 'accept against deletion of the org',
  round: (arena) =>
    arena.cast(2, async ([owner, invitee]) => {
      if (!owner || !invitee) throw new Error('nobody to play')
      const orgId = await foundOrg(owner)
      const orgInviteId = await invite(owner, orgId, invitee.email)
      const outcomes = await arena.atOnce(accept(invitee, { orgInviteId }), {
        by: owner,
        mutation: 'deleteOrg',
        input: { orgId },
      })
      const accepted = outcomes[0]?.__typename === 'AcceptOrgInvitePayload'
      const ledger = await readLedger(arena.pool, uuidOf(orgId))
      return {
        winner: accepted ? 'accept first' : 'delete first',
        violations: await judge(arena, orgId, {
          [`refused by the org's end: ${said(outcomes)}`]:
            accepted || ['OrgNotActiveError', 'NotFoundError'].includes(outcomes[0]?.__typename ?? ''),
          'the org is going': ledger?.status === 'DEPROVISIONING',
          'nothing is pending': ledger?.state.counts.pending === 0,
        }),
      }
    }),
}

const ownedThings: Race = {
  title: 'deletion against a new resource of the org',
  round: (arena) =>
    arena.cast(1, async ([owner]) => {
      if (!owner) throw new Error('nobody to play')
      const orgId = await foundOrg(owner)
      const outcomes = await arena.atOnce(
        { by: owner, mutation: 'deleteOrg', input: { orgId } },
        {
          by: arena.world.instance,
          mutation: 'setOrgResourceCount',
          input: { orgId, kind: 'project', count: 1 },
        },
      )
      const deleted = outcomes[0]?.__typename === 'DeleteOrgPayload'
      const ledger = await readLedger(arena.pool, uuidOf(orgId))
      return {
        winner: deleted ? 'delete' : 'resource',
        violations: await judge(arena, orgId, {
          [`refused only where it owns something: ${said(outcomes)}`]:
            deleted || outcomes[0]?.__typename === 'OrgHasResourcesError',
          'its status says which': ledger?.status === (deleted ? 'DEPROVISIONING' : 'ACTIVE'),
        }),
      }
    }),
}

const sameName: Race = {
  title: 'six take one name, founding and renaming',
  round: (arena) =>
    arena.cast(3, async ([one, two, three]) => {
      if (!one || !two || !three) throw new Error('nobody to play')
      const name = `Straße ${randomUUID()}`
      const orgs = await Promise.all([foundOrg(one), foundOrg(two)])
      const outcomes = await arena.atOnce(
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
        violations: await judge(arena, winner?.org.id, {
          [`one has it: ${said(outcomes)}`]: countOf(outcomes, 'OrgNameTakenError') === 5,
        }),
      }
    }),
}

/** Each waits for what the other holds: PostgreSQL ends one, and what it answers is still a refusal. */
const swapNames: Race = {
  title: 'two orgs take each other’s name',
  round: (arena) =>
    arena.cast(2, async ([one, two]) => {
      if (!one || !two) throw new Error('nobody to play')
      const names = [`A ${randomUUID()}`, `B ${randomUUID()}`]
      const orgs = [await foundOrg(one, { name: names[0] }), await foundOrg(two, { name: names[1] })]
      const begun = performance.now()
      const outcomes = await arena.atOnce(
        { by: one, mutation: 'updateOrg', input: { orgId: orgs[0], name: names[1] } },
        { by: two, mutation: 'updateOrg', input: { orgId: orgs[1], name: names[0] } },
      )
      return {
        winner: performance.now() - begun < DEADLOCK_FOUND_MS ? 'nobody' : 'nobody after a deadlock',
        violations: await judge(arena, orgs[0] ?? '', {
          [`both are taken: ${said(outcomes)}`]: countOf(outcomes, 'OrgNameTakenError') === 2,
        }),
      }
    }),
}

const oneDomain: Race = {
  title: 'one domain into two orgs',
  round: async (arena) => {
    const domain = `${randomUUID()}.example`
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) => arena.world.person({ email: `${name}@${domain}` })),
    )
    if (!one || !two) throw new Error('nobody to play')
    const orgs = await Promise.all([foundOrg(one), foundOrg(two)])
    const outcomes = await arena.atOnce(
      ...[one, two].map((by, index) => ({
        by,
        mutation: 'bindEmailDomain',
        input: { orgId: orgs[index], domain },
        payload: 'emailDomain { status }',
      })),
    )
    const winner = outcomes.findIndex(({ emailDomain }) => emailDomain?.status === 'VERIFIED')
    const { rows } = await arena.pool.query('select org_id, status from org_email_domain where domain = $1', [
      domain,
    ])
    const loser = await readLedger(arena.pool, uuidOf(orgs[1 - winner] ?? ''))
    return {
      winner: ['one', 'two'][winner] ?? 'nobody',
      violations: await judge(arena, orgs[winner] ?? '', {
        [`one has it: ${said(outcomes)}`]: countOf(outcomes, 'EmailDomainTakenError') === 1,
        'and nobody else claims it': rows.length === 1 && rows[0].org_id === uuidOf(orgs[winner] ?? ''),
        'the other’s history knows nothing of it':
          loser?.events.every(({ type }) => !type.startsWith('EMAIL_DOMAIN')) === true,
      }),
    }
  },
}

/** Five may be pending, three are: of six by three admins two are made. */
const pendingLimit: Race = {
  title: 'six invite for two pending places',
  round: (arena) =>
    arena.cast(3, async ([owner, two, three]) => {
      if (!owner || !two || !three) throw new Error('nobody to play')
      const orgId = await foundOrg(owner)
      for (const admin of [two, three]) await join(owner, orgId, admin, ['ADMIN'])
      for (const name of ['a', 'b', 'c']) await invite(owner, orgId, `${name}@guests.example`)
      const outcomes = await arena.atOnce(
        ...['d', 'e', 'f', 'g', 'h', 'i'].map((name, index) => ({
          by: [owner, two, three][index % 3] ?? owner,
          mutation: 'createOrgInvite',
          input: { orgId, invitee: { email: `${name}@guests.example` } },
        })),
      )
      return {
        winner: 'two',
        violations: await judge(
          arena,
          orgId,
          {
            [`two are made: ${said(outcomes)}`]: countOf(outcomes, 'CreateOrgInvitePayload') === 2,
            'four find it full': countOf(outcomes, 'LimitReachedError') === 4,
          },
          { seats: 5, pendingInvites: 5 },
        ),
      }
    }),
}

const sameAddress: Race = {
  title: 'six invite one address',
  round: (arena) =>
    arena.cast(2, async ([owner, admin]) => {
      if (!owner || !admin) throw new Error('nobody to play')
      const orgId = await foundOrg(owner)
      await join(owner, orgId, admin, ['ADMIN'])
      const spellings = ['guest@bücher.example', 'GUEST@xn--bcher-kva.example', 'Guest@BÜCHER.example']
      const outcomes = await arena.atOnce(
        ...[...spellings, ...spellings].map((email, index) => ({
          by: index % 2 === 0 ? owner : admin,
          mutation: 'createOrgInvite',
          input: { orgId, invitee: { email } },
        })),
      )
      return {
        winner: 'one',
        violations: await judge(arena, orgId, {
          [`one is made: ${said(outcomes)}`]: countOf(outcomes, 'CreateOrgInvitePayload') === 1,
          'five are told of it': countOf(outcomes, 'OrgInviteAlreadyPendingError') === 5,
        }),
      }
    }),
}

export const orgRaces: Race[] = [
  deletion,
  ownedThings,
  sameName,
  swapNames,
  oneDomain,
  pendingLimit,
  sameAddress,
]
