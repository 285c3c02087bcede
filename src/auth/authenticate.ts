import { LRUCache } from 'lru-cache'
import sql from 'sql-template-tag'
import type { Database } from '../database/database.js'
import { API_TOKEN_PREFIX } from '../domain/apiTokens/apiToken.js'
import { type Actor, nobody, type Person } from '../domain/core/actor.js'
import { standingOfToken } from '../domain/core/effectivePermissions.js'
import { allPermissions } from '../domain/core/permission.js'
import { hashToken, isTokenShaped, secretMatcher } from '../domain/core/token.js'
import type { Transact } from '../domain/core/transact.js'
import { signIn } from '../domain/users/signIn.js'
import { type Claims, type JwtVerifier, LEEWAY_MS } from './jwt.js'
import type { ReportRefusal } from './refusedCredentials.js'
import { REFRESH_MS } from './remoteKeys.js'

/** The credential itself is bad: malformed, wrongly signed, expired or revoked. Says no more on purpose. */
export class BadCredential extends Error {}

export interface AuthenticationOptions {
  database: Database
  transact: Transact
  verifyJwt: JwtVerifier
  /** The INSTANCE_TOKEN of the settings, where there is one. */
  instanceToken: string | undefined
  /** Told why a credential was refused. The verifier tells of JWTs. */
  report: ReportRefusal
}

/**
 * Tells who asks from an `Authorization` header, or nobody where there is none or it is empty.
 * @throws {BadCredential}
 * @throws {KeysUnavailable} where the identity provider's keys can't be had
 */
export type Authenticate = (authorization: string | undefined) => Promise<Actor>

/** Persons known by their JWT, at most; each is a token's text and an id. */
const MAX_KNOWN_TOKENS = 10_000
/** Of all their texts. */
const MAX_KNOWN_CHARACTERS = 20_000_000

export function authentication(options: AuthenticationOptions): Authenticate {
  const isInstanceToken = options.instanceToken ? secretMatcher(options.instanceToken) : () => false
  const person = personByJwt(options)
  const refuse = (reason: Parameters<ReportRefusal>[0]): never => {
    options.report(reason)
    throw new BadCredential()
  }
  return async (authorization) => {
    if (authorization === undefined || authorization.trim() === '') return nobody
    const credential = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1]
    if (!credential) return refuse('malformed')
    if (isInstanceToken(credential)) return instance
    if (!credential.startsWith(API_TOKEN_PREFIX)) return person(credential)
    return (await bearerOf(options.database, credential)) ?? refuse('unknown API token')
  }
}

const instance: Actor = {
  kind: 'token',
  tokenId: null,
  orgId: null,
  permissions: new Set(allPermissions),
  expiresAt: null,
}

interface KnownToken {
  readonly person: Person
  /** When its signature has to be looked at again. */
  readonly until: number
}

/**
 * A JWT's claims are applied once a server; from then on its text stands for its user, until it expires.
 * Only what can't change is remembered: the user's id and the token's own end. What can is whether its key still
 * counts, so now and then it is verified anew, and then fares as one that was never seen: refused by keys without
 * its own, accepted by those we still have of a provider that can't be reached, and told `KeysUnavailable` without.
 */
function personByJwt({ transact, verifyJwt }: AuthenticationOptions): (jwt: string) => Promise<Person> {
  const known = new LRUCache<string, KnownToken>({
    max: MAX_KNOWN_TOKENS,
    maxSize: MAX_KNOWN_CHARACTERS,
    sizeCalculation: (_, jwt) => jwt.length,
  })
  const firstSeen = async (claims: Claims): Promise<Person> => {
    const { userId } = await signIn(transact, claims)
    return { kind: 'person', userId, expiresAt: claims.expiresAt }
  }
  return async (jwt) => {
    const before = known.get(jwt)
    const now = Date.now()
    if (before && now < before.until) return before.person
    const claims = await verifyJwt(jwt)
    if (!claims) throw new BadCredential()
    const person = before?.person ?? (await firstSeen(claims))
    known.set(jwt, { person, until: Math.min(now + REFRESH_MS, claims.expiresAt.getTime() + LEEWAY_MS) })
    return person
  }
}

/** Null where there is no such token, or it is revoked or has expired. */
async function bearerOf(database: Database, secret: string): Promise<Actor | null> {
  if (!isTokenShaped(API_TOKEN_PREFIX, secret)) return null
  const [token] = await database.query<{
    id: string
    orgId: string | null
    marked: boolean
  }>(sql`
    select id, org_id,
      coalesce(last_used_at > clock_timestamp() - interval '1 minute', false) as marked
    from api_token
    where hash = ${hashToken(secret)} and revoked_at is null
      and (expires_at is null or expires_at > clock_timestamp())
  `)
  if (!token) return null
  const { ended, permissions, expiresAt } = await standingOfToken(database, token.id)
  if (ended) return null
  if (!token.marked) markUsed(database, token.id)
  return { kind: 'token', tokenId: token.id, orgId: token.orgId, permissions, expiresAt }
}

/** Kept to the minute and beside the request: nothing waits for it, and a loss of it costs nothing. */
function markUsed(database: Database, tokenId: string): void {
  database
    .query(sql`
      update api_token set last_used_at = date_trunc('milliseconds', clock_timestamp())
      where id = ${tokenId} and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')
    `)
    .catch(() => {})
}
