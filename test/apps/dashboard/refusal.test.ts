import { describe, expect, test } from 'vitest'
import { isRefusal, issuesByField, refusalMessage } from '../../../apps/dashboard/src/model/refusal.js'

describe('refusals', () => {
  test('are distinguished from payloads by their type', () => {
    expect(isRefusal({ __typename: 'LastOwnerError' })).toBe(true)
    expect(isRefusal({ __typename: 'LeaveOrgPayload' })).toBe(false)
  })

  test('show the server’s message as a sentence', () => {
    expect(refusalMessage({ __typename: 'LastOwnerError', message: 'An org keeps an owner' })).toBe(
      'An org keeps an owner.',
    )
  })

  test('name every issue of the input once', () => {
    const refusal = {
      __typename: 'InvalidInputError' as const,
      message: 'The name is empty',
      issues: [
        { path: 'name', message: 'The name is empty' },
        { path: 'expiresAt', message: 'That is in the past' },
      ],
    }
    expect(refusalMessage(refusal)).toBe('The name is empty. That is in the past.')
  })

  test.each([
    [0.4, '1 s'],
    [59, '59 s'],
    [61, '2 min'],
    [7200, '2 h'],
  ])('say when to try again: %d s is %s', (retryAfterSeconds, wait) => {
    const refusal = { __typename: 'RateLimitedError' as const, message: 'Too many mails', retryAfterSeconds }
    expect(refusalMessage(refusal)).toBe(`Too many mails. Try again in ${wait}.`)
  })

  test('assign each issue to its field by the last name of its path', () => {
    const issues = issuesByField({
      __typename: 'InvalidInputError',
      message: 'No',
      issues: [
        { path: 'invitee.email', message: 'No address' },
        { path: 'invitees.3', message: 'Too many' },
        { path: 'invitee.email', message: 'A second one' },
      ],
    })
    expect([...issues]).toEqual([
      ['email', 'No address.'],
      ['invitees', 'Too many.'],
    ])
  })
})
