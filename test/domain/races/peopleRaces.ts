import { randomUUID } from 'node:crypto'
import { createOrg, invite, mutate } from '../../support/mutate.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { accept } from './answerRaces.js'
import { countOf, describeOutcomes, findViolations, type Race, type RaceFixture } from './race.js'

/** Somebody without an account. */
function newcomer(domain: string) {
  return { subject: `test|${randomUUID()}`, email: `${randomUUID()}@${domain}` }
}

const WHO = '{ viewer { id emailVerified } }'

/** What the API tells a person about themselves. */
interface Viewer {
  id: string
  emailVerified: boolean
}

async function signInAll(fixture: RaceFixture, authorizations: string[]): Promise<Viewer[]> {
  return Promise.all(
    authorizations.map(async (authorization) => {
      const { data, errors } = await fixture.byAny({ authorization }).ask(WHO)
      if (!data) throw new Error(JSON.stringify(errors))
      return data.viewer
    }),
  )
}

const oneSub: Race = {
  title: 'one subject signs in for the first time eight times, and is upserted',
  round: async (fixture) => {
    const domain = `${randomUUID()}.example`
    const owner = await fixture.testServer.signUp({ email: `owner@${domain}` })
    const orgId = await createOrg(owner, { bindEmailDomain: true })
    const claims = newcomer(domain)
    const now = Math.floor(Date.now() / 1000)
    const authorizations = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        fixture.testServer.authorize({ ...claims, issuedAt: now - (index % 4) }),
      ),
    )
    const upsert = mutate(
      fixture.byAny(fixture.testServer.instance),
      'upsertUser',
      { ...claims, emailVerified: true },
      'user { id }',
    )
    const seen = [...(await signInAll(fixture, authorizations)), (await upsert).user as Viewer]
    const { rows } = await fixture.pool.query('select id from "user" where subject = $1', [claims.subject])
    const joined = await fixture.pool.query(
      `select 1 from org_event where org_id = $1 and type = 'JOINED' and user_id = $2`,
      [uuidOf(orgId), rows[0]?.id],
    )
    return {
      winner: 'one account',
      violations: await findViolations(fixture, orgId, {
        'one account': rows.length === 1 && new Set(seen.map(({ id }) => id)).size === 1,
        'joined once': joined.rowCount === 1,
      }),
    }
  },
}

const oneAddress: Race = {
  title: 'four subjects claim one verified address',
  round: async (fixture) => {
    const email = `${randomUUID()}@shared.example`
    const subjects = Array.from({ length: 4 }, () => `test|${randomUUID()}`)
    // Two of the accounts exist with other addresses, two are new.
    const before = Math.floor(Date.now() / 1000) - 10
    for (const subject of subjects.slice(0, 2))
      await signInAll(fixture, [
        await fixture.testServer.authorize({
          subject,
          email: `${randomUUID()}@own.example`,
          issuedAt: before,
        }),
      ])
    const seen = await signInAll(
      fixture,
      await Promise.all(subjects.map((subject) => fixture.testServer.authorize({ subject, email }))),
    )
    const { rows } = await fixture.pool.query(
      'select count(*)::int as holders from "user" where email = $1 and email_verified',
      [email],
    )
    return {
      winner: 'one holder',
      violations: [
        ...(rows[0].holders === 1 ? [] : [`${rows[0].holders} hold it`]),
        ...(seen.filter(({ emailVerified }) => emailVerified).length === 1 ? [] : ['not one is told so']),
      ],
    }
  },
}

/**
 * The account with the address gives it up while three others claim it: at most one gets it, and
 * nobody gets an error.
 */
const passedOn: Race = {
  title: 'three subjects claim an address that its account gives up',
  round: async (fixture) => {
    const email = `${randomUUID()}@passed.example`
    const now = Math.floor(Date.now() / 1000)
    const holder = { subject: `test|${randomUUID()}`, email }
    await signInAll(fixture, [await fixture.testServer.authorize({ ...holder, issuedAt: now - 10 })])
    const moved = { ...holder, email: `${randomUUID()}@own.example` }
    const others = Array.from({ length: 3 }, () => ({ subject: `test|${randomUUID()}`, email }))
    const seen = await signInAll(
      fixture,
      await Promise.all([moved, ...others].map((claims) => fixture.testServer.authorize(claims))),
    )
    const holders = seen.slice(1).filter(({ emailVerified }) => emailVerified).length
    return {
      winner: holders === 1 ? 'a newcomer' : 'nobody',
      violations: [
        ...(holders <= 1 ? [] : [`${holders} hold it`]),
        ...(seen[0]?.emailVerified ? [] : ['who moved has not got their own']),
      ],
    }
  },
}

