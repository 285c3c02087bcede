import { afterEach, describe, expect, test } from 'vitest'
import { duration, inSeconds, relativeTime } from '../../../apps/dashboard/src/model/time.js'
import { de } from '../../../apps/dashboard/src/words/de.js'
import { en } from '../../../apps/dashboard/src/words/en.js'
import { speak } from '../../../apps/dashboard/src/words/languages.js'

const s = 1_000
const min = 60 * s
const h = 60 * min
const day = 24 * h

afterEach(() => speak('en', en))

describe('a relative time', () => {
  test.each([
    [0, 'just now'],
    [-1 * s, 'just now'],
    [12 * s, '12 seconds ago'],
    [59.9 * s, '59 seconds ago'],
    [90 * s, '1 minute ago'],
    [59.99 * min, '59 minutes ago'],
    [23.9 * h, '23 hours ago'],
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
    [40 * s, 'in 40 seconds'],
    [10 * min - s, 'in 10 minutes'],
    [3 * h - min, 'in 3 hours'],
  ])('in %i ms is %s', (ahead, words) => {
    expect(relativeTime(1e12 + ahead, 1e12)).toBe(words)
  })

  test('is in the language of the page', () => {
    speak('de', de)
    expect(relativeTime(1e12 - 90 * s, 1e12)).toBe('vor 1 Minute')
    expect(relativeTime(1e12 + 3 * day, 1e12)).toBe('in 3 Tagen')
    expect(relativeTime(1e12, 1e12)).toBe('gerade eben')
  })
})

test('a wait is never said too short', () => {
  expect([0.2, 61, 95, 5401].map(inSeconds)).toEqual([
    'in 1 second',
    'in 61 seconds',
    'in 2 minutes',
    'in 2 hours',
  ])
})

describe('a duration', () => {
  test.each([
    [300, '1 second'],
    [38 * s, '38 seconds'],
    [2 * min + 35 * s, '2 minutes, 35 seconds'],
    [4 * h + 12 * min + 50 * s, '4 hours, 12 minutes'],
    [day, '1 day'],
    [2 * day + 3 * h, '2 days, 3 hours'],
    [h, '1 hour'],
  ])('of %i ms is %s', (ms, words) => {
    expect(duration(ms)).toBe(words)
  })

  test('is in the language of the page', () => {
    speak('de', de)
    expect(duration(2 * day + 3 * h)).toBe('2 Tage, 3 Stunden')
  })
})
