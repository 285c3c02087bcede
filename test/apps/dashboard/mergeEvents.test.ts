import { describe, expect, test } from 'vitest'
import { mergeEvents } from '../../../apps/dashboard/src/model/mergeEvents.js'

const event = (seq: number) => ({ seq, cursor: `cursor-${seq}` })

describe('joining events to those held', () => {
  const numbers = (events: ReadonlyArray<{ seq: number }>) => events.map(({ seq }) => seq)

  test('a new one goes to the end', () => {
    expect(numbers(mergeEvents([event(1), event(2)], [event(3)], 10))).toEqual([1, 2, 3])
  })

  test('an older page goes before, in order', () => {
    expect(numbers(mergeEvents([event(5), event(6)], [event(3), event(4)], 10))).toEqual([3, 4, 5, 6])
  })

  test('what comes again is there once, and what was held of it stays', () => {
    const held = { ...event(2), how: 'replayed' }
    const merged = mergeEvents(
      [held, { ...event(3), how: 'live' }],
      [
        { ...event(2), how: 'read' },
        { ...event(1), how: 'read' },
      ],
      10,
    )
    expect(numbers(merged)).toEqual([1, 2, 3])
    expect(merged[1]).toBe(held)
  })

  test('no more than the newest are kept', () => {
    expect(numbers(mergeEvents([event(1), event(2)], [event(3)], 2))).toEqual([2, 3])
    expect(numbers(mergeEvents([event(2), event(3)], [event(1), event(4)], 3))).toEqual([2, 3, 4])
  })
})
