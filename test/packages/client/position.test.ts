import { describe, expect, test } from 'vitest'
import { advance, arrival } from '../../../packages/client/src/events/position.js'

const event = (seq: number) => ({ seq, cursor: `cursor-${seq}` })
const at = (seq: number) => ({ seq, cursor: `cursor-${seq}` })

describe('an event that arrives', () => {
  test.each([
    [5, 6, 'next'],
    [5, 5, 'duplicate'],
    [5, 3, 'duplicate'],
    [5, 7, 'gap'],
    [0, 1, 'next'],
    [0, 2, 'gap'],
  ])('in a dense stream at %i with number %i is %s', (seq, arriving, expected) => {
    expect(arrival(at(seq), event(arriving), true)).toBe(expected)
  })

  test('in a sparse stream may jump, and an earlier number is still a duplicate', () => {
    expect(arrival(at(5), event(9), false)).toBe('next')
    expect(arrival(at(5), event(5), false)).toBe('duplicate')
  })

  test('when only the cursor is known is always next', () => {
    expect(arrival({ seq: null, cursor: 'cursor-5' }, event(9), true)).toBe('next')
  })

  test('gives the position to resume from', () => {
    expect(advance(event(6))).toEqual({ seq: 6, cursor: 'cursor-6' })
  })
})
