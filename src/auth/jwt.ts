import { createSecretKey } from 'node:crypto'
import { errors, type JWTHeaderParameters, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { type Email, parseEmail } from '../domain/users/email.js'
import { cleanPersonName, type PersonName } from '../domain/users/personName.js'
import { isSubject } from '../domain/users/subject.js'
import type { Outage } from '../lib/outage.js'
import { type ReportRefusal, reasonOfJose } from './refusedCredentials.js'
import { remoteKeys } from './remoteKeys.js'

/** What a JWT says of a person (contract §2), in values that need no second check. */
export type Claims = {
  readonly subject: string
  /** Null where the claim is no address that `parseEmail` takes; undefined where there is none, which says nothing. */
  readonly email: Email | null | undefined
  /** Never true without an address. Undefined where there is an address and nothing is said of it. */
  readonly emailVerified: boolean | undefined
  /** Undefined where there is no such claim. */
  readonly name: PersonName | null | undefined
  /** `iat` within the years 1970 to 9999, which tells the newer of two tokens. Null where there is none: older than any other. */
  readonly issuedAt: Date | null
  /** `exp` as it is written. The verifier goes on accepting the token for `LEEWAY_MS` more. */
  readonly expiresAt: Date
}

/** Whose signature counts: a secret shared with the issuer (HS256), or an OpenID provider's keys by URL. */
export type JwtKeys =
  | { readonly by: 'secret'; readonly secret: string }
  | { readonly by: 'jwks'; readonly url: string | URL }

export type JwtSettings = {
  readonly keys: JwtKeys
  /** Checked where set: `iss`. */
  readonly issuer?: string | undefined
  /** Checked where set: `aud`, or one of several, has to be one of these. */
  readonly audiences?: readonly string[] | undefined
  /** Told why a token was refused. */
  readonly report?: ReportRefusal
  /** Told when the provider's keys can't be had, and when they can again. */
  readonly outage?: Outage
}

/**
 * The claims of a token, or null where it is malformed, wrongly signed, expired, not valid yet, or not
 * for us. The caller is told no more than that.
 * @throws {KeysUnavailable} where the provider's keys can't be had, so that nothing is known of the token
 */
export type JwtVerifier = (token: string) => Promise<Claims | null>

/** For clocks that differ, on `exp` and `nbf`. The contract allows 10 s (§2). */
export const LEEWAY_MS = 5_000
/** On `iat`, all that the contract allows: a provider's clock that is a little ahead should keep nobody out. */
const MAX_AHEAD_MS = 10_000

/** A token longer than that, in characters, is refused unread. Node takes no more in a request's headers. */
const MAX_LENGTH = 16_384

/** Three parts of base64url (RFC 7515, 7.1). Left to itself the library also takes padding and spaces. */
const compact = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** Far enough for any token, and within what both Date and PostgreSQL can hold. */
const END_OF_TIME_MS = Date.UTC(9999, 11, 31)

const dateOf = (seconds: number) => new Date(Math.max(0, Math.min(END_OF_TIME_MS, seconds * 1_000)))

const publicKeyAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]

/** Some providers (Cognito, Apple) send the word. */
const isTrue = (claim: unknown) => claim === true || claim === 'true'

/**
 * The address and whether it is verified. Some providers send both as one object in `email`. Where they say it more
 * than once, each has to say yes.
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

/** Explicitly made for something else (RFC 8725, 3.11): a provider signs `logout+jwt` with the same keys. */
const forAnotherPurpose = ({ typ }: JWTHeaderParameters) =>
  typ !== undefined && /\+jwt$/i.test(typ) && !/^(application\/)?at\+jwt$/i.test(typ)

/** What the library throws of a key that no algorithm may use, an RSA key under 2048 bits say: it vouches for nothing. */
const isUnfitKey = (error: unknown) => error instanceof TypeError

/**
 * What may verify, and by which algorithms alone: a public key is then never taken for an HMAC's secret,
 * and `none` is no algorithm.
 */
const trusted = ({ keys, outage }: JwtSettings) => {
  if (keys.by === 'jwks')
    return { key: remoteKeys(new URL(keys.url), outage), algorithms: publicKeyAlgorithms }
  const secret = Buffer.from(keys.secret, 'utf8')
  if (secret.length < 32) throw new RangeError('A secret of JWTs needs 32 bytes.')
  return { key: createSecretKey(secret), algorithms: ['HS256'] }
}

export const jwtVerifier = (settings: JwtSettings): JwtVerifier => {
  const { issuer, audiences, report = () => {} } = settings
  const { key, algorithms } = trusted(settings)
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
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
      // A provider that names no key in its tokens, or two alike: any of them may have signed.
      for await (const candidate of error) {
        const verified = await jwtVerify(token, candidate, options).catch((reason: unknown) => {
          if (reason instanceof errors.JWSSignatureVerificationFailed || isUnfitKey(reason)) return null
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
      // We know no extension, so that none can be critical to us.
      if (protectedHeader.crit !== undefined) return refuse('malformed')
      if (forAnotherPurpose(protectedHeader)) return refuse('type')
      if (typeof sub !== 'string' || !isSubject(sub)) return refuse('subject')
      if (exp === undefined) return refuse('no expiry')
      // It would outdo every honest token until then: only a newer one changes a user.
      if (iat !== undefined && iat * 1_000 > Date.now() + MAX_AHEAD_MS) return refuse('issued in the future')
      return claimsOf({ ...payload, sub, exp })
    } catch (error) {
      if (!(error instanceof errors.JOSEError) && !isUnfitKey(error)) throw error
      return refuse(...reasonOfJose(error, { issuer, audiences }))
    }
  }
}
