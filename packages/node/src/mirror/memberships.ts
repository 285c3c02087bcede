import type { OrgRole } from '../accessToken/verifyAccessToken.js'
import type { OrgEvent } from './documents.js'

export interface Member {
  readonly roles: readonly OrgRole[]
  /** Keys. */
  readonly appRoles: readonly string[]
  /** False while suspended: then the roles permit nothing. */
  readonly isActive: boolean
}

/**
 * - `applied`: the memberships are as they were right after the event.
 * - `known`: the event happened before the org was read.
 * - `missing`: an event before this one, or the whole org, was never seen. Read the org.
 */
type Applied = 'applied' | 'known' | 'missing'

/** Members of many orgs, in little memory. */
export interface Memberships {
  /**
   * Replaces what is known of an org.
   * @param seq the number of its newest event before its members were read
   */
  put(orgId: string, seq: number, members: ReadonlyMap<string, Member>): void
  apply(event: OrgEvent): Applied
  get(userId: string, orgId: string): Member | undefined
  remove(orgId: string): void
  clear(): void
  size(): { readonly orgs: number; readonly members: number }
}

/** What members hold. Most hold the same as others, so each combination is kept once, with the number of its holders. */
interface Held extends Member {
  readonly key: string
  holders: number
}

interface Org {
  /** The number of the newest event that was applied. */
  seq: number
  readonly members: Map<string, Held>
}

export function memberships(): Memberships {
  const orgs = new Map<string, Org>()
  const combinations = new Map<string, Held>()
  let members = 0

  function hold({ roles, appRoles, isActive }: Member): Held {
    // Neither a role nor the key of an app role contains a space.
    const key = `${isActive} ${roles.join()} ${appRoles.join(' ')}`
    let held = combinations.get(key)
    if (!held) {
      held = {
        key,
        roles: Object.freeze([...roles]),
        appRoles: Object.freeze([...appRoles]),
        isActive,
        holders: 0,
      }
      combinations.set(key, held)
    }
    held.holders++
    return held
  }

  function release(held: Held): void {
    if (--held.holders === 0) combinations.delete(held.key)
  }

  function set(org: Org, userId: string, member: Member): void {
    const before = org.members.get(userId)
    org.members.set(userId, hold(member))
    if (before) release(before)
    else members++
  }

  function unset(org: Org, userId: string): void {
    const before = org.members.get(userId)
    if (!before) return
    org.members.delete(userId)
    release(before)
    members--
  }

  function remove(orgId: string): void {
    const org = orgs.get(orgId)
    if (!org) return
    orgs.delete(orgId)
    members -= org.members.size
    for (const held of org.members.values()) release(held)
  }

  function change(org: Org, { memberEventType, userId, roles = [], appRoles = [] }: OrgEvent): void {
    if (userId === undefined) return
    switch (memberEventType) {
      case 'JOINED':
      case 'REINSTATED':
        set(org, userId, { roles, appRoles, isActive: true })
        break
      case 'SUSPENDED':
        set(org, userId, { roles, appRoles, isActive: false })
        break
      case 'ROLES_CHANGED':
        // The event does not tell whether the member is suspended. If the member is unknown here, they were removed
        // after it and before the org was read: until that event comes, they have no right.
        set(org, userId, { roles, appRoles, isActive: org.members.get(userId)?.isActive ?? false })
        break
      case 'LEFT':
      case 'REMOVED':
        unset(org, userId)
    }
  }

  return {
    put(orgId, seq, read) {
      remove(orgId)
      const org: Org = { seq, members: new Map() }
      orgs.set(orgId, org)
      for (const [userId, member] of read) set(org, userId, member)
    },

    apply(event) {
      if (isEndOfOrg(event)) {
        remove(event.orgId)
        return 'applied'
      }
      let org = orgs.get(event.orgId)
      if (!org && event.seq === 1) {
        org = { seq: 0, members: new Map() }
        orgs.set(event.orgId, org)
      }
      if (!org) return 'missing'
      if (event.seq <= org.seq) return 'known'
      if (event.seq !== org.seq + 1) return 'missing'
      change(org, event)
      org.seq = event.seq
      return 'applied'
    },

    get: (userId, orgId) => orgs.get(orgId)?.members.get(userId),
    remove,
    clear() {
      orgs.clear()
      combinations.clear()
      members = 0
    },
    size: () => ({ orgs: orgs.size, members }),
  }
}

/** The last event of a deleted org: its status changed, and the org is gone. */
function isEndOfOrg({ orgEventType, org }: OrgEvent): boolean {
  return orgEventType === 'STATUS_CHANGED' && org === null
}
