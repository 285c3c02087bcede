import { randomUUID } from 'node:crypto'
import sql from 'sql-template-tag'
import type { Database } from '../../database/database.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import type { MinuteLimit } from '../../lib/minuteLimit.js'
import { type Actor, userIdOf } from '../core/actor.js'
import { appPermissionsOf } from '../core/appRole.js'
import { allPermissions, authorityOfRoles } from '../core/permission.js'
import { InvalidInputError, NotFoundError, RateLimitedError } from '../core/refusal.js'
import { currentKid, type SigningKeys } from './signingKeys.js'
import { signJwt } from './signJwt.js'

/** What a server needs to issue org access tokens. */
export interface AccessTokens {
  readonly keys: SigningKeys
  /** Counts the tokens of each user. */
  readonly limit: MinuteLimit
  /** `iss`. */
  readonly issuer: string
  /** The possible values of `aud`. The first one is the default. */
  readonly audiences: readonly string[]
  readonly lifetimeS: number
  /** The id of a user or an org as clients know it. */
  globalId(type: 'User' | 'Org', id: string): string
}

export interface CreateOrgAccessTokenCommand {
  orgId: string | null
  audience?: string | null | undefined
}

export interface OrgAccessToken {
  accessToken: string
  expiresAt: Date
}

/** A type of its own (RFC 8725, 3.11), so that a server that verifies sign-in tokens by these keys refuses it. */
const TYPE = 'org-access+jwt'

/**
 * Signs what the person may do in an org now (docs/contract.md, §8), for the host application's other back ends. It
 * changes nothing, so it needs no transaction: one statement reads the membership, the number of the newest event, and
 * which key signs.
 * @throws {NotFoundError | InvalidInputError | RateLimitedError | SigningUnavailable}
 */
export async function createOrgAccessToken(
  db: Pick<Database, 'read'>,
  tokens: AccessTokens,
  actor: Actor,
  command: CreateOrgAccessTokenCommand,
): Promise<OrgAccessToken> {
  const member = await memberOf(db, actor, command.orgId)
  if (!member) throw new NotFoundError()
  const audience = audienceOf(tokens, command)
  const waitMs = tokens.limit.count(member.userId)
  if (waitMs > 0) throw new RateLimitedError(Math.ceil(waitMs / 1_000), 'org access tokens', 'minute')
  const issuedAt = Math.floor(member.now.getTime() / 1_000)
  const expiresAt = issuedAt + tokens.lifetimeS
  const { permissions } = authorityOfRoles(member.roles)
  const key = await tokens.keys.signer(member.kid)
  const accessToken = signJwt(
    key,
    { typ: TYPE, kid: member.kid ?? '' },
    {
      iss: tokens.issuer,
      sub: member.subject,
      aud: audience,
      user_id: tokens.globalId('User', member.userId),
      org_id: tokens.globalId('Org', member.orgId),
      org_slug: member.slug,
      // Left out if there is none.
      org_external_id: member.externalId ?? undefined,
      roles: member.roles,
      permissions: allPermissions.filter((permission) => permissions.has(permission)),
      app_roles: member.appRoles,
      app_permissions: appPermissionsOf([{ permissions: member.appPermissions }]),
      seq: member.seq,
      iat: issuedAt,
      exp: expiresAt,
      jti: randomUUID(),
    },
  )
  return { accessToken, expiresAt: new Date(expiresAt * 1_000) }
}

type MemberRow = [
  roles: OrgRoleName[],
  appRoles: string[],
  appPermissions: string[],
  subject: string,
  slug: string,
  externalId: string | null,
  seq: number,
  kid: string | null,
  now: Date,
]

interface Member {
  userId: string
  orgId: string
  roles: OrgRoleName[]
  /** Keys. */
  appRoles: string[]
  /** What the app roles permit. One that several permit may be there several times. */
  appPermissions: string[]
  subject: string
  slug: string
  externalId: string | null
  seq: number
  /** Null if there is no key. */
  kid: string | null
  now: Date
}

/** Null for an API token, and for a person who is no member or is suspended. */
async function memberOf(
  db: Pick<Database, 'read'>,
  actor: Actor,
  orgId: string | null,
): Promise<Member | undefined> {
  const userId = userIdOf(actor)
  if (userId === null || orgId === null) return undefined
  const { text, values } = sql`
    select roles, app_roles,
      case when app_roles = '{}' then '{}' else array(
        select unnest(permissions) from app_role where app_role.key = any(app_roles)
      ) end,
      subject, slug, external_id, event_seq, ${currentKid}, date_trunc('milliseconds', clock_timestamp())
    from org_user join org on org.id = org_id join "user" on "user".id = user_id
    where org_id = ${orgId} and user_id = ${userId} and org_user.status = 'ACTIVE'
  `
  // The connections for reads take half of PostgreSQL's time for it, and no write keeps it waiting.
  const [row] = await db.read(text, values)
  if (!row) return undefined
  const [roles, appRoles, appPermissions, subject, slug, externalId, seq, kid, now] = row as MemberRow
  return { userId, orgId, roles, appRoles, appPermissions, subject, slug, externalId, seq, kid, now }
}

function audienceOf({ audiences }: AccessTokens, { audience }: CreateOrgAccessTokenCommand): string {
  const chosen = audience ?? audiences[0]
  if (chosen !== undefined && audiences.includes(chosen)) return chosen
  throw new InvalidInputError([
    { path: 'audience', message: 'Must be an audience for which this server issues tokens.' },
  ])
}
