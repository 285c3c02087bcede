import { LRUCache } from 'lru-cache'
import sql from 'sql-template-tag'
import type { Database } from '../database/database.js'
import { API_TOKEN_PREFIX } from '../domain/apiTokens/apiToken.js'
import { type Actor, nobody, type Person } from '../domain/core/actor.js'
import { standingOfToken } from '../domain/core/effectivePermissions.js'
import { theInstance } from '../domain/core/theInstance.js'
import { hashToken, isTokenShaped, secretMatcher } from '../domain/core/token.js'
import type { Transact } from '../domain/core/transact.js'
import { SubjectEnded, signIn } from '../domain/users/signIn.js'
import { type Claims, type JwtVerifier, LEEWAY_MS } from './jwt.js'
import type { ReportRefusal } from './refusedCredentials.js'
import { REFRESH_MS } from './remoteKeys.js'

/** The credential is malformed, wrongly signed, expired or revoked. The client doesn't learn which, on purpose. */
export class BadCredential extends Error {}

export interface AuthenticationOptions {
  database: Database
  transact: Transact
  verifyJwt: JwtVerifier
  /** The setting INSTANCE_TOKEN; undefined if it isn't set. */
  instanceToken: string | undefined
  /** INSTANCE_TOKEN_PREVIOUS, which is accepted too while INSTANCE_TOKEN is changed. */
  previousInstanceToken?: string | undefined
  /** Called when a client uses the previous token. */
  onPrevious?: () => void
  /** Registers a listener for the ids of users whose sign-ins have ended. */
  onSignInsEnded: (listener: (userId: string) => void) => void
  /** Called with the reason when a credential is refused. For JWTs the verifier calls its own. */
  report: ReportRefusal
}

/**
 * Finds the actor for an `Authorization` header. Without a header, or with an empty one, it is `nobody`.
 * @throws {BadCredential}
 * @throws {KeysUnavailable} if the identity provider's keys can't be fetched
 */
export type Authenticate = (authorization: string | undefined) => Promise<Actor>

/** Size of the JWT cache, in tokens. An entry is the token's text and a user's id. */
const MAX_CACHED_TOKENS = 10_000
/** Size of the JWT cache, in characters of all tokens together. */
const MAX_CACHED_CHARACTERS = 20_000_000

export function authentication(options: AuthenticationOptions): Authenticate {
  const isInstanceToken = instanceTokenMatcher(options)
  const person = personByJwt(options)
  const refuse = (reason: Parameters<ReportRefusal>[0]): never => {
    options.report(reason)
    throw new BadCredential()
  }
  return async (authorization) => {
    if (authorization === undefined || authorization.trim() === '') return nobody
    const credential = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1]
    if (!credential) return refuse('malformed')
    if (isInstanceToken(credential)) return theInstance
    if (!credential.startsWith(API_TOKEN_PREFIX)) return person(credential)
    return (await bearerOf(options.database, credential)) ?? refuse('unknown API token')
  }
}

function instanceTokenMatcher({
  instanceToken,
  previousInstanceToken,
  onPrevious = () => {},
}: AuthenticationOptions): (credential: string) => boolean {
  if (instanceToken === undefined) return () => false
  const isCurrent = secretMatcher(instanceToken)
  if (previousInstanceToken === undefined) return isCurrent
  const isPrevious = secretMatcher(previousInstanceToken)
  return (credential) => {
    if (isCurrent(credential)) return true
    if (!isPrevious(credential)) return false
    onPrevious()
    return true
  }
}

interface CachedToken {
  readonly person: Person
  /** When it must be verified again, ms since the epoch. */
  readonly until: number
}

/**
 * Caches the user of each JWT, so that its claims are applied once per server. The cache holds only what can't change:
 * the user's id and the token's expiry. The signing key can be withdrawn, so every `REFRESH_MS` the token is verified
 * again, like a new one: refused if its key is gone, accepted by cached keys while the provider can't be reached, and
 * `KeysUnavailable` without cached keys. If the sign-ins of a user end, the cache forgets their tokens.
 */
function personByJwt({
  transact,
  verifyJwt,
  onSignInsEnded,
  report,
}: AuthenticationOptions): (jwt: string) => Promise<Person> {
  const cache = new LRUCache<string, CachedToken>({
    max: MAX_CACHED_TOKENS,
    maxSize: MAX_CACHED_CHARACTERS,
    sizeCalculation: (_, jwt) => jwt.length,
  })
  let ends = 0
  onSignInsEnded((userId) => {
    ends++
    for (const [jwt, { person }] of cache.entries()) if (person.userId === userId) cache.delete(jwt)
  })

  const lookUp = async (claims: Claims): Promise<Person> => {
    try {
      const { userId } = await signIn(transact, claims)
      return { kind: 'person', userId, expiresAt: claims.expiresAt }
    } catch (error) {
      if (!(error instanceof SubjectEnded)) throw error
      report('ended account')
      throw new BadCredential()
    }
  }
  return async (jwt) => {
    const cached = cache.get(jwt)
    const now = Date.now()
    if (cached && now < cached.until) return cached.person
    const endsBefore = ends
    const claims = await verifyJwt(jwt)
    if (!claims) throw new BadCredential()
    const person = cached?.person ?? (await lookUp(claims))
    // If sign-ins have ended meanwhile, they may be those of this person.
    if (ends === endsBefore)
      cache.set(jwt, { person, until: Math.min(now + REFRESH_MS, claims.expiresAt.getTime() + LEEWAY_MS) })
    return person
  }
}

/** The actor of an API token. Null if the token is unknown, revoked or expired. */
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

/** Updates `last_used_at`, at most once a minute. The request doesn't wait for it, and a failure is ignored. */
function markUsed(database: Database, tokenId: string): void {
  database
    .query(sql`
      update api_token set last_used_at = date_trunc('milliseconds', clock_timestamp())
      where id = ${tokenId} and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')
    `)
    .catch(() => {})
}
