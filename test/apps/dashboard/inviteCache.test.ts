import { expect, test } from 'vitest'
import {
  emptyCache,
  newest,
  removeInvite,
  upsertInvites,
} from '../../../apps/dashboard/src/model/inviteCache.js'
import { invite } from './examples.js'

const status = (inviteCache: ReturnType<typeof upsertInvites>) => inviteCache.get('invite-1')?.invite.status

test('an event replaces an older state of its invite', () => {
  const inviteCache = upsertInvites(emptyCache, [invite()], 3)
  expect(status(upsertInvites(inviteCache, [invite({ status: 'ACCEPTED' })], 4))).toBe('ACCEPTED')
})

test('an answer to a request from before an event does not replace the event’s state', () => {
  const inviteCache = upsertInvites(emptyCache, [invite({ status: 'ACCEPTED' })], 4)
  expect(status(upsertInvites(inviteCache, [invite()], 3))).toBe('ACCEPTED')
})

test('an answer to a request from after an event replaces the event’s state', () => {
  const inviteCache = upsertInvites(emptyCache, [invite()], 4)
  expect(status(upsertInvites(inviteCache, [invite({ status: 'REVOKED' })], 4))).toBe('REVOKED')
})

test('the cache returns the newest invites first, and no more than the given number', () => {
  const inviteCache = upsertInvites(
    emptyCache,
    [1, 3, 2].map((n) => invite({ id: `invite-${n}`, createdAt: `2026-03-0${n}T00:00:00.000Z` })),
    1,
  )
  expect(newest(inviteCache, 2).map(({ id }) => id)).toEqual(['invite-3', 'invite-2'])
  expect(newest(removeInvite(inviteCache, 'invite-3'), 2).map(({ id }) => id)).toEqual([
    'invite-2',
    'invite-1',
  ])
})
