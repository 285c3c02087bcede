import { expect, test } from 'vitest'
import { perMinute } from '../../../apps/dashboard/src/model/perMinute.js'
import { inviteEvent, memberEvent } from './examples.js'

const now = Date.parse('2026-03-01T12:10:30.000Z')
const all = Number.NEGATIVE_INFINITY

test('each event counts in its minute, by its type', () => {
  const events = [
    inviteEvent(1, { occurredAt: '2026-03-01T12:08:59.999Z' }),
    inviteEvent(2, { occurredAt: '2026-03-01T12:09:00.000Z' }),
    inviteEvent(3, {
      occurredAt: '2026-03-01T12:10:05.000Z',
      inviteEventType: 'ACCEPTED',
      status: 'ACCEPTED',
    }),
    inviteEvent(4, {
      occurredAt: '2026-03-01T12:10:06.000Z',
      inviteEventType: 'DECLINED',
      status: 'DECLINED',
    }),
    inviteEvent(5, { occurredAt: '2026-03-01T12:10:07.000Z', inviteEventType: 'SENT' }),
    memberEvent(6, { occurredAt: '2026-03-01T12:10:08.000Z' }),
  ]
  const minutes = perMinute(events, now, 3, all)
  expect(minutes.map(({ invited, accepted, declined }) => [invited, accepted, declined])).toEqual([
    [1, 0, 0],
    [1, 0, 0],
    [0, 1, 1],
  ])
})

test('events from before the first minute are left out', () => {
  const minutes = perMinute([inviteEvent(1, { occurredAt: '2026-03-01T12:00:00.000Z' })], now, 3, all)
  expect(minutes.every((minute) => minute.invited === 0)).toBe(true)
})

test('an event from a clock that is ahead counts in the last minute', () => {
  const minutes = perMinute([inviteEvent(1, { occurredAt: '2026-03-01T12:11:10.000Z' })], now, 3, all)
  expect(minutes.at(-1)?.invited).toBe(1)
})

test('minutes that begin before the first known event are unknown', () => {
  const minutes = perMinute([], now, 3, Date.parse('2026-03-01T12:08:30.000Z'))
  expect(minutes.map((minute) => minute.known)).toEqual([false, true, true])
})
