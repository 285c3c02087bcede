import { decodeProtectedHeader, errors } from 'jose'
import { credentialRefused } from '../lib/channels.js'
import { cleanText } from '../lib/cleanText.js'
import type { Log } from '../lib/log.js'
import { logOncePerMinute } from '../lib/logOncePerMinute.js'

/** Why a credential was refused. It is logged for the operator; the client never learns it. */
type RefusalReason =
  // Ordinary: a client with an old credential, or someone who guesses.
  | 'expired'
  | 'malformed'
  | 'too long'
  | 'unknown API token'
  | 'ended account'
  // Often a wrong setting of this server, or a change at the provider.
  | 'issuer'
  | 'audience'
  | 'not valid yet'
  | 'issued in the future'
  | 'signature'
  | 'unknown key'
  | 'unfit key'
  | 'algorithm'
  | 'type'
  | 'subject'
  | 'no expiry'
  | 'claim'

const ordinary: ReadonlySet<RefusalReason> = new Set([
  'expired',
  'malformed',
  'too long',
  'unknown API token',
  'ended account',
])

/**
 * Reports a refused credential.
 * @param facts the expected and the given issuer or audience, the algorithm and the id of the key; never the credential
 *   or the value of another claim
 */
export type ReportRefusal = (reason: RefusalReason, facts?: Readonly<Record<string, unknown>>) => void

/** Logs why credentials are refused, at most once a minute for each reason, because anyone can send a bad one. */
export function logOfRefusals(log: Pick<Log, 'info' | 'warn'>): ReportRefusal {
  const message = 'a credential was refused'
  const [info, warn] = [logOncePerMinute(message, log, 'info'), logOncePerMinute(message, log, 'warn')]
  return (reason, facts) => {
    credentialRefused.publish({ reason })
    ;(ordinary.has(reason) ? info : warn)(reason, facts)
  }
}

/** The expected values of a token's claims. */
export interface Expected {
  readonly issuer: string | undefined
  readonly audiences: readonly string[] | undefined
}

/** Why the library refused a token. */
export function reasonOfJose(error: unknown, token: string, expected: Expected): Parameters<ReportRefusal> {
  if (error instanceof errors.JWTExpired) return ['expired']
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, payload, reason } = error
    if (claim === 'iss') return ['issuer', { expected: expected.issuer, given: shown(payload.iss) }]
    if (claim === 'aud') return ['audience', { expected: expected.audiences, given: shown(payload.aud) }]
    // Of the wrong type, such as a text for `exp`.
    return claim === 'nbf' && reason === 'check_failed' ? ['not valid yet'] : ['claim', { claim }]
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return ['signature', headerOf(token)]
  if (error instanceof errors.JWKSNoMatchingKey) return ['unknown key', headerOf(token)]
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return ['algorithm', headerOf(token)]
  return error instanceof errors.JOSEError ? ['malformed'] : ['unfit key', headerOf(token)]
}

/** The algorithm and the id of the key that a token names, so that an operator can look for the key. */
function headerOf(token: string): Readonly<Record<string, unknown>> {
  const { alg, kid } = decodeProtectedHeader(token)
  return { alg: shown(alg), kid: shown(kid) }
}

const MAX_SHOWN = 5

/** A given issuer or audience, for the log: a string, the first items of a list, or the type of any other value. */
function shown(claim: unknown): unknown {
  if (typeof claim === 'string') return cleanText(claim)
  if (Array.isArray(claim))
    return claim.slice(0, MAX_SHOWN).map((one) => shown(Array.isArray(one) ? {} : one))
  return claim === undefined || claim === null ? 'none' : `a value of type ${typeof claim}`
}
