import { describe, expect, test } from 'vitest'
import { mergeEvents, withoutGap } from '../../../apps/dashboard/src/model/mergeEvents.js'

const event = (seq: number) => ({ seq, cursor: `cursor-${seq}` })

describe('merging events into the known ones', () => {
  const numbers = (events: ReadonlyArray<{ seq: number }>) => events.map(({ seq }) => seq)

  test('puts a new event at the end', () => {
    expect(numbers(mergeEvents([event(1), event(2)], [event(3)], 10))).toEqual([1, 2, 3])
  })

  test('puts an older page in front, in order', () => {
    expect(numbers(mergeEvents([event(5), event(6)], [event(3), event(4)], 10))).toEqual([3, 4, 5, 6])
  })

  test('keeps one copy of an event that comes again, the first one', () => {
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

  test('keeps only the newest events', () => {
    expect(numbers(mergeEvents([event(1), event(2)], [event(3)], 2))).toEqual([2, 3])
    expect(numbers(mergeEvents([event(2), event(3)], [event(1), event(4)], 3))).toEqual([2, 3, 4])
  })
})

describe('withoutGap', () => {
  test('keeps events to which the newest ones adjoin, and drops those before a gap', () => {
    const held = [event(1), event(2), event(3)]
    expect(withoutGap(held, [event(3), event(4)])).toBe(held)
    expect(withoutGap(held, [event(4)])).toBe(held)
    expect(withoutGap(held, [])).toBe(held)
    expect(withoutGap(held, [event(5)])).toEqual([])
  })
})
