import * as oauth from 'oauth4webapi'
import { serverNow } from '../clock.js'
import type { OpenIdSettings } from './settings.js'

/** What the provider gave at one time. Kept in memory only. */
export interface Tokens {
  readonly access: string
  readonly refresh: string | null
  /** The last ID token, to be sent back when signing out. */
  readonly id: string
  readonly subject: string
  readonly name: string | null
  readonly email: string | null
  /** When they came, ms since the epoch. Of two, the later ones are newer. */
  readonly at: number
  /** How long the access token is valid from then on, ms. Null if the provider doesn't tell. */
  readonly lifeMs: number | null
}

/** What has to be known when the provider returns. */
export interface Transaction {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface RequestOptions {
  readonly prompt?: string | undefined
  /** The last ID token: whom this is about. */
  readonly idTokenHint?: string | undefined
  /** What to fill into the provider's form. */
  readonly loginHint?: string | undefined
}

/**
 * Why there are no tokens. `unreachable`: the provider doesn't answer, try again. `absent`: there is no session at the
 * provider, so the person has to sign in there. `cancelled`: the person or the provider said no. `failed`: anything else.
 */
export class SignInError extends Error {
  override readonly name = 'SignInError'
  constructor(
    readonly kind: 'unreachable' | 'absent' | 'cancelled' | 'failed',
    /** For the operator. */
    readonly detail: string,
  ) {
    super(detail)
  }
}

const TIMEOUT_MS = 10_000

export type ReachedSettings = OpenIdSettings & { readonly provider: oauth.AuthorizationServer }

/** The clock of this machine may be wrong: what counts is the server's. */
const clientOf = ({ clientId }: OpenIdSettings): oauth.Client => ({
  client_id: clientId,
  [oauth.clockSkew]: Math.round((serverNow() - Date.now()) / 1_000),
  [oauth.clockTolerance]: 30,
})

/** The page to which the provider returns. It has to be registered there. */
const returnUrl = (): string => `${location.origin}/live/signed-in`

/** The page to which the provider leads after signing out. It has to be registered there. */
const signedOutUrl = (): string => `${location.origin}/live`

export function newTransaction(): Transaction {
  return {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  }
}

/** The URL at the provider, with which an authorization code flow with PKCE begins. */
export async function authorizationUrl(
  settings: ReachedSettings,
  { state, nonce, verifier }: Transaction,
  { prompt, idTokenHint, loginHint }: RequestOptions,
): Promise<string> {
  const url = new URL(settings.provider.authorization_endpoint ?? '')
  const parameters = {
    client_id: settings.clientId,
    redirect_uri: returnUrl(),
    response_type: 'code',
    scope: settings.scopes,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    prompt,
    id_token_hint: idTokenHint,
    login_hint: loginHint,
    audience: settings.audience,
    resource: settings.resource,
  }
  for (const [name, value] of Object.entries(parameters)) if (value) url.searchParams.set(name, value)
  return url.href
}

/**
 * Redeems the code with which the provider has returned.
 * @throws {SignInError}
 */
export async function redeem(
  settings: ReachedSettings,
  query: string,
  { state, nonce, verifier }: Transaction,
): Promise<Tokens> {
  return asSignInError(async () => {
    const client = clientOf(settings)
    const parameters = oauth.validateAuthResponse(
      settings.provider,
      client,
      new URLSearchParams(query),
      state,
    )
    const response = await oauth.authorizationCodeGrantRequest(
      settings.provider,
      client,
      oauth.None(),
      parameters,
      returnUrl(),
      verifier,
      tokenOptions(settings),
    )
    const result = await oauth.processAuthorizationCodeResponse(settings.provider, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    })
    return tokensOf(result, null)
  })
}

/**
 * Gets new tokens by the refresh token.
 * @throws {SignInError}
 */
export async function refresh(settings: ReachedSettings, held: Tokens): Promise<Tokens> {
  return asSignInError(async () => {
    const client = clientOf(settings)
    const response = await oauth.refreshTokenGrantRequest(
      settings.provider,
      client,
      oauth.None(),
      held.refresh ?? '',
      tokenOptions(settings),
    )
    const result = await oauth.processRefreshTokenResponse(settings.provider, client, response)
    return tokensOf(result, held)
  })
}

