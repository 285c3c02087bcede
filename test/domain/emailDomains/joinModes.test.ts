import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createOrg, join, mutate, readOrg } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { createToken, usePeople } from '../../support/people.js'
import { type Client, type TestPerson, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({ env: { FREE_SEATS: '3' } })
const people = usePeople(testServer)

type Mode = 'AUTO' | 'REQUEST' | 'OFF'

const newDomain = () => `d${crypto.randomUUID()}.example`
const addressIn = (domain: string) => `${crypto.randomUUID()}@${domain}`
const row = 'emailDomain { domain status joinMode }'

/** Creates an org whose owner's address has verified its domain. */
async function orgOf(domain: string): Promise<{ owner: TestPerson; orgId: string }> {
  const owner = await testServer.signUp({ email: addressIn(domain) })
  return { owner, orgId: await createOrg(owner, { bindEmailDomain: true }) }
}

const setMode = (by: Client, orgId: string, domain: string, joinMode: Mode) =>
  mutate(by, 'updateEmailDomain', { orgId, domain, joinMode }, row)

async function changesOf(owner: Client, orgId: string) {
  const { events } = await readOrg(owner, orgId)
  return events.nodes.filter(({ orgEventType }: { orgEventType?: string }) =>
    orgEventType?.startsWith('EMAIL'),
  )
}

async function membersOf(owner: Client, orgId: string): Promise<Record<string, string>> {
  const { users } = await readOrg(owner, orgId)
  return Object.fromEntries(
    users.nodes.map(({ user, origin }: { user: { id: string }; origin: string }) => [user.id, origin]),
  )
}

describe('bindEmailDomain', () => {
  it('binds with AUTO unless it is told another mode', async () => {
    const orgId = await createOrg(people.owner)
    const bind = (input: object) =>
      mutate(people.owner, 'bindEmailDomain', { orgId, domain: newDomain(), ...input }, row)
    expect(await bind({})).toMatchObject({ emailDomain: { joinMode: 'AUTO' } })
    expect(await bind({ joinMode: null })).toMatchObject({ emailDomain: { joinMode: 'AUTO' } })
    for (const joinMode of ['AUTO', 'REQUEST', 'OFF'])
      expect(await bind({ joinMode })).toMatchObject({ emailDomain: { status: 'PENDING', joinMode } })
    expect((await changesOf(people.owner, orgId)).map(({ summary }: { summary: string }) => summary)).toEqual(
      [/bound\.$/, /bound\.$/, /bound\.$/, /bound with the join mode REQUEST\.$/, /OFF\.$/].map((text) =>
        expect.stringMatching(text),
      ),
    )
  })

  it('leaves the mode of a domain that is bound already', async () => {
    const domain = newDomain()
    const { owner, orgId } = await orgOf(domain)
    await setMode(owner, orgId, domain, 'OFF')
    const before = await changesOf(owner, orgId)
    for (const joinMode of [undefined, 'REQUEST'])
      expect(await mutate(owner, 'bindEmailDomain', { orgId, domain, joinMode }, row)).toMatchObject({
        emailDomain: { domain, status: 'VERIFIED', joinMode: 'OFF' },
      })
    expect(await changesOf(owner, orgId)).toEqual(before)
  })

  it('through a server of the version before binds with AUTO', async () => {
    const orgId = await createOrg(people.owner)
    const pool = openPool(testServer.database.url)
    await pool.query(
      `insert into org_email_domain (id, org_id, domain, challenge) values (gen_random_uuid(), $1, $2, 'x')`,
      [uuidOf(orgId), newDomain()],
    )
    await pool.end()
    const { data } = await people.owner.ask(
      'query($id: ID!) { org(id: $id) { emailDomains { joinMode } } }',
      {
        id: orgId,
      },
    )
    expect(data.org.emailDomains).toEqual([{ joinMode: 'AUTO' }])
  })
})

describe('updateEmailDomain', () => {
  it('changes the mode with one event, and the same mode is no change', async () => {
    const domain = newDomain()
    const { owner, orgId } = await orgOf(domain)
    for (const joinMode of ['REQUEST', 'REQUEST', 'OFF', 'OFF', 'AUTO', 'AUTO'] as const)
      expect(await setMode(owner, orgId, domain, joinMode)).toMatchObject({
        __typename: 'UpdateEmailDomainPayload',
        emailDomain: { domain, status: 'VERIFIED', joinMode },
      })
    const changed = (from: Mode, to: Mode) => ({
      __typename: 'OrgChangeEvent',
      orgEventType: 'EMAIL_DOMAIN_JOIN_MODE_CHANGED',
      actor: { id: owner.id },
      summary: `The join mode of the e-mail domain ${domain} changed from ${from} to ${to}.`,
    })
    expect((await changesOf(owner, orgId)).slice(2)).toMatchObject([
      changed('AUTO', 'REQUEST'),
      changed('REQUEST', 'OFF'),
      changed('OFF', 'AUTO'),
    ])
  })

  it('sets the mode of a PENDING domain too, and names the domain as bindEmailDomain does', async () => {
    const orgId = await createOrg(people.owner)
    const domain = `bücher-${crypto.randomUUID()}.example`
    await mutate(people.owner, 'bindEmailDomain', { orgId, domain })
    expect(await setMode(people.owner, orgId, ` ${domain.toUpperCase()} `, 'REQUEST')).toMatchObject({
      emailDomain: { domain: expect.stringMatching(/^xn--/), status: 'PENDING', joinMode: 'REQUEST' },
    })
  })

  it('is NotFoundError for a domain of another org and for a text that is no domain', async () => {
    const domain = newDomain()
    await orgOf(domain)
    const orgId = await createOrg(people.owner)
    for (const other of [domain, 'no domain', ''])
      expect(await setMode(people.owner, orgId, other, 'OFF')).toMatchObject({ __typename: 'NotFoundError' })
  })
})

describe('whoever signs up with a verified address in a domain', () => {
  it('joins only while the mode is AUTO, by a token of the identity provider or by upsertUser', async () => {
    const domain = newDomain()
    const { owner, orgId } = await orgOf(domain)
    const byToken = async () => (await testServer.signUp({ email: addressIn(domain) })).id
    const byUpsert = async () => {
      const input = { subject: crypto.randomUUID(), email: addressIn(domain), emailVerified: true }
      return (await mutate(testServer.instance, 'upsertUser', input, 'user { id }')).user.id
    }
    const outside = []
    for (const mode of ['REQUEST', 'OFF'] as const) {
      await setMode(owner, orgId, domain, mode)
      outside.push(await byToken(), await byUpsert())
    }
    expect(await membersOf(owner, orgId)).toEqual({ [owner.id]: 'CREATOR' })
    await setMode(owner, orgId, domain, 'AUTO')
    const inside = [await byToken(), await byUpsert()]
    const members = { [owner.id]: 'CREATOR', [inside[0]]: 'EMAIL_DOMAIN', [inside[1]]: 'EMAIL_DOMAIN' }
    expect(await membersOf(owner, orgId)).toEqual(members)
    // They are members whatever the mode becomes.
    await setMode(owner, orgId, domain, 'OFF')
    expect(await membersOf(owner, orgId)).toEqual(members)
  })

  it('does not join when the mode was changed while they waited for the org', async () => {
    const domain = newDomain()
    const { owner, orgId } = await orgOf(domain)
    const pool = openPool(testServer.database.url)
    const other = await pool.connect()
    await other.query('begin')
    await other.query('select 1 from org where id = $1 for no key update', [uuidOf(orgId)])
    await other.query(`update org_email_domain set join_mode = 'REQUEST' where domain = $1`, [domain])
    let isKnown = false
    const signedUp = testServer.signUp({ email: addressIn(domain) }).then(() => {
      isKnown = true
    })
    await sleep(200)
    expect(isKnown).toBe(false)
    await other.query('commit')
    other.release()
    await pool.end()
    await signedUp
    expect(await membersOf(owner, orgId)).toEqual({ [owner.id]: 'CREATOR' })
  })
})

const JOINABLE = '{ viewer { joinableOrgs { orgId name slug logoUrl domain joinMode } } }'
const joinableOf = async (person: Client) => (await person.ask(JOINABLE)).data.viewer.joinableOrgs

describe('User.joinableOrgs', () => {
  /** An org with a domain, and somebody with an address in it who signed up before it had the domain. */
  async function known(mode: Mode = 'AUTO') {
    const domain = newDomain()
    const person = await testServer.signUp({ email: addressIn(domain) })
    const { owner, orgId } = await orgOf(domain)
    if (mode !== 'AUTO') await setMode(owner, orgId, domain, mode)
    return { domain, person, owner, orgId }
  }
  const listed = async ({ person, orgId }: { person: Client; orgId: string }) => {
    const orgs: Array<{ orgId: string }> = await joinableOf(person)
    expect(orgs.length).toBeLessThanOrEqual(1)
    return orgs.some((org) => org.orgId === orgId)
  }

  it.each(['AUTO', 'REQUEST'] as const)(
    'tells as much of an org with the mode %s as one needs',
    async (mode) => {
      const { person, orgId, owner, domain } = await known(mode)
      const profile = { name: `Org ${crypto.randomUUID()}`, slug: `s-${crypto.randomUUID()}` }
      const logoUrl = 'https://logos.example/x.svg'
      await mutate(owner, 'updateOrg', { orgId, ...profile, logoUrl })
      expect(await joinableOf(person)).toEqual([{ orgId, ...profile, logoUrl, domain, joinMode: mode }])
      // The org itself stays hidden from them.
      const { data } = await person.ask('query($id: ID!) { org(id: $id) { id } }', { id: orgId })
      expect(data.org).toBeNull()
    },
  )

  it('lists an org without a free seat', async () => {
    const org = await known()
    for (let more = 0; more < 2; more++) await testServer.signUp({ email: addressIn(org.domain) })
    expect(Object.keys(await membersOf(org.owner, org.orgId))).toHaveLength(3)
    expect(await listed(org)).toBe(true)
  })

  it('leaves out an org whose domain is OFF, is PENDING, or was unbound', async () => {
    expect(await listed(await known('OFF'))).toBe(false)
    const bound = await known()
    await mutate(bound.owner, 'unbindEmailDomain', { orgId: bound.orgId, domain: bound.domain })
    expect(await listed(bound)).toBe(false)
    const pending = { ...bound, orgId: await createOrg(people.owner) }
    await mutate(people.owner, 'bindEmailDomain', { orgId: pending.orgId, domain: bound.domain })
    expect(await listed(pending)).toBe(false)
  })

  it('leaves out an org that is not ACTIVE, until it is again', async () => {
    const org = await known()
    const set = (status: string) => mutate(testServer.instance, 'updateOrg', { orgId: org.orgId, status })
    for (const status of ['PROVISIONING', 'DEPROVISIONING']) {
      await set(status)
      expect(await listed(org)).toBe(false)
    }
    await set('ACTIVE')
    expect(await listed(org)).toBe(true)
    await mutate(org.owner, 'deleteOrg', { orgId: org.orgId })
    expect(await listed(org)).toBe(false)
  })

  it('leaves out an org of which they are a member, suspended or not, until they leave', async () => {
    const org = await known('REQUEST')
    const { owner, orgId, person } = org
    expect(await listed({ person: owner, orgId })).toBe(false)
    await join(owner, orgId, person)
    expect(await listed(org)).toBe(false)
    await mutate(owner, 'suspendOrgUser', { orgId, userId: person.id })
    expect(await listed(org)).toBe(false)
    await mutate(owner, 'removeOrgUser', { orgId, userId: person.id })
    expect(await listed(org)).toBe(true)
  })

  it('counts only a verified address in exactly this domain', async () => {
    const { domain, orgId, person } = await known('REQUEST')
    const unverified = await testServer.signUp({ email: addressIn(domain), verified: false })
    const below = await testServer.signUp({ email: addressIn(`sub.${domain}`) })
    const longer = await testServer.signUp({ email: addressIn(`x${domain}`) })
    const second = await testServer.signUp({ email: person.email })
    const none = await testServer.signUp({ email: null })
    for (const other of [unverified, below, longer, second, none]) expect(await joinableOf(other)).toEqual([])
    expect(await listed({ person: await testServer.signUp({ email: addressIn(domain) }), orgId })).toBe(true)
  })

  it('follows the address', async () => {
    const { domain, orgId, person, owner } = await known('REQUEST')
    const later = Math.floor(Date.now() / 1_000) + 2
    const moved = await testServer.signUp({
      subject: person.subject,
      email: addressIn('elsewhere.example'),
      issuedAt: later,
    })
    expect(await joinableOf(moved)).toEqual([])
    await mutate(owner, 'bindEmailDomain', { orgId, domain })
    const back = await testServer.signUp({
      subject: person.subject,
      email: person.email,
      issuedAt: later + 2,
    })
    expect(await listed({ person: back, orgId })).toBe(true)
  })

  it('is null for everybody else, API tokens included', async () => {
    const { person, owner, orgId } = await known('REQUEST')
    await join(owner, orgId, person)
    const document = 'query($id: ID!) { user(id: $id) { id joinableOrgs { orgId } } }'
    const tokens = [
      testServer.instance,
      await createToken(testServer, testServer.instance, ['USER_READ']),
      await createToken(testServer, owner, ['ORG_READ', 'MEMBER_READ'], orgId),
    ]
    for (const client of [owner, ...tokens]) {
      const { data } = await client.ask(document, { id: person.id })
      expect(data.user).toEqual({ id: person.id, joinableOrgs: null })
      expect(data.user.joinableOrgs).toBeNull()
    }
    for (const client of [testServer.nobody, ...tokens])
      expect((await client.ask(JOINABLE)).data.viewer).toBeNull()
  })
})
