import { describe, expect, test } from 'vitest'
import { funnel, median } from '../../../apps/dashboard/src/model/funnel.js'
import { invite } from './examples.js'

const minutes = (n: number) => new Date(Date.parse('2026-03-01T12:00:00.000Z') + n * 60_000).toISOString()

describe('the funnel', () => {
  test('counts at each stage the invites that have reached it', () => {
    const invites = [
      invite({ delivery: 'QUEUED', sendCount: 0 }),
      invite({ delivery: 'FAILED', sendCount: 0 }),
      invite(),
      invite({ status: 'DECLINED', resolvedAt: minutes(3) }),
      invite({ status: 'ACCEPTED', resolvedAt: minutes(5) }),
      invite({ status: 'REVOKED', resolvedAt: minutes(9) }),
    ]
    expect(funnel(invites)).toMatchObject({ sent: 6, delivered: 4, answered: 2, accepted: 1, withoutMail: 0 })
  })

  test('counts an answered invite as delivered, whatever the mail server said', () => {
    const answered = invite({ delivery: 'FAILED', sendCount: 0, status: 'ACCEPTED', resolvedAt: minutes(1) })
    expect(funnel([answered])).toMatchObject({ sent: 1, delivered: 1, answered: 1 })
  })

  test('counts an invite as delivered once it has been, even while it is sent again', () => {
    expect(funnel([invite({ delivery: 'QUEUED', sendCount: 1 })])).toMatchObject({ sent: 1, delivered: 1 })
  })

  test('excludes invites without email, but includes their time until acceptance', () => {
    const quiet = invite({ delivery: 'NOT_SENT', sendCount: 0, status: 'ACCEPTED', resolvedAt: minutes(4) })
    expect(funnel([quiet])).toMatchObject({ sent: 0, answered: 0, withoutMail: 1, medianToAccept: 240_000 })
  })

  test('has the median time from invitation to acceptance, without declined invites', () => {
    const invites = [1, 2, 60].map((n) => invite({ status: 'ACCEPTED', resolvedAt: minutes(n) }))
    invites.push(invite({ status: 'DECLINED', resolvedAt: minutes(900) }))
    expect(funnel(invites).medianToAccept).toBe(120_000)
  })
})

describe('the median', () => {
  test.each([
    [[], null],
    [[7], 7],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %j', (values, expected) => {
    expect(median(values)).toBe(expected)
  })

  test('keeps the order of its input', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })
})
