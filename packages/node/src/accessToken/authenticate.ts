import { AccessTokenError, KeysUnavailableError } from './errors.js'
import { type AccessTokenOptions, type Caller, verifyAccessToken } from './verifyAccessToken.js'

/** What to answer a request that is not accepted. */
export interface Refused {
  readonly status: 401 | 503
  readonly headers: Readonly<Record<string, string>>
  readonly body: { readonly error: { readonly code: string; readonly message: string } }
}

export type Authenticated =
  | { readonly caller: Caller; readonly refused?: never }
  | { readonly caller?: never; readonly refused: Refused }

/**
 * Finds out who sent a request, for a framework without a middleware here.
 * @param authorization the header of this name
 * @throws what is neither the caller's fault nor Guildhall's
 */
export async function authenticate(
  authorization: string | null | undefined,
  options: AccessTokenOptions,
): Promise<Authenticated> {
  const token = /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization ?? '')?.[1]
  // RFC 6750, 3.1: without a token there is no error code.
  if (token === undefined) return unauthorized('UNAUTHENTICATED', 'Send an org access token.', 'Bearer')
  try {
    return { caller: await verifyAccessToken(token, options) }
  } catch (error) {
    if (error instanceof AccessTokenError) {
      const challenge = `Bearer error="invalid_token", error_description="${error.message.replaceAll('’', "'")}"`
      return unauthorized(error.code, error.message, challenge)
    }
    if (!(error instanceof KeysUnavailableError)) throw error
    const message = 'The access token can’t be verified at the moment. Try again soon.'
    return {
      refused: {
        status: 503,
        headers: { 'retry-after': '1' },
        body: { error: { code: 'UNAVAILABLE', message } },
      },
    }
  }
}

function unauthorized(code: string, message: string, challenge: string): { refused: Refused } {
  return {
    refused: {
      status: 401,
      headers: { 'www-authenticate': challenge },
      body: { error: { code, message } },
    },
  }
}
