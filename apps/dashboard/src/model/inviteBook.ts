import type { Invite } from './types.js'

interface Entry {
  readonly invite: Invite
  /** The number of the event up to which this is known to be right. */
  readonly asOf: number
}

/**
 * Every invite that the page has heard of, by id, each in its newest form. Answers to requests and events cross
 * on the wire: an answer that was asked for before an event must not undo what the event told.
 */
export type InviteBook = ReadonlyMap<string, Entry>

export const emptyBook: InviteBook = new Map()

/** `asOf`: the newest event known when the invites were asked for, or the event that carried them. */
export function enter(book: InviteBook, invites: readonly Invite[], asOf: number): InviteBook {
  const next = new Map(book)
  for (const invite of invites) {
    const held = next.get(invite.id)
    if (!held || asOf >= held.asOf) next.set(invite.id, { invite, asOf })
  }
  return next
}

export function strike(book: InviteBook, inviteId: string): InviteBook {
  if (!book.has(inviteId)) return book
  const next = new Map(book)
  next.delete(inviteId)
  return next
}

/** The `count` newest invites. */
export function newest(book: InviteBook, count: number): Invite[] {
  return [...book.values()]
    .map((entry) => entry.invite)
    .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
    .slice(0, count)
}
