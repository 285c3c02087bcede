import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { AccessTokenError, type AccessTokenProblem } from './errors.js'
import { publicKeys } from './publicKeys.js'

export interface AccessTokenOptions {
  /** Where Guildhall publishes its keys, such as `https://guildhall.example.com/.well-known/jwks.json`. */
  readonly jwksUrl: string
  /** Guildhall's setting `TOKEN_ISSUER`, or its `APP_URL`. */
  readonly issuer: string
  /** The name of this back end in Guildhall's setting `TOKEN_AUDIENCES`. */
  readonly audience: string
  /** Global id of an org: tokens of other orgs are refused. If left out: any org. */
  readonly orgId?: string
  /**
   * How far the clocks of Guildhall and of this back end may differ, in seconds.
   * @default 5
   */
  readonly clockToleranceS?: number
}

export type OrgRole = 'USER' | 'ADMIN' | 'OWNER'

/** Who sent a request, and what they may do in one org. It was true when Guildhall signed the token. */
export interface Caller {
  /** The user's `sub` at your identity provider. */
  readonly subject: string
  /** Global id. */
  readonly userId: string
  /** Global id. */
  readonly orgId: string
  readonly orgSlug: string
  /** Your own id of the org. Null if it has none. */
  readonly orgExternalId: string | null
  readonly roles: readonly OrgRole[]
  /** What the roles permit in Guildhall, such as INVITE_CREATE. */
  readonly permissions: readonly string[]
  /** Keys of your app roles. */
  readonly appRoles: readonly string[]
  /** What the app roles permit in your product, such as `project:write`. */
  readonly appPermissions: readonly string[]
  /** The number of the org's newest event that the token knows of. */
  readonly seq: number
  readonly expiresAt: Date
}

/** More than a header may hold by default in Node. */
const MAX_LENGTH = 65_536
const CLOCK_TOLERANCE_S = 5

/** The keys of each Guildhall that this process verifies tokens of. */
const keysByUrl = new Map<string, JWTVerifyGetKey>()

/**
 * Verifies an org access token (docs/contract.md, §8).
 * @param token what follows `Bearer ` in the header `Authorization`
 * @throws {AccessTokenError} if the token is not accepted
 * @throws {KeysUnavailableError} if Guildhall's public keys can't be fetched
 */
export async function verifyAccessToken(token: string, options: AccessTokenOptions): Promise<Caller> {
  const { jwksUrl, issuer, audience, orgId, clockToleranceS = CLOCK_TOLERANCE_S } = options
  // Without them jose would accept any.
  if (!issuer || !audience) throw new TypeError('verifyAccessToken needs `issuer` and `audience`.')
  if (token.length > MAX_LENGTH) throw refused('MALFORMED')
  const keys = keysByUrl.get(jwksUrl) ?? publicKeys(jwksUrl)
  keysByUrl.set(jwksUrl, keys)
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience,
    clockTolerance: clockToleranceS,
    algorithms: ['ES256'],
    typ: 'org-access+jwt',
    requiredClaims: ['exp'],
  }).catch((error: unknown) => {
    throw error instanceof errors.JOSEError ? refused(problemOf(error), error) : error
  })
  const caller = callerOf(payload)
  if (orgId !== undefined && caller.orgId !== orgId) throw refused('WRONG_ORG')
  return caller
}

function callerOf(payload: JWTPayload): Caller {
  const text = (name: string): string => {
    const value = payload[name]
    if (typeof value !== 'string' || value === '') throw refused('MALFORMED')
    return value
  }
  const texts = (name: string): string[] => {
    const value = payload[name]
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) throw refused('MALFORMED')
    return value
  }
  const { seq, exp } = payload
  if (typeof seq !== 'number' || typeof exp !== 'number') throw refused('MALFORMED')
  return {
    subject: text('sub'),
    userId: text('user_id'),
    orgId: text('org_id'),
    orgSlug: text('org_slug'),
    orgExternalId: payload.org_external_id === undefined ? null : text('org_external_id'),
    roles: texts('roles') as OrgRole[],
    permissions: texts('permissions'),
    appRoles: texts('app_roles'),
    appPermissions: texts('app_permissions'),
    seq,
    expiresAt: new Date(exp * 1_000),
  }
}

function problemOf(error: errors.JOSEError): AccessTokenProblem {
  if (error instanceof errors.JWTExpired) return 'EXPIRED'
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.reason === 'check_failed' ? (wrongClaims[error.claim] ?? 'MALFORMED') : 'MALFORMED'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'WRONG_ALGORITHM'
  if (error instanceof errors.JWKSNoMatchingKey) return 'UNKNOWN_KEY'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'BAD_SIGNATURE'
  return 'MALFORMED'
}

const wrongClaims: Record<string, AccessTokenProblem> = {
  iss: 'WRONG_ISSUER',
  aud: 'WRONG_AUDIENCE',
  typ: 'WRONG_TYPE',
}

const messages: Record<AccessTokenProblem, string> = {
  MALFORMED: 'The access token can’t be read.',
  WRONG_TYPE: 'The token is not an org access token.',
  WRONG_ALGORITHM: 'The access token is signed with another algorithm than ES256.',
  WRONG_ISSUER: 'The access token is from another issuer.',
  WRONG_AUDIENCE: 'The access token is for another audience.',
  WRONG_ORG: 'The access token is for another org.',
  EXPIRED: 'The access token has expired.',
  UNKNOWN_KEY: 'The access token is signed with an unknown key.',
  BAD_SIGNATURE: 'The signature of the access token is wrong.',
}

function refused(problem: AccessTokenProblem, cause?: Error): AccessTokenError {
  return new AccessTokenError(problem, messages[problem], cause && { cause })
}
