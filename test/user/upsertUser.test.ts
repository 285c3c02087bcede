import { describe, expect, it } from 'vitest'
import { act } from '../support/acts.js'
import { useWorld } from '../support/world.js'

describe('upsertUser', () => {
  const world = useWorld()
  const upsert = (input: Record<string, unknown>) =>
    act(
      world.instance,
      'upsertUser',
      {
        subject: crypto.randomUUID(),
        email: `${crypto.randomUUID()}@up.example`,
        emailVerified: true,
        ...input,
      },
      'created user { id name emailVerified }',
    )

  it.each([
    ['', 'nothing'],
    ['  ', 'blanks'],
    ['a\0b', 'a NUL'],
    ['a\ud800', 'half a surrogate pair'],
    ['a'.repeat(256), '256 characters'],
  ])('refuses a subject that no token could bear: %j (%s)', async (subject) => {
    const { __typename, issues } = await upsert({ subject })
    expect({ __typename, issues }).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: 'subject' }],
    })
  })
})
