import { describe, expect, test } from 'vitest'
import { describeEvent, formatList, formatRoles, plainText } from '../../../apps/dashboard/src/model/text.js'
import type { OrgEvent } from '../../../apps/dashboard/src/model/types.js'
import { ada, changeEvent, grace, invite, inviteEvent, memberEvent, requestEvent } from './examples.js'

const words = (event: OrgEvent) => plainText(describeEvent(event))

describe('the text of an event', () => {
  test.each<[string, OrgEvent]>([
    ['Ada invited grace@example.com as a user', inviteEvent(1)],
    ['grace@example.com was invited as a user', inviteEvent(1, { actor: null })],
    [
      'Ada resent the invite to grace@example.com as an admin',
      inviteEvent(1, { inviteEventType: 'RESENT', roles: ['ADMIN'] }),
    ],
    ['E-mail sent to grace@example.com', inviteEvent(1, { inviteEventType: 'SENT', actor: null })],
    [
      'Grace accepted the invite as a user',
      inviteEvent(1, {
        inviteEventType: 'ACCEPTED',
        status: 'ACCEPTED',
        actor: { id: grace.id, name: 'Grace' },
      }),
    ],
    [
      'grace@example.com accepted the invite as a user',
      inviteEvent(1, { inviteEventType: 'ACCEPTED', actor: null }),
    ],
    ['Ada revoked the invite to grace@example.com', inviteEvent(1, { inviteEventType: 'REVOKED' })],
    ['The invite to grace@example.com expired', inviteEvent(1, { inviteEventType: 'EXPIRED', actor: null })],
    ['Ada deleted an ended invite', inviteEvent(1, { inviteEventType: 'DELETED', orgInvite: null })],
    ['Ada invited someone as a user', inviteEvent(1, { orgInvite: null })],
    ['Grace joined as a user', memberEvent(1, { actor: { id: grace.id, name: 'Grace' } })],
    ['Grace left', memberEvent(1, { memberEventType: 'LEFT', previousRoles: ['USER'], roles: [] })],
    ['Ada suspended Grace', memberEvent(1, { memberEventType: 'SUSPENDED', previousRoles: ['USER'] })],
    ['Ada reinstated Grace', memberEvent(1, { memberEventType: 'REINSTATED', previousRoles: ['USER'] })],
    ['Ada removed Grace', memberEvent(1, { memberEventType: 'REMOVED', previousRoles: ['USER'], roles: [] })],
    [
      'Ada changed the roles of Grace: added Owner, Admin, and editor and removed User and accountant',
      memberEvent(1, {
        memberEventType: 'ROLES_CHANGED',
        previousRoles: ['USER'],
        roles: ['ADMIN', 'OWNER'],
        previousAppRoles: ['accountant'],
        appRoles: ['editor'],
      }),
    ],
    ['Grace asked to join', requestEvent(1, { actor: { id: grace.id, name: 'Grace' } })],
    ['Ada approved the request from Grace', requestEvent(1, { joinRequestEventType: 'APPROVED' })],
    [
      'The request from Grace was approved',
      requestEvent(1, { joinRequestEventType: 'APPROVED', actor: null }),
    ],
    ['Ada declined the request from Grace', requestEvent(1, { joinRequestEventType: 'DECLINED' })],
    [
      'Grace withdrew the request to join',
      requestEvent(1, { joinRequestEventType: 'WITHDRAWN', actor: { id: grace.id, name: 'Grace' } }),
    ],
    [
      'The request from Grace was closed',
      requestEvent(1, { joinRequestEventType: 'WITHDRAWN', actor: null }),
    ],
    ['Someone asked to join', requestEvent(1, { user: null, actor: null })],
    ['The organization was renamed to Apex by Ada', changeEvent(1)],
    ['The organization was renamed to Apex', changeEvent(1, { actor: null })],
  ])('can be: %s', (expected, event) => {
    expect(words(event)).toBe(expected)
  })

  test('says “someone” for a person without a name and an address', () => {
    const nameless = { id: 'user-x', name: null, email: null }
    expect(words(memberEvent(1, { user: nameless, actor: null }))).toBe('Someone joined as a user')
    expect(words(inviteEvent(1, { orgInvite: invite({ email: null }), actor: ada }))).toBe(
      'Ada invited someone as a user',
    )
  })
})

test('roles are listed from the highest down, whatever order they come in', () => {
  expect(formatRoles(['USER', 'OWNER', 'ADMIN'])).toBe('Owner, Admin, and User')
})

test('a list is joined with commas and “and”', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((items) => formatList(items))).toEqual([
    '',
    'a',
    'a and b',
    'a, b, and c',
  ])
})
