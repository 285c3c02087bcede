import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextMailAttempt } from '../../src/mail/mailer.js'

const createdAt = new Date('2025-03-07T12:00:00Z')
const after = (ms: number) => new Date(createdAt.getTime() + ms)
const hour = 3_600_000

test('a failed mail waits twice as long after each try, and at most five minutes', () => {
  const waits = Array.from({ length: 12 }, (_, n) => {
    const next = nextMailAttempt(createdAt, n + 1, createdAt, hour, () => 0)
    return next && (next.getTime() - createdAt.getTime()) / 1_000
  })
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
})

test('a wait is shortened at random, by half of it at most', () => {
  const wait = (random: number) => nextMailAttempt(createdAt, 5, createdAt, hour, () => random)?.getTime()
  expect(wait(0)).toBe(after(16_000).getTime())
  expect(wait(0.5)).toBe(after(12_000).getTime())
  expect(wait(1)).toBe(after(8_000).getTime())
})

test('a failed mail is tried a last time when its time ends, and then no more', () => {
  expect(nextMailAttempt(createdAt, 20, after(hour - 10_000), hour, () => 0)).toEqual(after(hour))
  expect(nextMailAttempt(createdAt, 20, after(hour - 1), hour)).toEqual(after(hour))
  expect(nextMailAttempt(createdAt, 21, after(hour), hour)).toBeNull()
  expect(nextMailAttempt(createdAt, 1, after(2 * hour), hour)).toBeNull()
  expect(nextMailAttempt(createdAt, 1, createdAt, 0)).toBeNull()
})

test('a failed mail is tried a limited number of times, and never after its time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 24 * 3_600 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (forS, chances) => {
        const random = () => chances.next().value ?? 0
        let now = createdAt
        let tries = 1
        for (let next: Date | null; ; tries++, now = next) {
          next = nextMailAttempt(createdAt, tries, now, forS * 1_000, random)
          if (next === null) break
          expect(next.getTime()).toBeGreaterThan(now.getTime())
          expect(next.getTime()).toBeLessThanOrEqual(after(forS * 1_000).getTime())
        }
        expect(now).toEqual(after(forS * 1_000))
        expect(tries).toBeLessThanOrEqual(12 + forS / 150)
      },
    ),
  )
})
