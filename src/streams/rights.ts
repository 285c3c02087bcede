import { type ChainLink, narrowed } from '../domain/core/effectivePermissions.js'
import type { OrgEventRow } from '../domain/core/orgEvent.js'
import { type Authority, authorityOfRoles, authorityOfToken } from '../domain/core/permission.js'
import { badCredential, type CodedError, forbidden } from '../errors.js'
import type { OrgRoleName, Permission } from '../generated/prisma/enums.js'
import type { Audience } from './eventStreams.js'

/** A link of the chain from an API token to its makers, with what the org's events may change of it. */
export interface WatchedLink extends ChainLink {
  id: string
  /** Null: of the instance. Then its end is in no org's events. */
  orgId: string | null
  makerId: string | null
}

/**
 * What a watcher may do in an org, carried on by the org's own events: a fold, so that watching costs no query.
 * Whose events matter stands in `subjects`: users by id, API tokens by id.
 */
export interface Rights {
  readonly subjects: readonly string[]
  /** Tokens of the instance that the right stands on: their end is in no org's events and has to be looked up. */
  readonly outsideTokens: readonly string[]
  /** The same object until an event changes it. */
  audience(): Audience
  /** Takes in an event about one of the subjects. */
  fold(event: OrgEventRow): void
  tokenRevoked(tokenId: string): void
  /** Why the credential itself is no good any more, if so. */
  ended(): CodedError | undefined
}

/** Why a stream that needs a permission can't go on, undefined where it can. */
export function refusal(rights: Rights, permission: Permission): CodedError | undefined {
  const allowed = rights.audience().authority.permissions.has(permission)
  return rights.ended() ?? (allowed ? undefined : forbidden())
}

/** Whose rights an event may change: the id of a user or of an API token. */
export function subjectOf(event: OrgEventRow): string | null {
  if (event.kind === 'USER') return event.userId
  return revokesToken(event) ? event.subjectId : null
}

function revokesToken(event: OrgEventRow): boolean {
  return event.kind === 'CHANGE' && event.type === 'API_TOKEN_REVOKED'
}

/** A class, for there is one of each subscriber. */
class MemberRights implements Rights {
  readonly subjects: readonly string[]
  readonly outsideTokens = none
  private current: Audience

  constructor(
    private readonly orgId: string,
    userId: string,
    roles: OrgRoleName[],
  ) {
    this.subjects = [userId]
    this.current = audienceOfMembers(orgId, roles)
  }

  audience(): Audience {
    return this.current
  }

  fold(event: OrgEventRow): void {
    if (event.kind === 'USER' && event.userId === this.subjects[0])
      this.current = audienceOfMembers(this.orgId, event.roles)
  }

  tokenRevoked(): void {}

  ended(): undefined {}
}

const none: readonly string[] = []

export function rightsOfMember(orgId: string, userId: string, roles: OrgRoleName[]): Rights {
  return new MemberRights(orgId, userId, roles)
}

/** By roles: what all members who hold the same have in common, wherever that is. */
const ofMembers = new Map<string, Omit<Audience, 'orgId'>>()

function audienceOfMembers(orgId: string, roles: OrgRoleName[]): Audience {
  const key = `members ${roles.join()}`
  let common = ofMembers.get(key)
  if (!common) {
    common = { key, authority: authorityOfRoles(roles), sharesOrg: roles.length > 0 }
    ofMembers.set(key, common)
  }
  const { authority, sharesOrg } = common
  return { key: common.key, orgId, authority, sharesOrg }
}

/** The first link is the token itself. */
class TokenRights implements Rights {
  readonly subjects: readonly string[]
  readonly outsideTokens: readonly string[]
  private current: Audience

  constructor(
    private readonly orgId: string,
    private readonly links: WatchedLink[],
  ) {
    this.subjects = links.flatMap(({ id, makerId }) => (makerId === null ? [id] : [id, makerId]))
    this.outsideTokens = links.filter((link) => link.orgId === null).map(({ id }) => id)
    this.current = this.now()
  }

  audience(): Audience {
    return this.current
  }

  fold(event: OrgEventRow): void {
    if (revokesToken(event) && event.subjectId) this.tokenRevoked(event.subjectId)
    if (event.kind !== 'USER') return
    for (const link of this.links) if (link.makerId === event.userId) link.makerRoles = event.roles
    this.current = this.now()
  }

  tokenRevoked(tokenId: string): void {
    for (const link of this.links) if (link.id === tokenId) link.ended = true
    this.current = this.now()
  }

  ended(): CodedError | undefined {
    const ended = this.links.some((link) => link.ended)
    return ended ? badCredential('The API token was revoked, or one that it was made by.') : undefined
  }

  private now(): Audience {
    const ofOrg = this.links[0]?.orgId != null
    return audienceOfTokens(this.orgId, authorityOfToken(narrowed(this.links)), ofOrg)
  }
}

export function rightsOfToken(orgId: string, links: WatchedLink[]): Rights {
  return new TokenRights(orgId, links)
}

function audienceOfTokens(orgId: string, authority: Authority, ofOrg: boolean): Audience {
  return {
    key: `${ofOrg ? 'tokens' : 'instance'} ${[...authority.permissions].sort().join()}`,
    orgId,
    authority,
    sharesOrg: ofOrg && authority.permissions.has('MEMBER_READ'),
  }
}

/** Rights that no event changes: of the settings' own token, and of a user to their inbox. */
export function fixedRights(audience: Audience): Rights {
  return {
    subjects: none,
    outsideTokens: none,
    audience: () => audience,
    fold() {},
    tokenRevoked() {},
    ended: () => undefined,
  }
}

/** Of a token of the settings, which nothing can revoke. */
export function rightsOfSettings(orgId: string, permissions: ReadonlySet<Permission>): Rights {
  return fixedRights(audienceOfTokens(orgId, authorityOfToken(permissions), false))
}
