import type { Outage } from '../lib/outage.js'
import { KeySetError, reasonOf } from './fetchKeySet.js'

/** What a page needs of a provider's discovery document (OpenID Connect Discovery 1.0), under the same names. */
export interface ProviderMetadata {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly end_session_endpoint?: string
  readonly revocation_endpoint?: string
  readonly prompt_values_supported?: readonly string[]
  readonly id_token_signing_alg_values_supported?: readonly string[]
  readonly authorization_response_iss_parameter_supported?: boolean
}

export interface OpenIdProvider {
  /** What was read last. Null if the document could not be read yet; only the first attempt is waited for. */
  known(): Promise<ProviderMetadata | null>
  /** Reads the document again if what is known is older than `maxAgeMs`. Null if it can’t be read now. */
  current(maxAgeMs: number): Promise<ProviderMetadata | null>
}

const FETCH_TIMEOUT_MS = 3_000
/** After a failure there is no other attempt for this long, however many visitors come. */
const RETRY_DELAY_MS = 1_000

/** The URL of an issuer's discovery document. */
export const discoveryUrl = (issuer: string): string =>
  `${issuer.endsWith('/') ? issuer.slice(0, -1) : issuer}/.well-known/openid-configuration`

/**
 * The OpenID provider at which people sign in to the pages.
 * @param issuer the setting AUTH_ISSUER
 * @param outage called when its document can't be read, and when it can again
 */
export function openIdProvider(issuer: string, outage?: Outage): OpenIdProvider {
  let read: ProviderMetadata | null = null
  let readAt = Number.NEGATIVE_INFINITY
  let retryAt = Number.NEGATIVE_INFINITY
  let hasFailed = false
  let reading: Promise<ProviderMetadata | null> | undefined

  async function readAgain(): Promise<ProviderMetadata | null> {
    try {
      read = await fetchProvider(issuer, AbortSignal.timeout(FETCH_TIMEOUT_MS))
      readAt = performance.now()
      outage?.over()
      return read
    } catch (error) {
      hasFailed = true
      retryAt = performance.now() + RETRY_DELAY_MS
      outage?.report(new KeySetError(reasonOf(error)))
      return null
    } finally {
      reading = undefined
    }
  }

  async function current(maxAgeMs: number): Promise<ProviderMetadata | null> {
    const now = performance.now()
    if (now - readAt <= maxAgeMs) return read
    if (now < retryAt) return null
    reading ??= readAgain()
    return reading
  }

  return {
    current,
    async known() {
      if (read || hasFailed) return read
      return current(0)
    },
  }
}

/**
 * Reads a provider's discovery document.
 * @throws {KeySetError} if it is none, or another issuer's
 * @throws what `fetch` throws
 */
async function fetchProvider(issuer: string, signal: AbortSignal): Promise<ProviderMetadata> {
  const response = await fetch(discoveryUrl(issuer), {
    redirect: 'follow',
    headers: { accept: 'application/json' },
    signal,
  })
  if (response.status !== 200) throw new KeySetError(`the answer was HTTP ${response.status}`)
  const document = await response.json().catch(() => undefined)
  if (typeof document !== 'object' || document === null) throw new KeySetError('it is not JSON')
  const found = document as Record<string, unknown>
  if (found.issuer !== issuer)
    throw new KeySetError(
      typeof found.issuer === 'string'
        ? `it is of the issuer ${found.issuer.slice(0, 200)}: AUTH_ISSUER has to be exactly that`
        : 'it is not a discovery document: it names no issuer',
    )
  const endpoint = (name: string) => endpointOf(found[name], issuer)
  const authorization = endpoint('authorization_endpoint')
  const token = endpoint('token_endpoint')
  if (authorization === undefined || token === undefined)
    throw new KeySetError('it names no authorization_endpoint and token_endpoint')
  const endSession = endpoint('end_session_endpoint')
  const revocation = endpoint('revocation_endpoint')
  const prompts = texts(found.prompt_values_supported)
  const algorithms = texts(found.id_token_signing_alg_values_supported)
  return {
    issuer,
    authorization_endpoint: authorization,
    token_endpoint: token,
    ...(endSession !== undefined && { end_session_endpoint: endSession }),
    ...(revocation !== undefined && { revocation_endpoint: revocation }),
    ...(prompts && { prompt_values_supported: prompts }),
    ...(algorithms && { id_token_signing_alg_values_supported: algorithms }),
    ...(found.authorization_response_iss_parameter_supported === true && {
      authorization_response_iss_parameter_supported: true,
    }),
  }
}

/** Only a provider that is itself reached without TLS, as in a test, may have endpoints without it. */
function endpointOf(value: unknown, issuer: string): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  const url = new URL(value)
  const isSecure = url.protocol === 'https:' || (url.protocol === 'http:' && issuer.startsWith('http:'))
  return isSecure && url.username === '' ? url.href : undefined
}

function texts(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined
}
