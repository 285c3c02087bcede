import { expect, test } from 'vitest'
import { entriesOf } from '../../../apps/dashboard/src/model/entries.js'
import type { OrgEvent } from '../../../apps/dashboard/src/model/types.js'
import { inviteEvent, memberEvent } from './examples.js'

/** The numbers of the entries, each with that of the mail in it. */
const numbers = (events: OrgEvent[]) =>
  entriesOf(events).map(({ event, sent }) => (sent ? [event.seq, sent.seq] : event.seq))
const sent = (seq: number, orgInviteId = 'invite-1') =>
  inviteEvent(seq, { inviteEventType: 'SENT', orgInviteId })

test('a mail is a part of the entry that asked for it, also if other events lie between', () => {
  const resent = inviteEvent(5, { inviteEventType: 'RESENT' })
  const other = inviteEvent(2, { orgInviteId: 'invite-2' })
  expect(
    numbers([inviteEvent(1), other, memberEvent(3), sent(4), resent, sent(6), sent(7, 'invite-2')]),
  ).toEqual([[1, 4], [2, 7], 3, [5, 6]])
})

test('a mail whose invite is further back, and a reminder, are entries of their own', () => {
  expect(
    numbers([
      sent(11),
      inviteEvent(12, { orgInviteId: 'invite-2' }),
      sent(13, 'invite-2'),
      sent(14, 'invite-2'),
    ]),
  ).toEqual([11, [12, 13], 14])
})

test('a mail that could not be sent is an entry of its own', () => {
  expect(numbers([inviteEvent(1), inviteEvent(2, { inviteEventType: 'SEND_FAILED' }), sent(3)])).toEqual([
    [1, 3],
    2,
  ])
})
