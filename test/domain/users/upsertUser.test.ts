import { describe, expect, it } from 'vitest'
import { mutate } from '../../support/mutate.js'
import { authorize, useTestServer } from '../../support/testServer.js'

describe('upsertUser', () => {
  const testServer = useTestServer()
  const upsert = (input: Record<string, unknown>) =>
    mutate(
      testServer.instance,
      'upsertUser',
      {
        subject: crypto.randomUUID(),
        email: `${crypto.randomUUID()}@up.example`,
        emailVerified: true,
        ...input,
      },
      'created user { id name emailVerified }',
    )

  const viewer = async (subject: string, issuedAt: number, name = 'by token') => {
    const authorization = await authorize({ subject, issuedAt, name })
    return (await testServer.bearer(authorization).ask('{ viewer { id name } }')).data.viewer
  }
  const now = () => Math.floor(Date.now() / 1_000)

  it('accepts a sign-in of the same second as newer, and ignores tokens issued before', async () => {
    const subject = crypto.randomUUID()
    const before = now() - 2
    const { user, created } = await upsert({ subject, name: 'by host' })
    expect(created).toBe(true)
    expect((await viewer(subject, before)).name).toBe('by host')
    expect(await viewer(subject, now())).toEqual({ id: user.id, name: 'by token' })
  })

  it('is newer than every token seen, even one from a clock that is ahead', async () => {
    for (const issuedAt of [now(), now() + 3]) {
      const subject = crypto.randomUUID()
      expect((await viewer(subject, issuedAt)).name).toBe('by token')
      expect((await upsert({ subject, name: 'by host' })).user.name).toBe('by host')
      expect((await viewer(subject, issuedAt, 'again')).name).toBe('by host')
      expect((await viewer(subject, issuedAt + 1, 'newer')).name).toBe('newer')
    }
  })

  it('keeps the name if it gives none, and so does a token with an address but no name', async () => {
    const subject = crypto.randomUUID()
    const email = `${subject}@up.example`
    await upsert({ subject, email, name: 'Kim' })
    expect((await upsert({ subject, email })).user).toMatchObject({ name: 'Kim', emailVerified: true })
    const bare = testServer.bearer(await authorize({ subject, issuedAt: now() + 1 }))
    expect((await bare.ask('{ viewer { name email emailVerified } }')).data.viewer).toEqual({
      name: 'Kim',
      email,
      emailVerified: true,
    })
    expect((await upsert({ subject, email, name: null, emailVerified: false })).user).toMatchObject({
      name: null,
      emailVerified: false,
    })
  })

  it.each([
    ['', 'nothing'],
    ['  ', 'blanks'],
    ['a\0b', 'a NUL'],
    ['a\ud800', 'half a surrogate pair'],
    ['a'.repeat(256), '256 characters'],
  ])('refuses a subject that no token can have: %j (%s)', async (subject) => {
    const { __typename, issues } = await upsert({ subject })
    expect({ __typename, issues }).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'subject' }],
    })
  })
})
