import { createSecretKey } from 'node:crypto'
import { errors, type JWTHeaderParameters, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { type Email, parseEmail } from '../domain/users/email.js'
import { cleanPersonName, type PersonName } from '../domain/users/personName.js'
import { isSubject } from '../domain/users/subject.js'
import type { Outage } from '../lib/outage.js'
import { type ReportRefusal, reasonOfJose } from './refusedCredentials.js'
import { remoteKeys } from './remoteKeys.js'

/** The claims of a JWT (docs/contract.md, §2), parsed and valid. */
export type Claims = {
  readonly subject: string
  /** Null if `parseEmail` refuses the claim; undefined if there is no claim. */
  readonly email: Email | null | undefined
  /** Never true without an address. Undefined if the token has an address but doesn't say whether it is verified. */
  readonly emailVerified: boolean | undefined
  /** Undefined if there is no claim. */
  readonly name: PersonName | null | undefined
  /** `iat`, limited to the years 1970 to 9999. Says which of two tokens is newer. Null, if missing, is older than any. */
  readonly issuedAt: Date | null
  /** `exp`. The verifier accepts the token for `LEEWAY_MS` longer. */
  readonly expiresAt: Date
}

/**
 * The keys that verify signatures: a secret shared with the issuer (HS256), or an OpenID provider's keys by URL. While the
 * secret is changed, a token may be signed with the previous one.
 */
type JwtKeys =
  | { readonly by: 'secret'; readonly secret: string; readonly previous?: string | undefined }
  | { readonly by: 'jwks'; readonly url: string | URL }

export type JwtSettings = {
  readonly keys: JwtKeys
  /** The required `iss`; not checked if undefined. */
  readonly issuer?: string | undefined
  /** `aud`, or one of its values, must be one of these; not checked if undefined. */
  readonly audiences?: readonly string[] | undefined
  /** Called with the reason when a token is refused. */
  readonly report?: ReportRefusal
  /** Called when a token is accepted that is signed with the previous secret. */
  readonly onPrevious?: () => void
  /** Called when the provider's keys can't be fetched, and when they can again. */
  readonly outage?: Outage
}

/**
 * Verifies a token. Returns its claims, or null if it is malformed, wrongly signed, expired, not valid yet, or for
 * another audience. The caller doesn't learn which.
 * @throws {KeysUnavailable} if the provider's keys can't be fetched, so that the token can't be verified
 */
export type JwtVerifier = (token: string) => Promise<Claims | null>

/** Allowed clock difference for `exp` and `nbf`. docs/contract.md, §2, allows at most 10 s. */
export const LEEWAY_MS = 5_000
/** Allowed clock difference for `iat`: the contract's maximum, so that a provider's fast clock locks nobody out. */
const MAX_AHEAD_MS = 10_000

/** Longer tokens (in characters) are refused without parsing. Node's limit for all headers of a request is the same. */
const MAX_LENGTH = 16_384

/** Three parts of base64url (RFC 7515, 7.1). The library alone would also accept padding and spaces. */
const compact = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** Later than any token's expiry, and within the range of both Date and PostgreSQL. */
const END_OF_TIME_MS = Date.UTC(9999, 11, 31)

const dateOf = (seconds: number) => new Date(Math.max(0, Math.min(END_OF_TIME_MS, seconds * 1_000)))

const publicKeyAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]

/** Some providers (Cognito, Apple) send the string 'true'. */
const isTrue = (claim: unknown) => claim === true || claim === 'true'

/**
 * The address and whether it is verified. Some providers send both as one object in `email`. If a token says it in
 * several claims, all of them must be true.
 */
const addressOf = ({ email, email_verified }: JWTPayload): Pick<Claims, 'email' | 'emailVerified'> => {
  if (email === undefined) return { email: undefined, emailVerified: false }
  const object = typeof email === 'object' && email !== null ? (email as Record<string, unknown>) : undefined
  const text = object ? object.address : email
  const address = typeof text === 'string' ? parseEmail(text) : null
  if (!address?.ok) return { email: null, emailVerified: false }
  const said = [email_verified, object?.is_verified, object?.verified].filter((claim) => claim !== undefined)
  return { email: address.value, emailVerified: said.length === 0 ? undefined : said.every(isTrue) }
}

