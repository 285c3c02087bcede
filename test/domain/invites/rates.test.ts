import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sql from 'sql-template-tag'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeId } from '../../../src/graphql/globalId.js'
import { mailboxMailer } from '../../../src/mail/mailer.js'
import { expireNow } from '../../support/expireNow.js'
import { eventually } from '../../support/jobs.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { usePeople } from '../../support/people.js'
import { useTestServer } from '../../support/testServer.js'

const mailbox = await mkdtemp(join(tmpdir(), 'guildhall-mailbox-'))
afterAll(() => rm(mailbox, { recursive: true }))
const testServer = useTestServer({
  env: { MAILS_PER_ADDRESS_PER_DAY: '3', INVITES_PER_ORG_PER_DAY: '4', ORGS_PER_USER_PER_DAY: '20' },
  mailer: () => mailboxMailer(mailbox),
})
const people = usePeople(testServer)
const newAddress = () => `${crypto.randomUUID()}@new.example`
const DAY_S = 86_400

const create = (orgId: string, email: string, input: Record<string, unknown> = {}) =>
  mutate(
    people.owner,
    'createOrgInvite',
    { orgId, invitee: { email }, ...input },
    'orgInvite { id delivery }',
  )
const resend = (orgInviteId: string, input: Record<string, unknown> = {}) =>
  mutate(people.owner, 'resendOrgInvite', { orgInviteId, ...input }, 'orgInvite { id delivery }')
const revoke = (orgInviteId: string) => mutate(people.owner, 'revokeOrgInvite', { orgInviteId })

/** The refusal lasts for the rest of a day that has just begun. */
const forADay = {
  __typename: 'RateLimitedError',
  retryAfterSeconds: expect.toSatisfy((s: number) => s > DAY_S - 600 && s <= DAY_S),
}

describe('mails to one address', () => {
  it('are limited per day over all orgs, resends included', async () => {
    const email = newAddress()
    const { orgInvite } = await create(await createOrg(people.owner), email)
    expect(orgInvite.delivery).toBe('QUEUED')
    expect(await resend(orgInvite.id)).toMatchObject({ __typename: 'ResendOrgInvitePayload' })
    expect(await create(await createOrg(people.owner), email.toUpperCase())).toMatchObject({
      __typename: 'CreateOrgInvitePayload',
    })

    const another = await createOrg(people.owner)
    expect(await create(another, email)).toMatchObject(forADay)
    expect(await resend(orgInvite.id)).toMatchObject(forADay)
    // Invites without mail and to other addresses are still allowed.
    expect(await create(another, email, { sendEmail: false })).toMatchObject({
      orgInvite: { delivery: 'NOT_SENT' },
    })
    expect(await create(another, newAddress())).toMatchObject({ orgInvite: { delivery: 'QUEUED' } })
  })

  it('are allowed again a day after the first', async () => {
    const email = newAddress()
    const { orgInvite } = await create(await createOrg(people.owner), email)
    await resend(orgInvite.id)
    await resend(orgInvite.id)
    const { database } = testServer.server.app
    await database.query(sql`update mail_day set start = start - interval '23 hours' where email = ${email}`)
    const refused = await resend(orgInvite.id)
    expect(refused).toMatchObject({ __typename: 'RateLimitedError' })
    expect(refused.retryAfterSeconds).toBeGreaterThan(0)
    expect(refused.retryAfterSeconds).toBeLessThanOrEqual(3_600)
    await database.query(sql`update mail_day set start = start - interval '1 hour' where email = ${email}`)
    for (let sent = 0; sent < 3; sent++)
      expect(await resend(orgInvite.id)).toMatchObject({ __typename: 'ResendOrgInvitePayload' })
    expect(await resend(orgInvite.id)).toMatchObject(forADay)
  })

  it('are deleted from the database once their day is over, however many they were, and not before', async () => {
    const [over, lasting] = [newAddress(), newAddress()]
    const orgId = await createOrg(people.owner)
    for (const email of [over, lasting]) await create(orgId, email)
    const { database } = testServer.server.app
    await database.query(sql`update mail_day set start = start - interval '24 hours' where email = ${over}`)
    await database.query(
      sql`update mail_day set start = start - interval '23 hours' where email = ${lasting}`,
    )
    await database.query(sql`
      insert into mail_day (email, start, count)
      select number || '@over.example', now() - interval '2 days', 1 from generate_series(1, 2500) number
    `)
    await database.query(sql`
      insert into user_mail_day (user_id, start, count)
      select gen_random_uuid(), now() - interval '2 days', 1 from generate_series(1, 2500)
    `)
    const tidied = await database.query(sql`
      update graphile_worker._private_jobs set run_at = now() where key = 'tidyUp' returning id
    `)
    expect(tidied).toHaveLength(1)
    await eventually(5_000, async () => {
      const days = await database.query<{ email: string }>(sql`
        select email from mail_day where email = any(${[over, lasting]}) or email like '%@over.example'
      `)
      expect(days).toEqual([{ email: lasting }])
      const [people] = await database.query(sql`select count(*)::int as count from user_mail_day`)
      expect(people).toEqual({ count: 1 })
    })
    // The same happens every hour.
    await eventually(5_000, async () => {
      const [next] = await database.query(sql`
        select round(extract(epoch from run_at - now()) / 60)::int as minutes, attempts
        from graphile_worker._private_jobs where key = 'tidyUp'
      `)
      expect(next).toEqual({ minutes: 60, attempts: 0 })
    })
  })

  it('do not count if the invite is refused for another reason', async () => {
    const [orgId, email] = [await createOrg(people.owner), newAddress()]
    const { orgInvite } = await create(orgId, email)
    for (let tries = 0; tries < 5; tries++)
      expect(await create(orgId, email)).toMatchObject({ __typename: 'OrgInviteAlreadyPendingError' })
    expect(await resend(orgInvite.id)).toMatchObject({ __typename: 'ResendOrgInvitePayload' })
    expect(await resend(orgInvite.id)).toMatchObject({ __typename: 'ResendOrgInvitePayload' })
  })
})

