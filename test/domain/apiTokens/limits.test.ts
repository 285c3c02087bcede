import { describe, expect, it } from 'vitest'
import { createOrg, mutate } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { uuidOf } from '../../support/orgSnapshot.js'
import { createToken, type TokenClient, usePeople } from '../../support/people.js'
import { ask, type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer({
  env: { MAX_API_TOKENS_PER_ORG: '4', MAX_API_TOKEN_DEPTH: '3', MAX_EMAIL_DOMAINS_PER_ORG: '2' },
})
const people = usePeople(testServer)
const passingOn = ['ORG_READ', 'API_TOKEN_READ', 'API_TOKEN_MANAGE']

const make = (client: Client, input: Record<string, unknown>) =>
  mutate(
    client,
    'createApiToken',
    { name: 'a token', permissions: passingOn, ...input },
    'secret apiToken { id expiresAt }',
  )
const list = async (client: Client, orgId?: string) => {
  const { data } = await client.ask('query($orgId: ID) { apiTokens(orgId: $orgId) { id permissions } }', {
    orgId,
  })
  return data.apiTokens as Array<{ id: string; permissions: string[] }>
}
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

async function clearInstance(): Promise<void> {
  for (const { id } of await list(testServer.instance))
    await mutate(testServer.instance, 'revokeApiToken', { apiTokenId: id })
}

/** Makes a token expire a moment ago. The tokens that it created keep their expiry. */
async function expire(tokenId: string): Promise<void> {
  const pool = openPool(testServer.database.url)
  await pool.query(`update api_token set expires_at = now() - interval '1 s' where id = $1`, [
    uuidOf(tokenId),
  ])
  await pool.end()
}
const codeOf = async (client: Client): Promise<string | undefined> =>
  (await client.ask('{ viewer { id } }')).errors?.[0]?.extensions.code

describe('the number of API tokens', () => {
  const full = { __typename: 'LimitReachedError', limit: 4 }

  it('is limited per org, and revoked and expired tokens do not count', async () => {
    const [orgId, other] = [await createOrg(people.owner), await createOrg(people.owner)]
    const made: Array<{ apiToken: { id: string } }> = []
    for (let more = 0; more < 4; more++) made.push(await make(people.owner, { orgId, expiresAt: inAnHour() }))
    expect(await make(people.owner, { orgId })).toMatchObject(full)
    expect(await make(people.owner, { orgId: other })).toMatchObject({ __typename: 'CreateApiTokenPayload' })

    await mutate(people.owner, 'revokeApiToken', { apiTokenId: made[0]?.apiToken.id })
    expect(await make(people.owner, { orgId })).toMatchObject({ __typename: 'CreateApiTokenPayload' })
    expect(await make(people.owner, { orgId })).toMatchObject(full)

    await expire(made[1]?.apiToken.id ?? '')
    expect(await make(people.owner, { orgId })).toMatchObject({ __typename: 'CreateApiTokenPayload' })
    expect(await make(people.owner, { orgId })).toMatchObject(full)
  })

  it('is free again for the owner once they revoke the leaked token that used it up', async () => {
    const orgId = await createOrg(people.owner)
    const leaked = await createToken(testServer, people.owner, passingOn, orgId)
    for (let more = 0; more < 3; more++) await make(leaked, { orgId })
    expect(await make(people.owner, { orgId })).toMatchObject(full)
    await mutate(people.owner, 'revokeApiToken', { apiTokenId: leaked.id })
    for (let more = 0; more < 4; more++)
      expect(await make(people.owner, { orgId })).toMatchObject({ __typename: 'CreateApiTokenPayload' })
  })

  it('is limited for the instance too', async () => {
    await clearInstance()
    const outcomes: string[] = []
    for (let more = 0; more < 5; more++) outcomes.push((await make(testServer.instance, {})).__typename)
    expect(outcomes).toEqual([...Array(4).fill('CreateApiTokenPayload'), 'LimitReachedError'])
  })

  it('in a list is limited, and revoked tokens never push a valid one out of the list', async () => {
    const orgId = await createOrg(people.owner)
    const valid = [
      await createToken(testServer, people.owner, passingOn, orgId),
      await createToken(testServer, people.owner, passingOn, orgId),
    ]
    const ended: string[] = []
    for (let more = 0; more < 6; more++) {
      const { id } = await createToken(testServer, people.owner, passingOn, orgId)
      await mutate(people.owner, 'revokeApiToken', { apiTokenId: id })
      ended.unshift(id)
    }
    expect((await list(people.owner, orgId)).map(({ id }) => id)).toEqual([
      ...ended.slice(0, 4),
      ...valid.map(({ id }) => id).toReversed(),
    ])
  })
})

describe('a chain of API tokens that created one another', () => {
  it('is limited in length', async () => {
    const orgId = await createOrg(people.owner)
    const first = await createToken(testServer, people.owner, passingOn, orgId)
    const second = await createToken(testServer, first, passingOn, orgId)
    const third = await createToken(testServer, second, passingOn, orgId)
    expect(await make(third, { orgId })).toMatchObject({ __typename: 'LimitReachedError', limit: 3 })
  })

  it('has no permissions if it is longer than the server follows, as old data may be', async () => {
    let orgId = await createOrg(people.owner)
    let token: TokenClient = await createToken(testServer, people.owner, passingOn, orgId)
    const pool = openPool(testServer.database.url)
    const lengthen = (by: number) =>
      pool.query(
        `with recursive link as (
           select id, gen_random_uuid() as maker, 1 as number from api_token where id = $1
           union all select maker, gen_random_uuid(), number + 1 from link where number < $2
         ), made as (
           insert into api_token (id, hash, org_id, name, created_at, permissions, created_by_token_id, created_by_id, maker_membership_id)
           select maker, sha256(maker::text::bytea), token.org_id, 'a link', '2020-01-01', token.permissions,
             case when number < $2 then (select next.maker from link next where next.id = link.maker) end,
             case when number = $2 then token.created_by_id end,
             case when number = $2 then token.maker_membership_id end
           from link, api_token token where token.id = $1
         )
         update api_token set created_by_id = null, created_by_token_id = (select maker from link where number = 1)
         where id = $1`,
        [uuidOf(token.id), by],
      )
    const orgSeen = async () =>
      (await token.ask('query($orgId: ID!) { org(id: $orgId) { id } }', { orgId })).data.org
    await lengthen(31)
    expect(await orgSeen()).toEqual({ id: orgId })
    orgId = await createOrg(people.owner)
    token = await createToken(testServer, people.owner, passingOn, orgId)
    await lengthen(32)
    await pool.end()
    expect(await orgSeen()).toBeNull()
    expect((await list(testServer.instance, orgId)).find(({ id }) => id === token.id)?.permissions).toEqual(
      [],
    )
  })
})

describe('an API token expires no later than the token that created it', () => {
  for (const where of ['an org', 'the instance'])
    it(`in ${where}`, async () => {
      const ofOrg = where === 'an org'
      const orgId = ofOrg ? await createOrg(people.owner) : undefined
      const end = inAnHour()
      if (!ofOrg) await clearInstance()
      const maker = await make(ofOrg ? people.owner : testServer.instance, { orgId, expiresAt: end })
      const bearer = testServer.bearer(`Bearer ${maker.secret}`)
      expect(await make(bearer, { orgId, expiresAt: '9999-12-31T23:59:59Z' })).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: 'expiresAt' }],
      })
      expect((await make(bearer, { orgId })).apiToken.expiresAt).toBe(end)
      const { apiToken, secret } = await make(bearer, { orgId, expiresAt: end })
      expect(apiToken.expiresAt).toBe(end)
      await expire(maker.apiToken.id)
      expect(await codeOf(testServer.bearer(`Bearer ${secret}`))).toBe('UNAUTHENTICATED')
    })

  it('even if it was created before this rule', async () => {
    const orgId = await createOrg(people.owner)
    const maker = await createToken(testServer, people.owner, passingOn, orgId)
    const twin = await createToken(testServer, maker, passingOn, orgId)
    await expire(maker.id)
    expect(await codeOf(twin)).toBe('UNAUTHENTICATED')
    expect((await list(people.owner, orgId)).map(({ permissions }) => permissions)).toEqual([[], []])
  })
})