const claimsOf = (payload: JWTPayload & { sub: string; exp: number }): Claims => ({
  subject: payload.sub,
  ...addressOf(payload),
  name: payload.name === undefined ? undefined : cleanPersonName(payload.name),
  issuedAt: payload.iat === undefined ? null : dateOf(payload.iat),
  expiresAt: dateOf(payload.exp),
})

/** The token's `typ` names another purpose (RFC 8725, 3.11): providers sign `logout+jwt` with the same keys. */
const forAnotherPurpose = ({ typ }: JWTHeaderParameters) =>
  typ !== undefined && /\+jwt$/i.test(typ) && !/^(application\/)?at\+jwt$/i.test(typ)

/** The library throws this for a key that no algorithm accepts, such as an RSA key under 2048 bits. */
const isUnusableKey = (error: unknown) => error instanceof TypeError

/**
 * The key and the only algorithms that it may be used with. So a public key is never used as an HMAC secret, and
 * `none` is never accepted.
 */
const trusted = ({ keys, outage }: JwtSettings) => {
  if (keys.by === 'jwks')
    return {
      key: remoteKeys(new URL(keys.url), outage),
      previous: undefined,
      algorithms: publicKeyAlgorithms,
    }
  return {
    key: secretKey(keys.secret),
    previous: keys.previous === undefined ? undefined : secretKey(keys.previous),
    algorithms: ['HS256'],
  }
}

const secretKey = (text: string) => {
  const secret = Buffer.from(text, 'utf8')
  if (secret.length < 32) throw new RangeError('A secret of JWTs needs 32 bytes.')
  return createSecretKey(secret)
}

export const jwtVerifier = (settings: JwtSettings): JwtVerifier => {
  const { issuer, audiences, report = () => {}, onPrevious = () => {} } = settings
  const { key, previous, algorithms } = trusted(settings)
  const options: JWTVerifyOptions = {
    algorithms,
    clockTolerance: LEEWAY_MS / 1_000,
    ...(issuer === undefined ? {} : { issuer }),
    ...(audiences === undefined ? {} : { audience: [...audiences] }),
  }

  const verify = async (token: string) => {
    try {
      return await jwtVerify(token, key, options)
    } catch (error) {
      if (previous !== undefined && error instanceof errors.JWSSignatureVerificationFailed) {
        const verified = await jwtVerify(token, previous, options)
        onPrevious()
        return verified
      }
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
      // The token names no key, or several keys have its name: try each.
      for await (const candidate of error) {
        const verified = await jwtVerify(token, candidate, options).catch((reason: unknown) => {
          if (reason instanceof errors.JWSSignatureVerificationFailed || isUnusableKey(reason)) return null
          throw reason
        })
        if (verified) return verified
      }
      throw new errors.JWSSignatureVerificationFailed()
    }
  }

  const refuse = (...why: Parameters<ReportRefusal>) => {
    report(...why)
    return null
  }

  return async (token) => {
    if (token.length > MAX_LENGTH) return refuse('too long')
    if (!compact.test(token)) return refuse('malformed')
    try {
      const { payload, protectedHeader } = await verify(token)
      const { sub, exp, iat } = payload
      // We support no extension, so a token that requires one is refused.
      if (protectedHeader.crit !== undefined) return refuse('malformed')
      if (forAnotherPurpose(protectedHeader)) return refuse('type')
      if (typeof sub !== 'string' || !isSubject(sub)) return refuse('subject')
      if (exp === undefined) return refuse('no expiry')
      // Only a newer token changes a user. A token from the future would block all changes until then.
      if (iat !== undefined && iat * 1_000 > Date.now() + MAX_AHEAD_MS) return refuse('issued in the future')
      return claimsOf({ ...payload, sub, exp })
    } catch (error) {
      if (!(error instanceof errors.JOSEError) && !isUnusableKey(error)) throw error
      return refuse(...reasonOfJose(error, token, { issuer, audiences }))
    }
  }
}