describe('invites of one org', () => {
  const make = async (orgId: string, times: number) => {
    for (let made = 0; made < times; made++) {
      const { orgInvite } = await create(orgId, newAddress(), { sendEmail: false })
      await revoke(orgInvite.id)
    }
  }

  it('are limited per day, with or without mail, and do not count for other orgs', async () => {
    const orgId = await createOrg(people.owner)
    await make(orgId, 4)
    expect(await create(orgId, newAddress(), { sendEmail: false })).toMatchObject(forADay)
    await make(await createOrg(people.owner), 1)
  })

  it('include renewals but not resends', async () => {
    const orgId = await createOrg(people.owner)
    await make(orgId, 2)
    const { orgInvite } = await create(orgId, newAddress(), { sendEmail: false })
    for (let sent = 0; sent < 5; sent++)
      expect(await resend(orgInvite.id, { sendEmail: false })).toMatchObject({
        __typename: 'ResendOrgInvitePayload',
      })
    await expireNow(testServer, orgInvite.id)
    expect(await resend(orgInvite.id, { sendEmail: false })).toMatchObject({
      __typename: 'ResendOrgInvitePayload',
    })
    expect(await create(orgId, newAddress(), { sendEmail: false })).toMatchObject(forADay)
  })

  it('are allowed again a day after the first', async () => {
    const orgId = await createOrg(people.owner)
    await make(orgId, 4)
    await testServer.server.app.database.query(sql`
      update org set invite_day_start = invite_day_start - interval '1 day'
      where id = ${decodeId('Org', orgId)}
    `)
    await make(orgId, 4)
    expect(await create(orgId, newAddress(), { sendEmail: false })).toMatchObject(forADay)
  })

  it('above the limit are refused alone in a bulk', async () => {
    const orgId = await createOrg(people.owner)
    const invitees = Array.from({ length: 6 }, () => ({ email: newAddress() }))
    const { results } = await mutate(
      people.owner,
      'createOrgInvites',
      { orgId, invitees, sendEmail: false },
      'results { __typename }',
    )
    expect(results.map(({ __typename }: { __typename: string }) => __typename)).toEqual([
      ...Array.from({ length: 4 }, () => 'CreateOrgInvitePayload'),
      ...Array.from({ length: 2 }, () => 'RateLimitedError'),
    ])
  })
})

describe('orgs of one person', () => {
  it('are limited per day, deleting them gives nothing back, and those of an instance token are not limited', async () => {
    const founder = await testServer.signUp()
    const orgs: string[] = []
    for (let founded = 0; founded < 20; founded++) orgs.push(await createOrg(founder))
    await mutate(founder, 'deleteOrg', { orgId: orgs[0] })
    const found = (client: typeof testServer.nobody, input: Record<string, unknown> = {}) =>
      mutate(client, 'createOrg', { name: `Org ${crypto.randomUUID()}`, ...input })
    expect(await found(founder)).toMatchObject(forADay)
    expect(await found(testServer.instance, { ownerId: founder.id })).toMatchObject({
      __typename: 'CreateOrgPayload',
    })
    await testServer.server.app.database.query(sql`
      update "user" set org_day_start = org_day_start - interval '1 day' where subject = ${founder.subject}
    `)
    expect(await found(founder)).toMatchObject({ __typename: 'CreateOrgPayload' })
  })
})