const domainAndInvite: Race = {
  title: 'a person joins by domain while they accept an invite',
  round: async (fixture) => {
    const domain = `${randomUUID()}.example`
    const owner = await fixture.testServer.signUp({ email: `owner@${domain}` })
    const orgId = await createOrg(owner, { bindEmailDomain: true })
    const claims = newcomer(domain)
    const orgInviteId = await invite(owner, orgId, claims.email, { roles: ['ADMIN'] })
    const authorization = await fixture.testServer.authorize(claims)
    const client = fixture.testServer.bearer(authorization)
    const [outcomes] = await Promise.all([
      fixture.atOnce(accept(client, { orgInviteId }), accept(client, { orgInviteId })),
      signInAll(fixture, [authorization, authorization]),
    ])
    const { rows } = await fixture.pool.query(
      `select roles::text[], origin from org_user join "user" u on u.id = user_id
       where org_id = $1 and u.subject = $2`,
      [uuidOf(orgId), claims.subject],
    )
    return {
      winner: 'domain, then invite',
      violations: await findViolations(fixture, orgId, {
        'one membership with the roles of both': rows.length === 1 && String(rows[0].roles) === 'USER,ADMIN',
        'its origin is the domain, because they join by it as they sign up':
          rows[0]?.origin === 'EMAIL_DOMAIN',
        'accepted once': outcomes.filter(({ inviteStatus }) => inviteStatus === 'ACCEPTED').length === 1,
      }),
    }
  },
}

/**
 * An org with five seats has its owner. Seven sign up with its domain at once: four get in, and all
 * seven can sign in.
 */
const domainSeats: Race = {
  title: 'seven people sign up by domain for four seats',
  round: async (fixture) => {
    const domain = `${randomUUID()}.example`
    const owner = await fixture.testServer.signUp({ email: `owner@${domain}` })
    const orgId = await createOrg(owner, { bindEmailDomain: true })
    const authorizations = await Promise.all(
      Array.from({ length: 7 }, () => fixture.testServer.authorize(newcomer(domain))),
    )
    const seen = await signInAll(fixture, authorizations)
    const { rows } = await fixture.pool.query(
      'select count(*)::int as members from org_user where org_id = $1',
      [uuidOf(orgId)],
    )
    return {
      winner: 'four',
      violations: await findViolations(
        fixture,
        orgId,
        { 'all sign in': new Set(seen.map(({ id }) => id)).size === 7, 'four get in': rows[0].members === 5 },
        { seats: 5, pendingInvites: 5 },
      ),
    }
  },
}

/** The domain's join mode is opened or closed. Whoever commits first counts, as the org's events tell. */
const joinModeChanged: Race = {
  title: 'a person signs up by domain while its join mode changes',
  round: async (fixture) => {
    const domain = `${randomUUID()}.example`
    const owner = await fixture.testServer.signUp({ email: `owner@${domain}` })
    const orgId = await createOrg(owner, { bindEmailDomain: true })
    const closed = Math.random() < 0.5 ? 'REQUEST' : 'OFF'
    const opens = Math.random() < 0.5
    if (opens) await mutate(owner, 'updateEmailDomain', { orgId, domain, joinMode: closed })
    const authorization = await fixture.testServer.authorize(newcomer(domain))
    const [outcomes, [person]] = await Promise.all([
      fixture.atOnce({
        by: owner,
        mutation: 'updateEmailDomain',
        input: { orgId, domain, joinMode: opens ? 'AUTO' : closed },
      }),
      signInAll(fixture, [authorization]),
    ])
    const { rows } = await fixture.pool.query(
      `select max(seq) filter (where type = 'EMAIL_DOMAIN_JOIN_MODE_CHANGED') as changed,
         max(seq) filter (where type = 'JOINED' and user_id = $2) as joined,
         (select count(*)::int from org_user where org_id = $1 and user_id = $2) as members
       from org_event where org_id = $1`,
      [uuidOf(orgId), uuidOf(person?.id ?? '')],
    )
    const { changed, joined, members } = rows[0]
    return {
      winner: `${opens ? 'opened' : 'closed'}: ${joined === null ? 'stays outside' : 'joins'}`,
      violations: await findViolations(fixture, orgId, {
        [`the mode is changed: ${describeOutcomes(outcomes)}`]:
          countOf(outcomes, 'UpdateEmailDomainPayload') === 1 && changed !== null,
        'who joins does so while the mode is AUTO':
          joined === null || (opens ? joined > changed : joined < changed),
        'who has an event of it is a member': members === (joined === null ? 0 : 1),
      }),
    }
  },
}