describe('the number of email domains', () => {
  const bind = (orgId: string, domain: string) => mutate(people.owner, 'bindEmailDomain', { orgId, domain })

  it('is limited per org: binding one again is allowed, and unbinding one makes room', async () => {
    const orgId = await createOrg(people.owner)
    const bound = { __typename: 'BindEmailDomainPayload' }
    for (const domain of ['one.example', 'two.example', 'one.example'])
      expect(await bind(orgId, domain)).toMatchObject(bound)
    expect(await bind(orgId, 'three.example')).toMatchObject({ __typename: 'LimitReachedError', limit: 2 })
    await mutate(people.owner, 'unbindEmailDomain', { orgId, domain: 'two.example' })
    expect(await bind(orgId, 'three.example')).toMatchObject(bound)
  })

  it('in a list is limited too, even if more were bound before there was a limit', async () => {
    const orgId = await createOrg(people.owner)
    const pool = openPool(testServer.database.url)
    await pool.query(
      `insert into org_email_domain (id, org_id, domain, challenge)
       select gen_random_uuid(), $1, 'd' || number || '.example', 'x' from generate_series(1, 5) number`,
      [uuidOf(orgId)],
    )
    await pool.end()
    for (const fast of [true, false]) {
      const { url } = fast ? testServer : await testServer.startAnother({ env: { ACCELERATOR: 'none' } })
      const query =
        'query($orgId: ID!) { org(id: $orgId) { emailDomains { domain } } orgs { nodes { emailDomains { domain } } } }'
      for (const again of [1, 2, 3]) {
        const { data } = await ask(url, people.owner.authorization, query, { orgId })
        expect([again, data.org.emailDomains]).toEqual([
          again,
          [{ domain: 'd1.example' }, { domain: 'd2.example' }],
        ])
        expect(
          Math.max(...data.orgs.nodes.map((org: { emailDomains: unknown[] }) => org.emailDomains.length)),
        ).toBe(2)
      }
    }
  })
})
