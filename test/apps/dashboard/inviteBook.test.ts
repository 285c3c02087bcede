import { expect, test } from 'vitest'
import { emptyBook, enter, newest, strike } from '../../../apps/dashboard/src/model/inviteBook.js'
import { invite } from './examples.js'

const status = (book: ReturnType<typeof enter>) => book.get('invite-1')?.invite.status

test('an event overtakes what was known before it', () => {
  const book = enter(emptyBook, [invite()], 3)
  expect(status(enter(book, [invite({ status: 'ACCEPTED' })], 4))).toBe('ACCEPTED')
})

test('an answer that was asked for before an event does not undo it', () => {
  const book = enter(emptyBook, [invite({ status: 'ACCEPTED' })], 4)
  expect(status(enter(book, [invite()], 3))).toBe('ACCEPTED')
})

test('an answer asked for at the same event is newer', () => {
  const book = enter(emptyBook, [invite()], 4)
  expect(status(enter(book, [invite({ status: 'REVOKED' })], 4))).toBe('REVOKED')
})

test('the newest come first, no more than asked for', () => {
  const book = enter(
    emptyBook,
    [1, 3, 2].map((n) => invite({ id: `invite-${n}`, createdAt: `2026-03-0${n}T00:00:00.000Z` })),
    1,
  )
  expect(newest(book, 2).map(({ id }) => id)).toEqual(['invite-3', 'invite-2'])
  expect(newest(strike(book, 'invite-3'), 2).map(({ id }) => id)).toEqual(['invite-2', 'invite-1'])
})
