import { describe, expect, it } from 'vitest'
import { connect } from '../../http/support/socket.js'
import { BUSY_MS } from '../../support/busy.js'
import { createOrg, invite, mutate } from '../../support/mutate.js'
import { type TestPerson, useTestServer } from '../../support/testServer.js'

const testServer = useTestServer()
const now = () => Math.floor(Date.now() / 1_000)
const newSubject = () => `test|${crypto.randomUUID()}`

const upsert = (input: Record<string, unknown>) =>
  mutate(
    testServer.instance,
    'upsertUser',
    { emailVerified: true, ...input },
    'created user { id email name }',
  )

/** Gives a person's account a new subject. */
const move = (person: TestPerson, subject: string, input: Record<string, unknown> = {}) =>
  upsert({ subject, previousSubject: person.subject, email: person.email, ...input })

const asked = async (url: string, authorization: string | undefined) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: authorization ?? '' },
    body: JSON.stringify({ query: '{ viewer { id email emailVerified } }' }),
  })
  const { data, errors } = (await response.json()) as {
    data?: { viewer: { id: string; email: string | null; emailVerified: boolean } | null }
    errors?: Array<{ extensions: { code: string } }>
  }
  return { status: response.status, viewer: data?.viewer, code: errors?.[0]?.extensions.code }
}
const refused = { status: 401, viewer: undefined, code: 'UNAUTHENTICATED' }

describe('upsertUser with previousSubject', () => {
  it('lets the account go on under the new subject', async () => {
    const person = await testServer.signUp()
    const orgId = await createOrg(person)
    const subject = newSubject()
    expect(await move(person, subject)).toEqual({
      __typename: 'UpsertUserPayload',
      created: false,
      user: { id: person.id, email: person.email, name: person.name },
    })
    const moved = testServer.bearer(await testServer.authorize({ subject }))
    const { data } = await moved.ask('{ viewer { id } orgs { nodes { id } } }')
    expect(data).toEqual({ viewer: { id: person.id }, orgs: { nodes: [{ id: orgId }] } })
  })

  it('applies the rest of the input as without it', async () => {
    const person = await testServer.signUp()
    const email = `new-${person.email}`
    expect(await move(person, newSubject(), { email, name: 'New' })).toMatchObject({
      user: { id: person.id, email, name: 'New' },
    })
  })

  it('refuses tokens of the old subject that were issued before, on every server', async () => {
    const person = await testServer.signUp()
    const other = await testServer.startAnother()
    const fresh = await testServer.authorize({ subject: person.subject, email: person.email })
    const unseen = await testServer.authorize({ subject: person.subject, issuedAt: now() - 60 })
    for (const { url } of [testServer, other])
      expect((await asked(url, fresh)).viewer).toMatchObject({ id: person.id })
    await move(person, newSubject())
    expect(await asked(testServer.url, fresh)).toEqual(refused)
    await expect.poll(() => asked(other.url, fresh), { timeout: 1_000 + BUSY_MS }).toEqual(refused)
    for (const { url } of [testServer, other]) expect(await asked(url, unseen)).toEqual(refused)
  })

  it('makes another account of a token of the old subject that is issued later', async () => {
    const person = await testServer.signUp()
    await move(person, newSubject())
    const later = await testServer.authorize({
      subject: person.subject,
      email: person.email,
      issuedAt: now() + 2,
    })
    const { status, viewer } = await asked(testServer.url, later)
    expect(status).toBe(200)
    expect(viewer).toMatchObject({ email: person.email, emailVerified: false })
    expect(viewer?.id).not.toBe(person.id)
  })

  it('ends the streams and sockets of the old subject within a second', async () => {
    const person = await testServer.signUp()
    const orgId = await createOrg(person)
    const other = await testServer.startAnother()
    const closed: number[] = []
    const open = async (url: string) =>
      connect(url, { authorization: person.authorization }, ({ code }) => void closed.push(code))
    const sockets = [await open(testServer.url), await open(other.url)]
    const streams = sockets.flatMap((socket) => [
      socket.stream('subscription($orgId: ID!) { orgEvents(orgId: $orgId) { seq } }', { orgId }),
      socket.stream('subscription { viewerOrgInviteEvents { seq } }'),
    ])
    const idle = await open(other.url)
    expect((await idle.ask('{ viewer { id } }')).data).toEqual({ viewer: { id: person.id } })
    const begun = performance.now()
    await move(person, newSubject())
    for (const { ended } of streams)
      expect(await ended).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect(performance.now() - begun).toBeLessThan(1_000 + BUSY_MS)
    await expect.poll(() => closed, { timeout: 2_000 + BUSY_MS }).toEqual([4403, 4403, 4403])
  })

  it('is InvalidInputError if no account is known by it', async () => {
    const subject = newSubject()
    for (const previousSubject of [newSubject(), subject])
      expect(
        await upsert({ subject, previousSubject, email: `${crypto.randomUUID()}@up.example` }),
      ).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: 'previousSubject' }] })
    // Nothing was created.
    const { created } = await upsert({ subject, email: `${crypto.randomUUID()}@up.example` })
    expect(created).toBe(true)
  })

  it('is InvalidInputError the second time, because nobody is known by the old one any more', async () => {
    const person = await testServer.signUp()
    const subject = newSubject()
    await move(person, subject)
    expect(await move(person, subject)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'previousSubject' }],
    })
  })

  it('is InvalidInputError if another account has the new subject, and nothing changes', async () => {
    const [person, other] = [await testServer.signUp(), await testServer.signUp()]
    expect(await move(person, other.subject, { name: 'Taken' })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'subject' }],
    })
    expect(await asked(testServer.url, person.authorization)).toMatchObject({ viewer: { id: person.id } })
    expect(await asked(testServer.url, other.authorization)).toMatchObject({ viewer: { id: other.id } })
  })

  it('changes nothing if both are the same', async () => {
    const person = await testServer.signUp()
    expect(await move(person, person.subject)).toMatchObject({ created: false, user: { id: person.id } })
    expect(await asked(testServer.url, person.authorization)).toMatchObject({ viewer: { id: person.id } })
  })

  it('can give the old subject back', async () => {
    const person = await testServer.signUp()
    const subject = newSubject()
    await move(person, subject)
    expect(await move({ ...person, subject }, person.subject)).toMatchObject({ user: { id: person.id } })
    const later = await testServer.authorize({ subject: person.subject, issuedAt: now() + 2 })
    expect(await asked(testServer.url, later)).toMatchObject({ viewer: { id: person.id } })
    expect(await asked(testServer.url, person.authorization)).toEqual(refused)
  })

  it.each(['', ' ', 'a\0b', 'a'.repeat(256)])('refuses %j, which no token can have', async (text) => {
    const email = `${crypto.randomUUID()}@up.example`
    expect(await upsert({ subject: newSubject(), previousSubject: text, email })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'previousSubject' }],
    })
  })

  it('leaves what the account owns as it is', async () => {
    const [person, owner] = [await testServer.signUp(), await testServer.signUp()]
    const orgInviteId = await invite(owner, await createOrg(owner), person.email)
    const subject = newSubject()
    await move(person, subject)
    const moved = testServer.bearer(await testServer.authorize({ subject }))
    expect(await mutate(moved, 'acceptOrgInvite', { invite: { orgInviteId } })).toEqual({
      __typename: 'AcceptOrgInvitePayload',
    })
  })
})
