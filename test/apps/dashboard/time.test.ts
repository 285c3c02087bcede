import { describe, expect, test } from 'vitest'
import { duration, relativeTime } from '../../../apps/dashboard/src/model/time.js'

const s = 1_000
const min = 60 * s
const h = 60 * min
const day = 24 * h

describe('a relative time', () => {
  test.each([
    [0, 'just now'],
    [-1 * s, 'just now'],
    [12 * s, '12 s ago'],
    [59.9 * s, '59 s ago'],
    [90 * s, '1 min ago'],
    [59.99 * min, '59 min ago'],
    [23.9 * h, '23 h ago'],
    [day, '1 day ago'],
    [59 * day, '59 days ago'],
    [100 * day, '3 months ago'],
    [800 * day, '2 years ago'],
  ])('%i ms ago is %s', (back, words) => {
    expect(relativeTime(1e12 - back, 1e12)).toBe(words)
  })

  test.each([
    [7 * day - 5 * s, 'in 7 days'],
    [6.4 * day, 'in 6 days'],
    [40 * s, 'in 40 s'],
    [10 * min - s, 'in 10 min'],
    [3 * h - min, 'in 3 h'],
  ])('in %i ms is %s', (ahead, words) => {
    expect(relativeTime(1e12 + ahead, 1e12)).toBe(words)
  })
})

describe('a duration', () => {
  test.each([
    [300, 'a second'],
    [38 * s, '38 s'],
    [2 * min + 35 * s, '2 min 35 s'],
    [4 * h + 12 * min + 50 * s, '4 h 12 min'],
    [day, '1 day'],
    [2 * day + 3 * h, '2 days 3 h'],
    [h, '1 h'],
  ])('of %i ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words)
  })
})
