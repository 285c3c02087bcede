import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { type Close, connect } from '../http/support/socket.js'
import { logLines } from '../support/logLines.js'
import { createOrg } from '../support/mutate.js'
import { createToken } from '../support/people.js'
import { ask, INSTANCE_TOKEN, JWT_SECRET, useTestServer } from '../support/testServer.js'

const NEW_SECRET = 'another secret of the tests, of 32 bytes or more'
const NEW_TOKEN = 'another-instance-token-of-the-tests-0123456789'

const { log, lines, text } = logLines()
// Its secrets are the old ones.
const testServer = useTestServer({ log })
const both = () =>
  testServer.startAnother({
    env: {
      AUTH_JWT_SECRET: NEW_SECRET,
      AUTH_JWT_SECRET_PREVIOUS: JWT_SECRET,
      INSTANCE_TOKEN: NEW_TOKEN,
      INSTANCE_TOKEN_PREVIOUS: INSTANCE_TOKEN,
    },
  })
const newOnly = () =>
  testServer.startAnother({ env: { AUTH_JWT_SECRET: NEW_SECRET, INSTANCE_TOKEN: NEW_TOKEN } })

const signedWith = async (secret: string, expiresInS = 600): Promise<string> => {
  const now = Math.floor(Date.now() / 1_000)
  const jwt = await new SignJWT({ sub: 'test|changes', iat: now, exp: now + expiresInS })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(secret))
  return `Bearer ${jwt}`
}
const oldOnes = async () => ({ person: await signedWith(JWT_SECRET), instance: `Bearer ${INSTANCE_TOKEN}` })
const newOnes = async () => ({ person: await signedWith(NEW_SECRET), instance: `Bearer ${NEW_TOKEN}` })

/** Who a server takes for signed in: the ids of the user and of the orgs that the instance token reads, or the code. */
const seenBy = async (url: string, { person, instance }: Awaited<ReturnType<typeof oldOnes>>) => {
  const codeOf = ({ errors }: Awaited<ReturnType<typeof ask>>) => errors?.[0]?.extensions.code
  const asPerson = await ask(url, person, '{ viewer { id } }')
  const asInstance = await ask(url, instance, '{ orgs { totalCount } }')
  return [
    codeOf(asPerson) ?? (asPerson.data.viewer?.id ? 'signed in' : 'nobody'),
    codeOf(asInstance) ?? (asInstance.data.orgs.totalCount >= 0 ? 'signed in' : 'nobody'),
  ]
}
const IN = ['signed in', 'signed in']
const OUT = ['UNAUTHENTICATED', 'UNAUTHENTICATED']

describe('while a secret is changed', () => {
  it('the old and the new one work on servers that have both, and only one of them on the others', async () => {
    const [old, present] = [await oldOnes(), await newOnes()]
    const [bothUrl, newUrl] = [(await both()).url, (await newOnly()).url]
    expect(await seenBy(testServer.url, old)).toEqual(IN)
    expect(await seenBy(testServer.url, present)).toEqual(OUT)
    expect(await seenBy(bothUrl, old)).toEqual(IN)
    expect(await seenBy(bothUrl, present)).toEqual(IN)
    expect(await seenBy(newUrl, old)).toEqual(OUT)
    expect(await seenBy(newUrl, present)).toEqual(IN)
  })

  it('a token of the previous secret must be valid in all other respects', async () => {
    const { url } = await both()
    for (const authorization of [
      await signedWith(JWT_SECRET, -60),
      await signedWith('a third secret of the tests, of 32 bytes or more'),
      `Bearer ${INSTANCE_TOKEN}0`,
    ])
      expect((await ask(url, authorization, '{ viewer { id } }')).errors?.[0]?.extensions.code).toBe(
        'UNAUTHENTICATED',
      )
  })

  it('both tokens of the instance are one caller, and the API tokens that the old one made go on', async () => {
    const made = await createToken(testServer, testServer.instance, ['ORG_READ', 'ORG_CREATE'])
    const { url } = await newOnly()
    const present = { ...testServer.instance, authorization: `Bearer ${NEW_TOKEN}` }
    expect((await ask(url, made.authorization, '{ orgs { totalCount } }')).errors).toBeUndefined()
    const revoke = 'mutation($id: ID!) { revokeApiToken(input: { apiTokenId: $id }) { __typename } }'
    expect((await ask(url, present.authorization, revoke, { id: made.id })).data.revokeApiToken).toEqual({
      __typename: 'RevokeApiTokenPayload',
    })
  })

  it('the log says that the previous one is still used, and contains no secret', async () => {
    const { url } = await both()
    lines.splice(0)
    await seenBy(url, await newOnes())
    expect(lines.map(({ msg }) => msg)).not.toContain('a client still uses a previous secret')
    await seenBy(url, await oldOnes())
    await expect
      .poll(() => lines.filter(({ msg }) => msg.includes('previous')).map(({ reason }) => reason))
      .toEqual(['AUTH_JWT_SECRET_PREVIOUS', 'INSTANCE_TOKEN_PREVIOUS'])
    for (const secret of [JWT_SECRET, NEW_SECRET, INSTANCE_TOKEN, NEW_TOKEN])
      expect(text()).not.toContain(secret)
  })
})

describe('when the previous secret is removed', () => {
  it('open sockets end with the restart, and only those with the new secret come back', async () => {
    const person = await testServer.signUp()
    const orgId = await createOrg(person)
    const before = await both()
    const closes: Close[] = []
    const watching = 'subscription($orgId: ID!) { orgEvents(orgId: $orgId) { seq } }'
    const old = await connect(before.url, { authorization: `Bearer ${INSTANCE_TOKEN}` }, (close) =>
      closes.push(close),
    )
    const present = await connect(before.url, { authorization: `Bearer ${NEW_TOKEN}` }, (close) =>
      closes.push(close),
    )
    for (const socket of [old, present]) socket.stream(watching, { orgId })
    expect((await old.ask('{ orgs { totalCount } }')).errors).toBeUndefined()
    await testServer.stop(before)
    await expect.poll(() => closes.map(({ code }) => code)).toEqual([1001, 1001])

    const after = await newOnly()
    for (const authorization of Object.values(await oldOnes()))
      await expect(connect(after.url, { authorization })).rejects.toMatchObject({ code: 4403 })
    const again = await connect(after.url, { authorization: `Bearer ${NEW_TOKEN}` })
    expect((await again.ask('{ orgs { totalCount } }')).errors).toBeUndefined()
  })
})
