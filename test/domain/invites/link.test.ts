import { describe, expect, it } from 'vitest'
import { expireNow } from '../../support/expireNow.js'
import { inviteByLink, tokenOfLink } from '../../support/inviteByLink.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { openPool } from '../../support/openPool.js'
import { createOrgWith, createToken, usePeople, without } from '../../support/people.js'
import { APP_URL, type Client, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const people = usePeople(testServer)
const newAddress = () => `${crypto.randomUUID()}@new.example`

const preview = async (token: string, client: Client = testServer.nobody) => {
  const { data, errors } = await client.ask(
    `query($token: String!) { orgInvitePreview(token: $token) {
      orgName maskedEmail invitedByName roles status message expiresAt
    } }`,
    { token },
  )
  expect(errors).toBeUndefined()
  return data.orgInvitePreview
}

describe('an invite’s link', () => {
  const made = (client: Client, orgId: string, input: Record<string, unknown> = {}) =>
    mutate(
      client,
      'createOrgInvite',
      { orgId, invitee: { email: newAddress() }, ...input },
      'orgInvite { id } acceptUrl',
    )

  it('goes to an instance token with INVITE_LINK that sends no mail, and it is below APP_URL', async () => {
    const token = await createToken(testServer, testServer.instance, ['INVITE_CREATE', 'INVITE_LINK'])
    const { acceptUrl } = await made(token, await createOrg(people.owner), { sendEmail: false })
    expect(acceptUrl).toMatch(/^https:\/\/app\.example\/invites\/gi_[\w-]{43}$/)
    expect(acceptUrl.startsWith(`${APP_URL}/invites/`)).toBe(true)
  })

  it('goes to a person who invites or resends without a mail, and each resend replaces it', async () => {
    const orgId = await createOrgWith(people)
    for (const person of [people.owner, people.admin]) {
      const { orgInvite, acceptUrl } = await made(person, orgId, { sendEmail: false })
      expect(acceptUrl).toMatch(/^https:\/\/app\.example\/invites\/gt_[\w-]{43}$/)
      expect(await preview(tokenOfLink(acceptUrl))).toMatchObject({ status: 'PENDING' })
      const again = { orgInviteId: orgInvite.id, sendEmail: false }
      const resent = await mutate(person, 'resendOrgInvite', again, 'acceptUrl')
      expect(resent.acceptUrl).toMatch(/\/gt_[\w-]{43}$/)
      expect(await preview(tokenOfLink(acceptUrl))).toBeNull()
      expect(await preview(tokenOfLink(resent.acceptUrl))).toMatchObject({ status: 'PENDING' })
    }
  })

  it('comes with each invite of createOrgInvites, to a person too', async () => {
    const invitees = [{ email: newAddress() }, { email: newAddress() }]
    const input = { orgId: await createOrg(people.owner), invitees, sendEmail: false }
    const payload = 'results { ... on CreateOrgInvitePayload { orgInvite { email } acceptUrl } }'
    const { results } = await mutate(people.owner, 'createOrgInvites', input, payload)
    for (const [index, { acceptUrl }] of results.entries())
      expect(await preview(tokenOfLink(acceptUrl))).toMatchObject({
        maskedEmail: `${invitees[index]?.email[0]}•••@new.example`,
      })
  })

  it('goes to nobody who may not invite or resend, and to no other API token', async () => {
    const orgId = await createOrgWith(people)
    const ofOrg = await createToken(testServer, people.owner, ['INVITE_CREATE', 'INVITE_RESEND'], orgId)
    const ofInstance = await createToken(testServer, testServer.instance, without('INVITE_LINK'))
    for (const client of [ofOrg, ofInstance]) {
      const { orgInvite, acceptUrl } = await made(client, orgId, { sendEmail: false })
      expect(acceptUrl).toBeNull()
      expect(
        await mutate(client, 'resendOrgInvite', { orgInviteId: orgInvite.id, sendEmail: false }, 'acceptUrl'),
      ).toMatchObject({ acceptUrl: null })
    }
    const { orgInvite } = await made(people.owner, orgId, { sendEmail: false })
    const input = { orgInviteId: orgInvite.id, sendEmail: false }
    expect(await made(people.user, orgId, { sendEmail: false })).toMatchObject({
      __typename: 'PermissionDeniedError',
    })
    expect(await mutate(people.user, 'resendOrgInvite', input)).toMatchObject({
      __typename: 'PermissionDeniedError',
    })
  })

  it('is not told again for an idempotency key that is used again', async () => {
    const orgId = await createOrg(people.owner)
    const keyed = {
      orgId,
      invitee: { email: newAddress() },
      sendEmail: false,
      idempotencyKey: crypto.randomUUID(),
    }
    const payload = 'orgInvite { id } acceptUrl'
    const first = await mutate(people.owner, 'createOrgInvite', keyed, payload)
    expect(await mutate(people.owner, 'createOrgInvite', keyed, payload)).toMatchObject({
      orgInvite: first.orgInvite,
      acceptUrl: null,
    })
    const { orgInvite } = await mutate(
      people.owner,
      'resendOrgInvite',
      {
        orgInviteId: first.orgInvite.id,
        sendEmail: false,
        idempotencyKey: keyed.idempotencyKey,
      },
      payload,
    )
    expect(orgInvite).toEqual(first.orgInvite)
    expect(
      await mutate(
        people.owner,
        'resendOrgInvite',
        {
          orgInviteId: first.orgInvite.id,
          sendEmail: false,
          idempotencyKey: keyed.idempotencyKey,
        },
        payload,
      ),
    ).toMatchObject({ acceptUrl: null })
  })

  it('is in the database only as a hash', async () => {
    const { token } = await inviteByLink(testServer, await createOrg(people.owner), { email: newAddress() })
    const { secret } = await mutate(
      testServer.instance,
      'createApiToken',
      { name: 'to be looked for', permissions: ['USER_READ'] },
      'secret',
    )
    const pool = openPool(testServer.database.url)
    const { rows: tables } = await pool.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_schema in ('public', 'graphile_worker') and table_type = 'BASE TABLE'`,
    )
    const found: string[] = []
    for (const { name } of tables)
      for (const text of [token, token.slice(3), secret, secret.slice(3)]) {
        const { rowCount } = await pool.query(
          `select 1 from ${name} as t where strpos(t::text, $1) > 0 or strpos(t::text, encode($1::bytea, 'hex')) > 0`,
          [text],
        )
        if (rowCount) found.push(`${name}: ${text}`)
      }
    await pool.end()
    expect(tables.length).toBeGreaterThan(10)
    expect(found).toEqual([])
  })
})

describe('orgInvitePreview', () => {
  it('shows the holder of a link what they need to decide, signed in or not, and nothing else', async () => {
    const name = `Preview ${crypto.randomUUID()}`
    const orgId = await createOrg(people.owner, { name })
    const { orgInvite } = await mutate(
      people.owner,
      'createOrgInvite',
      { orgId, invitee: { email: 'Alice@example.com' }, roles: ['ADMIN', 'USER'], message: 'Come!' },
      'orgInvite { id expiresAt }',
    )
    const { acceptUrl } = await mutate(
      testServer.instance,
      'resendOrgInvite',
      { orgInviteId: orgInvite.id, expiresAt: orgInvite.expiresAt, sendEmail: false },
      'acceptUrl',
    )
    for (const client of [testServer.nobody, people.outsider, testServer.instance])
      expect(await preview(tokenOfLink(acceptUrl), client)).toEqual({
        orgName: name,
        maskedEmail: 'a•••@example.com',
        invitedByName: people.owner.name,
        roles: ['USER', 'ADMIN'],
        status: 'PENDING',
        message: 'Come!',
        expiresAt: orgInvite.expiresAt,
      })
  })

  it('masks every address the same way, also in the mailed link of an invite by user id', async () => {
    const orgId = await createOrg(people.owner)
    const short = await inviteByLink(testServer, orgId, { email: 'b@short.example' })
    expect(await preview(short.token)).toMatchObject({
      maskedEmail: 'b•••@short.example',
      invitedByName: null,
    })
    const invitee = await testServer.signUp({ email: `c${crypto.randomUUID()}@byid.example` })
    const byId = await inviteByLink(testServer, orgId, { userId: invitee.id })
    expect(await preview(byId.token)).toMatchObject({ maskedEmail: 'c•••@byid.example' })
  })

  it('shows nothing of the address if the API told the link to a person who invited by user id', async () => {
    const orgId = await createOrg(people.owner)
    const invitee = { userId: (await testServer.signUp()).id }
    const { orgInvite, acceptUrl } = await mutate(
      people.owner,
      'createOrgInvite',
      { orgId, invitee, sendEmail: false },
      'orgInvite { id } acceptUrl',
    )
    expect(await preview(tokenOfLink(acceptUrl))).toMatchObject({ maskedEmail: '•••' })
    const again = { orgInviteId: orgInvite.id, sendEmail: false }
    const resent = await mutate(people.owner, 'resendOrgInvite', again, 'acceptUrl')
    expect(await preview(tokenOfLink(resent.acceptUrl))).toMatchObject({ maskedEmail: '•••' })
  })

  it.each(['ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED'])(
    'says %s after an invite has ended that way',
    async (status) => {
      const [orgId, invitee] = [await createOrg(people.owner), await testServer.signUp()]
      const { orgInviteId, token } = await inviteByLink(testServer, orgId, { email: invitee.email })
      if (status === 'ACCEPTED') await mutate(invitee, 'acceptOrgInvite', { invite: { token } })
      if (status === 'DECLINED') await mutate(invitee, 'declineOrgInvite', { invite: { token } })
      if (status === 'REVOKED') await mutate(people.owner, 'revokeOrgInvite', { orgInviteId })
      if (status === 'EXPIRED') await expireNow(testServer, orgInviteId)
      expect(await preview(token)).toMatchObject({ status })
    },
  )

  it('is null for an invalid or replaced link', async () => {
    const orgId = await createOrg(people.owner)
    const { orgInviteId, token } = await inviteByLink(testServer, orgId, { email: newAddress() })
    await mutate(people.owner, 'revokeOrgInvite', { orgInviteId })
    await mutate(people.owner, 'deleteOrgInvite', { orgInviteId })
    for (const text of [
      token,
      token.toUpperCase(),
      `${token} `,
      token.slice(0, -1),
      '',
      'gi_',
      '\0',
      'x'.repeat(8_000),
    ])
      expect(await preview(text)).toBeNull()
  })
})
