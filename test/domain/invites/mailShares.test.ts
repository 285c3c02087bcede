import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sql from 'sql-template-tag'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeId } from '../../../src/graphql/globalId.js'
import { mailboxMailer } from '../../../src/mail/mailer.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { statementsOf } from '../../support/statements.js'
import { ask, type Client, type TestPerson, useTestServer } from '../../support/testServer.js'

const mailbox = await mkdtemp(join(tmpdir(), 'guildhall-mailbox-'))
afterAll(() => rm(mailbox, { recursive: true }))
const testServer = useTestServer({
  env: {
    MAILS_PER_ADDRESS_PER_DAY: '5',
    MAILS_PER_ADDRESS_PER_ORG_PER_DAY: '2',
    MAILS_PER_USER_PER_DAY: '6',
    FREE_PENDING_INVITES: '100',
  },
  mailer: () => mailboxMailer(mailbox),
})

const newName = () => crypto.randomUUID()
const newAddress = () => `${newName()}@new.example`
const create = (by: Client, orgId: string, email: string) =>
  mutate(by, 'createOrgInvite', { orgId, invitee: { email } }, 'orgInvite { id }')
const resend = (by: Client, orgInviteId: string) => mutate(by, 'resendOrgInvite', { orgInviteId })
const made = { __typename: 'CreateOrgInvitePayload' }
const DAY_S = 86_400
const forADay = {
  __typename: 'RateLimitedError',
  retryAfterSeconds: expect.toSatisfy((s: number) => s > DAY_S - 600 && s <= DAY_S),
}

async function tokenIn(owner: Client, orgId: string) {
  const permissions = ['ORG_READ', 'INVITE_READ', 'INVITE_CREATE', 'API_TOKEN_MANAGE']
  const input = { orgId, name: newName(), permissions }
  const { secret } = await mutate(owner, 'createApiToken', input, 'secret')
  return testServer.bearer(`Bearer ${secret}`)
}

describe('mails to one mailbox', () => {
  it('are counted together, whatever the +tag of the address', async () => {
    const name = newName()
    for (let tag = 0; tag < 5; tag++) {
      const owner = await testServer.signUp()
      expect(await create(owner, await createOrg(owner), `${name}+${tag}@new.example`)).toMatchObject(made)
    }
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    for (const tagged of [name, `${name}+other`, `${name.toUpperCase()}+x+y`])
      expect(await create(owner, orgId, `${tagged}@new.example`)).toMatchObject(forADay)
    // A local part that begins with + has no tag, and another local part or domain is another
    // mailbox.
    expect(await create(owner, orgId, `+${name}@new.example`)).toMatchObject(made)
    expect(await create(owner, orgId, `${name}@other.example`)).toMatchObject(made)
  })

  it('from one org stay below its share, and revoking invites or deleting the org gives nothing back', async () => {
    const [greedy, honest] = [await testServer.signUp(), await testServer.signUp()]
    const orgId = await createOrg(greedy)
    const email = newAddress()
    for (let times = 0; times < 2; times++) {
      const { orgInvite } = await create(greedy, orgId, email)
      await mutate(greedy, 'revokeOrgInvite', { orgInviteId: orgInvite.id })
      await mutate(greedy, 'deleteOrgInvite', { orgInviteId: orgInvite.id })
    }
    expect(await create(greedy, orgId, email)).toMatchObject(forADay)
    const { orgInvite } = await create(honest, await createOrg(honest), email)
    expect(await resend(honest, orgInvite.id)).toMatchObject({ __typename: 'ResendOrgInvitePayload' })
    expect(await resend(honest, orgInvite.id)).toMatchObject(forADay)
  })

  it('from one org are counted anew with each day of the address', async () => {
    const owner = await testServer.signUp()
    const orgId = await createOrg(owner)
    const email = newAddress()
    const { orgInvite } = await create(owner, orgId, email)
    await resend(owner, orgInvite.id)
    expect(await resend(owner, orgInvite.id)).toMatchObject(forADay)
    const { database } = testServer.server.app
    await database.query(sql`update mail_day set start = start - interval '1 day' where email = ${email}`)
    expect(await resend(owner, orgInvite.id)).toMatchObject({ __typename: 'ResendOrgInvitePayload' })
    const days = await database.query(sql`select count, by_org from mail_day where email = ${email}`)
    expect(days).toEqual([{ count: 1, byOrg: { [decodeId('Org', orgId) ?? '']: 1 } }])
  })
})

describe('mails of one person', () => {
  const useUp = async (person: TestPerson, mails: number) => {
    const orgId = await createOrg(person)
    for (let mail = 0; mail < mails; mail++)
      expect(await create(person, orgId, newAddress())).toMatchObject(made)
    return orgId
  }

  it('are limited per day over all orgs, and do not count for others', async () => {
    const [person, another] = [await testServer.signUp(), await testServer.signUp()]
    await useUp(person, 3)
    const orgId = await useUp(person, 3)
    expect(await create(person, orgId, newAddress())).toMatchObject(forADay)
    expect(await create(person, await createOrg(person), newAddress())).toMatchObject(forADay)
    // Invites without mail are still allowed.
    const unsent = { orgId, invitee: { email: newAddress() }, sendEmail: false }
    expect(await mutate(person, 'createOrgInvite', unsent)).toMatchObject(made)
    await useUp(another, 1)
    const { database } = testServer.server.app
    const userId = decodeId('User', person.id)
    await database.query(
      sql`update user_mail_day set start = start - interval '1 day' where user_id = ${userId}`,
    )
    expect(await create(person, orgId, newAddress())).toMatchObject(made)
  })

  it('include those of the API tokens that they created, and of tokens created by these', async () => {
    const person = await testServer.signUp()
    const orgId = await useUp(person, 3)
    const token = await tokenIn(person, orgId)
    const itsToken = await tokenIn(token, orgId)
    for (const by of [token, itsToken, itsToken])
      expect(await create(by, orgId, newAddress())).toMatchObject(made)
    for (const by of [token, itsToken, person])
      expect(await create(by, orgId, newAddress())).toMatchObject(forADay)
  })

  it('do not include those of the instance’s tokens', async () => {
    const orgId = await useUp(await testServer.signUp(), 6)
    for (let mail = 0; mail < 8; mail++)
      expect(await create(testServer.instance, orgId, newAddress())).toMatchObject(made)
  })

  it('cannot exceed the limit by racing over several orgs and servers', async () => {
    const person = await testServer.signUp()
    const servers = [testServer.server, await testServer.startAnother()]
    const orgIds = await Promise.all(Array.from({ length: 4 }, () => createOrg(person)))
    const document =
      'mutation($input: CreateOrgInviteInput!) { createOrgInvite(input: $input) { __typename } }'
    const answers = await Promise.all(
      Array.from({ length: 24 }, async (_, index) => {
        const input = { orgId: orgIds[index % 4], invitee: { email: newAddress() } }
        const { data } = await ask(servers[index % 2]?.url ?? '', person.authorization, document, { input })
        return data.createOrgInvite.__typename
      }),
    )
    expect(answers.filter((name) => name === 'CreateOrgInvitePayload')).toHaveLength(6)
    expect(answers.filter((name) => name === 'RateLimitedError')).toHaveLength(18)
  })

  it('are counted in one statement, together with the address’s and the org’s', async () => {
    const person = await testServer.signUp()
    const orgId = await createOrg(person)
    const statements = await statementsOf(() => create(person, orgId, newAddress()))
    expect(statements.filter(({ text }) => text.includes('mail_day'))).toHaveLength(1)
  })
})
