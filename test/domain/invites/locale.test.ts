import { afterAll, describe, expect, it, vi } from 'vitest'
import { smtpMailer } from '../../../src/mail/mailer.js'
import { expireNow } from '../../support/expireNow.js'
import { openMailServer } from '../../support/mailServer.js'
import { createOrg, mutate } from '../../support/mutate.js'
import { usePeople } from '../../support/people.js'
import { useTestServer } from '../../support/testServer.js'

const smtp = await openMailServer()
afterAll(smtp.close)
const mailer = () => smtpMailer(smtp.url, 'Guildhall <guildhall@app.example>')
const testServer = useTestServer({ mailer })
const people = usePeople(testServer)
/** A server with other settings. */
const french = useTestServer({ mailer, env: { MAIL_LOCALE: 'fr-ca', INVITE_EXPIRES_AFTER_D: '90' } })

const newAddress = () => `${crypto.randomUUID()}@new.example`
const mailTo = async (address: string, number = 0) => {
  const mails = () => smtp.received.filter(({ recipients }) => recipients.includes(address))
  await vi.waitFor(() => expect(mails().length).toBeGreaterThan(number), { timeout: 10_000, interval: 25 })
  const mail = mails()[number]
  if (!mail) throw new Error('no mail')
  return mail
}
const fields = 'orgInvite { id locale createdAt expiresAt }'
const send = async (input: Record<string, unknown>, owner = people.owner) => {
  const email = newAddress()
  const answer = await mutate(
    owner,
    'createOrgInvite',
    { orgId: await createOrg(owner, { name: `Acme ${email}` }), invitee: { email }, ...input },
    fields,
  )
  return { email, answer }
}
const notATag = {
  __typename: 'InvalidInputError',
  issues: [{ path: 'locale', message: expect.stringContaining('BCP 47') }],
}
const issues = `${fields} __typename`

describe.concurrent('the locale of an invite', () => {
  it.each([
    ['de-at', 'de-AT', 'de', 'lädt Sie zu'],
    ['FR', 'fr', 'fr', 'vous invite à rejoindre'],
    ['es-419', 'es-419', 'es', 'te invita a unirte'],
    ['ar-EG', 'ar-EG', 'ar', 'للانضمام إلى'],
    ['gsw', 'gsw', 'de', 'lädt Sie zu'],
    ['ja', 'ja', 'en', 'invites you to join'],
    ['x-team', 'x-team', 'en', 'invites you to join'],
  ])('%s is told as %s, and the mail is in %s', async (given, told, language, words) => {
    const { email, answer } = await send({ locale: given })
    expect(answer.orgInvite.locale).toBe(told)
    const mail = await mailTo(email)
    expect(mail.subject).toContain(words)
    expect(mail.text).toContain(people.owner.name)
    expect(mail.html).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"`)
    expect(mail.raw).toMatch(/^Auto-Submitted: auto-generated\r?$/m)
  })

  it('decides how the mail writes the date', async () => {
    const expiresAt = new Date(Date.now() + 3 * 86_400_000)
    const [us, gb] = await Promise.all([
      send({ locale: 'en-US', expiresAt }),
      send({ locale: 'en-GB', expiresAt }),
    ])
    const year = expiresAt.getUTCFullYear()
    expect((await mailTo(us.email)).text).toMatch(new RegExp(`\\w+ \\d+, ${year} at \\d+:\\d\\d\\s[AP]M UTC`))
    expect((await mailTo(gb.email)).text).toMatch(new RegExp(`\\d+ \\w+ ${year} at \\d\\d:\\d\\d UTC`))
  })

  it('is the server’s if it is left out or null', async () => {
    expect((await send({})).answer.orgInvite.locale).toBe('en')
    expect((await send({ locale: null })).answer.orgInvite.locale).toBe('en')
    const { email, answer } = await send({}, await french.signUp())
    expect(answer.orgInvite.locale).toBe('fr-CA')
    expect((await mailTo(email)).subject).toContain('vous invite')
  })

  it.each(['', 'de_AT', 'Deutsch (Österreich)', 'd', 'de-AT\n', `x-${'a-'.repeat(32)}a`, 'a'.repeat(65)])(
    '%j is no BCP 47 tag: InvalidInputError',
    async (locale) => {
      expect((await send({ locale })).answer).toMatchObject(notATag)
    },
  )

  it('is InvalidInputError for all invites in bulk, and else it is that of each', async () => {
    const orgId = await createOrg(people.owner)
    const invitees = [{ email: newAddress() }, { email: newAddress() }]
    const ask = (locale: string) =>
      mutate(
        people.owner,
        'createOrgInvites',
        { orgId, invitees, locale },
        'results { __typename ... on CreateOrgInvitePayload { orgInvite { locale } } }',
      )
    expect(await ask('de_AT')).toMatchObject(notATag)
    expect((await ask('es-mx')).results).toMatchObject([
      { orgInvite: { locale: 'es-MX' } },
      { orgInvite: { locale: 'es-MX' } },
    ])
  })

  it('stays in a resend that names none, and else changes', async () => {
    const { email, answer } = await send({ locale: 'de' })
    const orgInviteId = answer.orgInvite.id
    const resend = (input: object) =>
      mutate(people.owner, 'resendOrgInvite', { orgInviteId, ...input }, issues)
    await mailTo(email)
    expect((await resend({})).orgInvite.locale).toBe('de')
    expect((await mailTo(email, 1)).subject).toContain('lädt Sie')
    expect(await resend({ locale: '-' })).toMatchObject(notATag)
    expect((await resend({ locale: 'FR-be' })).orgInvite.locale).toBe('fr-BE')
    expect((await mailTo(email, 2)).subject).toContain('vous invite')
  })

  it('stays when an expired invite is renewed', async () => {
    const { answer } = await send({ locale: 'ar', sendEmail: false })
    await expireNow(testServer, answer.orgInvite.id)
    const { orgInvite } = await mutate(
      people.owner,
      'resendOrgInvite',
      { orgInviteId: answer.orgInvite.id, sendEmail: false },
      fields,
    )
    expect(orgInvite).toMatchObject({ locale: 'ar' })
    expect(orgInvite.id).not.toBe(answer.orgInvite.id)
  })

  it('is a part of what an idempotency key repeats', async () => {
    const email = newAddress()
    const orgId = await createOrg(people.owner)
    const ask = (locale: string | null) =>
      mutate(
        people.owner,
        'createOrgInvite',
        { orgId, invitee: { email }, locale, idempotencyKey: email },
        issues,
      )
    const { orgInvite } = await ask('de')
    expect((await ask('de')).orgInvite.id).toBe(orgInvite.id)
    expect(await ask(null)).toMatchObject({ __typename: 'IdempotencyKeyReusedError' })
  })
})

describe('the life of an invite without expiresAt', () => {
  const daysOf = ({ createdAt, expiresAt }: { createdAt: string; expiresAt: string }) =>
    (Date.parse(expiresAt) - Date.parse(createdAt)) / 86_400_000

  it('is 7 days, or what INVITE_EXPIRES_AFTER_D says', async () => {
    expect(daysOf((await send({})).answer.orgInvite)).toBe(7)
    expect(daysOf((await send({}, await french.signUp())).answer.orgInvite)).toBe(90)
  })
})