/** Tells the provider that the refresh token isn't needed any more. A failure changes nothing for the person. */
export async function revoke(settings: ReachedSettings, refreshToken: string): Promise<void> {
  if (!settings.provider.revocation_endpoint) return
  await oauth
    .revocationRequest(settings.provider, clientOf(settings), oauth.None(), refreshToken, {
      ...insecure(settings),
      signal: AbortSignal.timeout(3_000),
    })
    .catch(() => undefined)
}

/** The URL at the provider that ends the session there. Null if it has none. */
export function endSessionUrl(settings: OpenIdSettings, idToken: string | null): string | null {
  const endpoint = settings.provider?.end_session_endpoint
  if (!endpoint) return null
  const url = new URL(endpoint)
  url.searchParams.set('client_id', settings.clientId)
  url.searchParams.set('post_logout_redirect_uri', signedOutUrl())
  if (idToken) url.searchParams.set('id_token_hint', idToken)
  return url.href
}

function tokenOptions(settings: ReachedSettings) {
  const additionalParameters: Record<string, string> = {}
  if (settings.audience) additionalParameters.audience = settings.audience
  if (settings.resource) additionalParameters.resource = settings.resource
  return { ...insecure(settings), additionalParameters, signal: AbortSignal.timeout(TIMEOUT_MS) }
}

/** A provider without TLS is one on this machine: the server reads no other. */
function insecure({ provider }: ReachedSettings) {
  return { [oauth.allowInsecureRequests]: provider.issuer.startsWith('http:') }
}

function tokensOf(result: oauth.TokenEndpointResponse, before: Tokens | null): Tokens {
  const claims = oauth.getValidatedIdTokenClaims(result)
  const subject = claims?.sub ?? before?.subject
  if (subject === undefined) throw new SignInError('failed', 'The provider sent no ID token.')
  if (before && before.subject !== subject) throw new SignInError('absent', 'Somebody else is signed in now.')
  return {
    access: result.access_token,
    refresh: result.refresh_token ?? before?.refresh ?? null,
    id: result.id_token ?? before?.id ?? '',
    subject,
    name: textOf(claims?.name) ?? before?.name ?? null,
    email: textOf(claims?.email) ?? before?.email ?? null,
    at: Date.now(),
    lifeMs: result.expires_in === undefined ? null : result.expires_in * 1_000,
  }
}

const textOf = (claim: unknown): string | null => (typeof claim === 'string' && claim !== '' ? claim : null)

async function asSignInError<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw signInErrorOf(error)
  }
}

/** The answers to `prompt=none` if the person would have to do something. */
const absent = new Set([
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
])

function signInErrorOf(error: unknown): SignInError {
  if (error instanceof SignInError) return error
  if (error instanceof oauth.AuthorizationResponseError) {
    const detail = describe(error.error, error.error_description)
    if (absent.has(error.error)) return new SignInError('absent', detail)
    if (error.error === 'access_denied') return new SignInError('cancelled', detail)
    if (error.error === 'temporarily_unavailable' || error.error === 'server_error')
      return new SignInError('unreachable', detail)
    return new SignInError('failed', detail)
  }
  if (error instanceof oauth.ResponseBodyError) {
    const kind =
      error.status >= 500 || error.status === 429
        ? 'unreachable'
        : error.error === 'invalid_grant'
          ? 'absent'
          : 'failed'
    return new SignInError(kind, describe(error.error, error.error_description))
  }
  // What fetch throws, and a gateway's page in place of an answer.
  if (error instanceof DOMException || isFailedFetch(error))
    return new SignInError('unreachable', String(error))
  const { cause } = error as { cause?: unknown }
  if (cause instanceof Response && cause.status >= 500)
    return new SignInError('unreachable', `The provider answered ${cause.status}.`)
  return new SignInError('failed', error instanceof Error ? error.message : String(error))
}

/** The library's own errors have a code. */
const isFailedFetch = (error: unknown) => error instanceof TypeError && !('code' in error)

const describe = (code: string, text: string | undefined) => (text ? `${code}: ${text}` : code)
