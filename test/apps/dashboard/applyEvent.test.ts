import { describe, expect, test } from 'vitest'
import { applyEvent, withCurrentCounts } from '../../../apps/dashboard/src/model/applyEvent.js'
import type { OrgEvent } from '../../../apps/dashboard/src/model/types.js'
import { changeEvent, inviteEvent, memberEvent, requestEvent, summary } from './examples.js'

const counts = (event: OrgEvent) => applyEvent(summary(), event).inviteCounts

describe('the counts of invites, updated from events,', () => {
  test('count a new invite as pending', () => {
    expect(counts(inviteEvent(1))).toEqual({ pending: 3, accepted: 2, declined: 0, revoked: 0, expired: 1 })
  })

  test.each([
    ['ACCEPTED', 'accepted', 3],
    ['DECLINED', 'declined', 1],
    ['REVOKED', 'revoked', 1],
    ['EXPIRED', 'expired', 2],
  ] as const)('move one from pending to its own count at %s', (type, key, expected) => {
    const after = counts(inviteEvent(1, { inviteEventType: type, status: type, previousStatus: 'PENDING' }))
    expect(after?.pending).toBe(1)
    expect(after?.[key]).toBe(expected)
  })

  test.each(['RESENT', 'SENT', 'SEND_FAILED'] as const)('stay the same at %s', (type) => {
    expect(counts(inviteEvent(1, { inviteEventType: type, previousStatus: 'PENDING' }))).toEqual(
      summary().inviteCounts,
    )
  })

  test('lose a deleted invite from the count of its status', () => {
    const event = inviteEvent(1, { inviteEventType: 'DELETED', status: 'EXPIRED', previousStatus: 'EXPIRED' })
    expect(counts(event)?.expired).toBe(0)
    expect(counts(event)?.pending).toBe(2)
  })

  test('are the used part of the limit for pending invites too', () => {
    expect(applyEvent(summary(), inviteEvent(1)).limits.pendingInvitesUsed).toBe(3)
  })

  test('stay hidden from a viewer who may not read invites', () => {
    expect(applyEvent(summary({ inviteCounts: null }), inviteEvent(1)).inviteCounts).toBeNull()
  })
})

describe('the counts of members, updated from events,', () => {
  const roles = (event: OrgEvent) => {
    const { owners, admins, plainUsers, limits } = applyEvent(summary(), event)
    return [owners?.totalCount, admins?.totalCount, plainUsers?.totalCount, limits.seatsUsed]
  }

  test('count a new member’s seat and each of their roles', () => {
    expect(roles(memberEvent(1, { roles: ['USER', 'ADMIN'] }))).toEqual([1, 2, 2, 4])
  })

  test('move a changed role and keep the seats', () => {
    const event = memberEvent(1, {
      memberEventType: 'ROLES_CHANGED',
      previousRoles: ['USER'],
      roles: ['USER', 'OWNER'],
    })
    expect(roles(event)).toEqual([2, 1, 1, 3])
  })

  test.each([
    ['SUSPENDED', 2],
    ['REINSTATED', 4],
  ] as const)('keep all roles and change the seats at %s', (type, seats) => {
    const event = memberEvent(1, { memberEventType: type, previousRoles: ['USER'], roles: ['USER'] })
    expect(roles(event)).toEqual([1, 1, 1, seats])
  })

  test.each(['REMOVED', 'LEFT'] as const)('free the seat and all roles at %s', (type) => {
    const event = memberEvent(1, { memberEventType: type, previousRoles: ['USER', 'ADMIN'], roles: [] })
    expect(roles(event)).toEqual([1, 0, 0, 2])
  })
})

describe('the count of requests that wait, updated from events,', () => {
  test.each([
    ['REQUESTED', 3],
    ['APPROVED', 1],
    ['DECLINED', 1],
    ['WITHDRAWN', 1],
  ] as const)('after %s is %i', (joinRequestEventType, expected) => {
    const after = applyEvent(summary(), requestEvent(1, { joinRequestEventType }))
    expect(after.pendingRequests).toEqual({ totalCount: expected })
  })

  test('is never negative, and stays hidden from a viewer who may not read requests', () => {
    const event = requestEvent(1, { joinRequestEventType: 'APPROVED' })
    expect(applyEvent(summary({ pendingRequests: { totalCount: 0 } }), event).pendingRequests).toEqual({
      totalCount: 0,
    })
    expect(applyEvent(summary({ pendingRequests: null }), event).pendingRequests).toBeNull()
  })
})

test('other changes of the org keep all counts', () => {
  const before = summary()
  expect(applyEvent(before, changeEvent(1))).toBe(before)
})

describe('an org that is read again while events arrive', () => {
  const followed = [inviteEvent(1), memberEvent(2), requestEvent(3)].reduce(applyEvent, summary())
  const read = summary({
    name: 'Apex',
    limits: { seats: 100, seatsUsed: 9, pendingInvites: 50, pendingInvitesUsed: 9 },
  })

  test('keeps the counts from the events and takes everything else from the answer', () => {
    const merged = withCurrentCounts(read, followed)
    expect(merged.name).toBe('Apex')
    expect(merged.limits).toEqual({ seats: 100, seatsUsed: 4, pendingInvites: 50, pendingInvitesUsed: 3 })
    expect(merged.inviteCounts).toEqual(followed.inviteCounts)
    expect(merged.plainUsers).toEqual({ totalCount: 2 })
    expect(merged.pendingRequests).toEqual({ totalCount: 3 })
  })

  test('loses the counts that the viewer may no longer see, and gets those that they may see now', () => {
    expect(withCurrentCounts(summary({ inviteCounts: null, owners: null }), followed)).toMatchObject({
      inviteCounts: null,
      owners: null,
    })
    expect(withCurrentCounts(read, summary({ inviteCounts: null })).inviteCounts).toEqual(read.inviteCounts)
  })
})
