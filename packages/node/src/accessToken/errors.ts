/** Why a token was refused. */
export type AccessTokenProblem =
  /** It is not a JWT, or lacks a claim. */
  | 'MALFORMED'
  /** It is a JWT, but not an org access token. */
  | 'WRONG_TYPE'
  | 'WRONG_ALGORITHM'
  | 'WRONG_ISSUER'
  | 'WRONG_AUDIENCE'
  /** It is for another org than the one in the options. */
  | 'WRONG_ORG'
  | 'EXPIRED'
  /** Guildhall publishes no key with its `kid`. */
  | 'UNKNOWN_KEY'
  | 'BAD_SIGNATURE'

/** The caller's token is not accepted: answer with HTTP 401. Tell the reasons apart by `code`. */
export class AccessTokenError extends Error {
  override readonly name = 'AccessTokenError'
  readonly code: AccessTokenProblem

  constructor(code: AccessTokenProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Guildhall's public keys can't be fetched, so no token can be verified. Not the caller's fault: answer with HTTP 503. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError'
}
