import type { Actor, Person, TokenBearer } from '../domain/core/actor.js'
import {
  authorityIn,
  type ChainLink,
  type Standing,
  sharesOrg,
  tokenPermissions,
} from '../domain/core/authority.js'
import { inForce, type MemberStanding } from '../domain/core/membership.js'
import type { OrgEventRow } from '../domain/core/orgEvent.js'
import { badCredential, type CodedError, forbidden } from '../errors.js'
import type { OrgRoleName, OrgUserStatus, Permission } from '../generated/prisma/enums.js'
import type { Audience } from './eventStreams.js'

/** A link in an API token's chain of creators, with the ids by which events refer to it. */
export interface WatchedLink extends ChainLink {
  id: string
  /** Null for an instance token. No org has an event for its revocation. */
  orgId: string | null
  makerId: string | null
}

/**
 * What a subscriber may do in an org. The org's own events keep it up to date, so it costs no query.
 */
export interface Rights {
  /** The ids of the users and API tokens whose events may change the rights. */
  readonly subjects: readonly string[]
  /** The instance tokens that the rights depend on. No org has an event for their revocation, so it is polled. */
  readonly instanceTokens: readonly string[]
  /** Returns the same object until an event changes the rights. */
  audience(): Audience
  /** Updates the rights after an event about one of the subjects. */
  apply(event: OrgEventRow): void
  tokenRevoked(tokenId: string): void
  /** The error with which to end the stream if the credential itself is no longer valid. */
  ended(): CodedError | undefined
}

/**
 * The error with which a stream has to end if the credential or the permission is lost. Undefined if it can continue.
 */
export function refusal(rights: Rights, permission: Permission): CodedError | undefined {
  const allowed = rights.audience().authority.permissions.has(permission)
  return rights.ended() ?? (allowed ? undefined : forbidden())
}

/** The id of the user or API token whose rights an event may change. */
export function subjectOf(event: OrgEventRow): string | null {
  if (event.kind === 'USER') return event.userId
  return revokesToken(event) ? event.subjectId : null
}

function revokesToken(event: OrgEventRow): boolean {
  return event.kind === 'CHANGE' && event.type === 'API_TOKEN_REVOKED'
}

/** A class instead of an object literal, to save memory: every subscriber has one. */
class MemberRights implements Rights {
  readonly subjects: readonly string[]
  readonly instanceTokens = none
  private member: MemberStanding
  private current: Audience

  constructor(
    private readonly orgId: string,
    private readonly actor: Person,
    roles: OrgRoleName[],
  ) {
    this.subjects = [actor.userId]
    this.member = { roles, status: 'ACTIVE' }
    this.current = audienceOf(orgId, actor, { member: this.member })
  }

  audience(): Audience {
    return this.current
  }

  apply(event: OrgEventRow): void {
    if (event.kind !== 'USER' || event.userId !== this.actor.userId) return
    this.member = memberAfter(event, this.member.status)
    this.current = audienceOf(this.orgId, this.actor, { member: this.member })
  }

  tokenRevoked(): void {}

  ended(): undefined {}
}

const none: readonly string[] = []

/** A membership after an event about it. Other changes leave a suspended member suspended. */
function memberAfter({ type, roles }: OrgEventRow, before: OrgUserStatus | null): MemberStanding {
  const starts = type === 'JOINED' || type === 'REINSTATED' || before === null
  return { roles, status: type === 'SUSPENDED' ? 'SUSPENDED' : starts ? 'ACTIVE' : before }
}

export function rightsOfMember(orgId: string, actor: Person, roles: OrgRoleName[]): Rights {
  return new MemberRights(orgId, actor, roles)
}

class TokenRights implements Rights {
  readonly subjects: readonly string[]
  readonly instanceTokens: readonly string[]
  private current: Audience

  constructor(
    private readonly orgId: string | null,
    private readonly actor: TokenBearer,
    private readonly chain: WatchedLink[],
  ) {
    this.subjects = chain.flatMap(({ id, makerId }) => (makerId === null ? [id] : [id, makerId]))
    this.instanceTokens = chain.filter((link) => link.orgId === null).map(({ id }) => id)
    this.current = this.now()
  }

  audience(): Audience {
    return this.current
  }

  apply(event: OrgEventRow): void {
    if (revokesToken(event) && event.subjectId) this.tokenRevoked(event.subjectId)
    if (event.kind !== 'USER') return
    for (const link of this.chain)
      if (link.makerId === event.userId) {
        const { roles, status } = memberAfter(event, link.makerStatus)
        link.makerRoles = roles
        link.makerStatus = status
      }
    this.current = this.now()
  }

  tokenRevoked(tokenId: string): void {
    for (const link of this.chain) if (link.id === tokenId) link.ended = true
    this.current = this.now()
  }

  ended(): CodedError | undefined {
    const ended = this.chain.some((link) => link.ended)
    return ended
      ? badCredential('The API token was revoked, or a token in its chain of creators.')
      : undefined
  }

  private now(): Audience {
    return audienceOf(this.orgId, this.actor, { permissions: tokenPermissions(this.chain) })
  }
}

/**
 * @param orgId null for the rights of an instance token in every org
 * @param chain the token itself first
 */
export function rightsOfToken(orgId: string | null, actor: TokenBearer, chain: WatchedLink[]): Rights {
  return new TokenRights(orgId, actor, chain)
}

/** The rights of the setting INSTANCE_TOKEN, which can't be revoked. */
export function rightsOfSettings(orgId: string | null, actor: TokenBearer): Rights {
  return fixedRights(audienceOf(orgId, actor))
}

/** Rights that no event changes: the rights of the INSTANCE_TOKEN, and of a user to their own inbox. */
export function fixedRights(audience: Audience): Rights {
  return {
    subjects: none,
    instanceTokens: none,
    audience: () => audience,
    apply() {},
    tokenRevoked() {},
    ended: () => undefined,
  }
}

function audienceOf(orgId: string | null, actor: Actor, standing: Standing = {}): Audience {
  const authority = authorityIn(orgId, actor, standing)
  const shares = sharesOrg(actor, authority)
  // Members with the same roles get the same responses, and so do tokens with the same permissions.
  const key =
    actor.kind === 'person'
      ? `members ${inForce(standing.member ?? null)?.roles.join()}`
      : `tokens ${shares} ${[...authority.permissions].sort().join()}`
  return { key, orgId, authority, sharesOrg: shares }
}
