import { narrowed } from '../../apiToken/effectivePermissions.js'
import type { OrgRoleName, Permission } from '../../generated/prisma/enums.js'
import { type CodedError, forbidden, unauthenticated } from '../../graphql/errors.js'
import { type Authority, authorityOfRoles, authorityOfToken } from '../../permission/permission.js'
import type { Audience } from '../eventStreams.js'
import type { OrgEventRow } from '../orgEvent.js'

/** A link of the chain from an API token to its makers, with what the org's events may change of it. */
export interface TokenLink {
  id: string
  /** Null: of the instance. Then its end is in no org's events. */
  orgId: string | null
  permissions: Permission[]
  revoked: boolean
  makerId: string | null
  madeByPerson: boolean
  makerRoles: OrgRoleName[]
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

export function rightsOfMember(orgId: string, userId: string, roles: OrgRoleName[]): Rights {
  const audienceOf = (held: OrgRoleName[]): Audience => ({
    key: `members ${held.join()}`,
    orgId,
    authority: authorityOfRoles(held),
    sharesOrg: held.length > 0,
  })
  let audience = audienceOf(roles)
  return {
    subjects: [userId],
    outsideTokens: [],
    audience: () => audience,
    fold(event) {
      if (event.kind === 'USER' && event.userId === userId) audience = audienceOf(event.roles)
    },
    tokenRevoked() {},
    ended: () => undefined,
  }
}

/** The first link is the token itself. */
export function rightsOfToken(orgId: string, links: TokenLink[]): Rights {
  const [token] = links
  const ofOrg = token?.orgId != null
  let audience = audienceOfToken(orgId, authorityOfToken(narrowed(links)), ofOrg)
  const tokenRevoked = (tokenId: string) => {
    for (const link of links) if (link.id === tokenId) link.revoked = true
    audience = audienceOfToken(orgId, authorityOfToken(narrowed(links)), ofOrg)
  }
  return {
    subjects: links.flatMap(({ id, makerId }) => (makerId === null ? [id] : [id, makerId])),
    outsideTokens: links.filter((link) => link.orgId === null).map(({ id }) => id),
    audience: () => audience,
    fold(event) {
      if (revokesToken(event) && event.subjectId) tokenRevoked(event.subjectId)
      if (event.kind !== 'USER') return
      for (const link of links) if (link.makerId === event.userId) link.makerRoles = event.roles
      audience = audienceOfToken(orgId, authorityOfToken(narrowed(links)), ofOrg)
    },
    tokenRevoked,
    ended: () => (token?.revoked ? unauthenticated('The API token was revoked.') : undefined),
  }
}

function audienceOfToken(orgId: string, authority: Authority, ofOrg: boolean): Audience {
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
    subjects: [],
    outsideTokens: [],
    audience: () => audience,
    fold() {},
    tokenRevoked() {},
    ended: () => undefined,
  }
}

/** Of a token of the settings, which nothing can revoke. */
export function rightsOfSettings(orgId: string, permissions: ReadonlySet<Permission>): Rights {
  return fixedRights(audienceOfToken(orgId, authorityOfToken(permissions), false))
}
