import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'
import type { Outage } from '../lib/outage.js'
import { fetchKeySet, KeySetError, reasonOf } from './fetchKeySet.js'

/** The provider's keys couldn't be fetched or read, so the token can't be verified. Not the client's fault. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
}

const FETCH_TIMEOUT_MS = 3_000
/** An unknown key id causes a new fetch, at most this often: anyone can invent key ids. */
const COOLDOWN_MS = 10_000
/** After a failed fetch there is no other for this long. */
const RETRY_DELAY_MS = 1_000
/** A key that the provider removed is accepted no longer than this, for cached and for new tokens. */
const MAX_AGE_MS = 900_000
/**
 * Keys older than this are fetched again in the background. A cached token is verified again after the same time, so
 * that the keys are also refreshed while nobody new signs in.
 */
export const REFRESH_MS = 300_000

/** Fetches the keys. For `RETRY_DELAY_MS` after a failure it fails at once, without a request. */
const fetchWithRetryDelay = (outage: Outage | undefined) => {
  let retryAt = 0
  return async (url: string, init: RequestInit): Promise<Response> => {
    if (Date.now() < retryAt) throw new Error('The last attempt failed a moment ago.')
    try {
      const { keys } = await fetchKeySet(url, init)
      // A provider may remove its last key. Then nobody can sign in, but the fetch did not fail.
      if (keys.length === 0) outage?.report(new KeySetError('it holds no keys'))
      else outage?.over()
      return Response.json({ keys })
    } catch (error) {
      retryAt = Date.now() + RETRY_DELAY_MS
      outage?.report(new KeySetError(reasonOf(error)))
      throw error
    }
  }
}

/** An error of the token, not of the provider. */
const isTokenError = (error: unknown) =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys

/**
 * The keys of an OpenID provider, by the URL of its JWK set. They are fetched at first use and refreshed as they rotate.
 * The returned function throws {@link KeysUnavailable} if there are none.
 * @param outage called when fetching begins to fail, with the reason, and when it works again
 */
export const remoteKeys = (url: URL, outage?: Outage): JWTVerifyGetKey => {
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    // A cached token lives up to REFRESH_MS longer than the keys that verified it.
    cacheMaxAge: MAX_AGE_MS - REFRESH_MS,
    [customFetch]: fetchWithRetryDelay(outage),
  })
  let refreshAt = 0

  return async (header, token) => {
    try {
      const key = await keys(header, token)
      if (refreshAt === 0) refreshAt = Date.now() + REFRESH_MS
      if (Date.now() >= refreshAt) {
        refreshAt = Date.now() + REFRESH_MS
        // A failure doesn't matter yet: the cached keys are still valid.
        keys.reload().catch(() => {
          refreshAt = Date.now() + RETRY_DELAY_MS
        })
      }
      return key
    } catch (error) {
      if (isTokenError(error)) throw error
      throw new KeysUnavailable("The sign-in provider's keys can't be fetched.", { cause: error })
    }
  }
}
