import { randomUUID } from 'node:crypto'
import { type JWTPayload, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createOrg, invite, mutate } from '../support/mutate.js'
import { JWT_SECRET, useTestServer } from '../support/testServer.js'

const testServer = useTestServer()
const now = () => Math.floor(Date.now() / 1_000)

/** Signs in with exactly these claims and an `iat` newer than all before. */
let age = 1_000
const signIn = async (sub: string, claims: JWTPayload) => {
  const jwt = await new SignJWT({ sub, iat: now() - --age, exp: now() + 600, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(JWT_SECRET))
  const person = testServer.bearer(`Bearer ${jwt}`)
  const { data, errors } = await person.ask('{ viewer { email emailVerified orgInvites { totalCount } } }')
  return { person, viewer: data?.viewer, errors }
}

const newcomer = () => {
  const sub = `test|${randomUUID()}`
  return { sub, email: `${randomUUID()}@people.example` }
}

describe('a token without a claim about the address’s verification', () => {
  it('leaves a known address verified, in whatever case it is written', async () => {
    const { sub, email } = newcomer()
    await signIn(sub, { email, email_verified: true })
    for (const written of [email, email.toUpperCase()]) {
      const { viewer } = await signIn(sub, { email: written })
      expect(viewer).toMatchObject({ email, emailVerified: true })
    }
    await signIn(sub, { email, email_verified: false })
    expect((await signIn(sub, { email })).viewer).toMatchObject({ email, emailVerified: false })
  })

  it('leaves what the host application has set', async () => {
    const { sub, email } = newcomer()
    await mutate(testServer.instance, 'upsertUser', { subject: sub, email, emailVerified: true })
    expect((await signIn(sub, { email, iat: now() })).viewer).toMatchObject({ email, emailVerified: true })
  })

  it('leaves the user able to answer invites to that address', async () => {
    const owner = await testServer.signUp()
    const { sub, email } = newcomer()
    await signIn(sub, { email, email_verified: true })
    const orgInviteId = await invite(owner, await createOrg(owner), email)
    const { person, viewer } = await signIn(sub, { email })
    expect(viewer.orgInvites.totalCount).toBe(1)
    expect(await mutate(person, 'acceptOrgInvite', { invite: { orgInviteId } })).toMatchObject({
      __typename: 'AcceptOrgInvitePayload',
    })
  })

  it('does not verify another address', async () => {
    const { sub, email } = newcomer()
    await signIn(sub, { email, email_verified: true })
    const other = `other-${email}`
    expect((await signIn(sub, { email: other })).viewer).toMatchObject({ email: other, emailVerified: false })
    // The first address is no longer verified either.
    expect((await signIn(sub, { email })).viewer).toMatchObject({ email, emailVerified: false })
  })

  it('verifies no address at the first sign-in, or after the user had none', async () => {
    const { sub, email } = newcomer()
    expect((await signIn(sub, { email })).viewer).toMatchObject({ email, emailVerified: false })
    expect((await signIn(sub, { email: null })).viewer).toMatchObject({ email: null, emailVerified: false })
    expect((await signIn(sub, { email })).viewer).toMatchObject({ email, emailVerified: false })
  })
})

describe('a token whose email claim is an object', () => {
  it('gives the address and its verification from the object', async () => {
    const { sub, email } = newcomer()
    const claims = { email: { address: email, is_primary: true, is_verified: true } }
    expect((await signIn(sub, claims)).viewer).toMatchObject({ email, emailVerified: true })
    expect((await signIn(sub, { email: { address: email } })).viewer).toMatchObject({ emailVerified: true })
  })
})

describe('a token issued in the future', () => {
  it('is refused, because otherwise it would count as newer than all honest ones until then', async () => {
    const { sub, email } = newcomer()
    await signIn(sub, { email, email_verified: true, iat: now() - 10 })
    const ahead = await signIn(sub, { email, email_verified: true, iat: now() + 315_360_000 })
    expect(ahead.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    expect((await signIn(sub, { email, email_verified: false, iat: now() })).viewer).toMatchObject({
      emailVerified: false,
    })
  })
})
