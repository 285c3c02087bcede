import type { Invite } from './types.js'

interface Entry {
  readonly invite: Invite
  /** The number of the newest event that this invite includes. */
  readonly asOf: number
}

/**
 * Every invite that the page has received, by id, in its newest version. A response can arrive after an event that is
 * newer than it: the older response must not overwrite the newer invite.
 */
export type InviteCache = ReadonlyMap<string, Entry>

export const emptyCache: InviteCache = new Map()

/** @param asOf number of the newest event known when the request was sent, or of the event that held the invites */
export function upsertInvites(
  inviteCache: InviteCache,
  invites: readonly Invite[],
  asOf: number,
): InviteCache {
  const next = new Map(inviteCache)
  for (const invite of invites) {
    const held = next.get(invite.id)
    if (!held || asOf >= held.asOf) next.set(invite.id, { invite, asOf })
  }
  return next
}

export function removeInvite(inviteCache: InviteCache, inviteId: string): InviteCache {
  if (!inviteCache.has(inviteId)) return inviteCache
  const next = new Map(inviteCache)
  next.delete(inviteId)
  return next
}

/** The `count` newest invites. */
export function newest(inviteCache: InviteCache, count: number): Invite[] {
  return [...inviteCache.values()]
    .map((entry) => entry.invite)
    .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
    .slice(0, count)
}