/** Six orgs write into one person's inbox at once: its sequence numbers have no gap. */
const oneInbox: Race = {
  title: 'six orgs invite one person and revoke the invites',
  round: (fixture) =>
    fixture.withPeople(1, async ([owner]) => {
      if (!owner) throw new Error('no people for this round')
      const guest = await fixture.testServer.signUp()
      const orgs = await Promise.all(Array.from({ length: 6 }, () => createOrg(owner)))
      const made = await fixture.atOnce(
        ...orgs.map((orgId) => ({
          by: owner,
          mutation: 'createOrgInvite',
          input: { orgId, invitee: { email: guest.email } },
          payload: 'orgInvite { id }',
        })),
      )
      await fixture.atOnce(
        ...made.map(({ orgInvite }) => ({
          by: owner,
          mutation: 'revokeOrgInvite',
          input: { orgInviteId: orgInvite?.id },
        })),
      )
      const { rows } = await fixture.pool.query(
        `select org_event.inbox_seq as seq, u.inbox_seq as newest
         from org_event join "user" u on u.id = inbox_user_id
         where inbox_user_id = $1 order by org_event.inbox_seq`,
        [uuidOf(guest.id)],
      )
      const dense = rows.every(({ seq }, index) => seq === index + 1)
      return {
        winner: 'all',
        violations: rows.length === 12 && dense && rows[0].newest === 12 ? [] : ['the inbox is not dense'],
      }
    }),
}

/** An account gets a new subject while somebody signs up with it, and while the old one signs in: one account wins. */
const newSubject: Race = {
  title: 'an account gets a subject with which somebody signs up',
  round: async (fixture) => {
    const person = await fixture.testServer.signUp()
    const orgId = await createOrg(person)
    const subject = `test|${randomUUID()}`
    const authorizations = await Promise.all([
      fixture.testServer.authorize({ subject }),
      fixture.testServer.authorize({ subject: person.subject, issuedAt: Math.floor(Date.now() / 1000) - 9 }),
    ])
    const [moved, asNew, asOld] = await Promise.all([
      mutate(fixture.byAny(fixture.testServer.instance), 'upsertUser', {
        subject,
        previousSubject: person.subject,
        email: person.email,
        emailVerified: true,
      }),
      ...authorizations.map((authorization) => fixture.byAny({ authorization }).ask(WHO)),
    ])
    const { rows } = await fixture.pool.query('select id from "user" where subject = any($1)', [
      [subject, person.subject],
    ])
    const isMoved = moved.__typename === 'UpsertUserPayload'
    return {
      winner: isMoved ? 'new subject' : 'sign-up',
      violations: await findViolations(fixture, orgId, {
        'one account or two': rows.length === (isMoved ? 1 : 2),
        'whoever signs up with it has the account only if it got it':
          (asNew?.data.viewer.id === person.id) === isMoved,
        'the old one is the account or is refused':
          asOld?.data?.viewer.id === person.id || asOld?.errors?.[0]?.extensions.code === 'UNAUTHENTICATED',
      }),
    }
  },
}

export const peopleRaces: Race[] = [
  oneSub,
  oneAddress,
  passedOn,
  domainAndInvite,
  domainSeats,
  joinModeChanged,
  oneInbox,
  newSubject,
]
