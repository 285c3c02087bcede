import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose'
import type { Outage } from '../lib/outage.js'
import { fetchKeySet, KeySetError, reasonOf } from './fetchKeySet.js'

/** The provider's keys couldn't be fetched or read: the token may be good or bad. Not the client's fault. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable'
}

const FETCH_TIMEOUT_MS = 3_000
/** A key that we don't know makes us ask again, but no oftener than that, whoever invents key ids. */
const COOLDOWN_MS = 10_000
/** Nor oftener than that after a failure. */
const QUIET_MS = 1_000
/** A key that the provider took back lives no longer than that, in tokens seen before as in new ones. */
const MAX_AGE_MS = 900_000
/**
 * From this age on the keys are fetched anew in the background. As long goes a token unverified that was verified
 * once: so it is what asks for the keys, where nobody new signs in.
 */
export const REFRESH_MS = 300_000

/** Fetches the keys, and for a moment after a failure fails without trying. */
const patientFetch = (outage: Outage | undefined) => {
  let quietUntil = 0
  return async (url: string, init: RequestInit): Promise<Response> => {
    if (Date.now() < quietUntil) throw new Error('The last attempt failed a moment ago.')
    try {
      const keySet = await fetchKeySet(url, init)
      // A provider may take its last key back. Then nobody can sign in, but that is an answer, and no failure.
      if (keySet.keys.length === 0) outage?.report(new KeySetError('it holds no keys'))
      else outage?.over()
      return Response.json(keySet)
    } catch (error) {
      quietUntil = Date.now() + QUIET_MS
      outage?.report(new KeySetError(reasonOf(error)))
      throw error
    }
  }
}

/** What is wrong with the token rather than with the provider. */
const isForTheToken = (error: unknown) =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys

/**
 * The keys of an OpenID provider by the URL of its JWK set, fetched at first use and followed as they rotate.
 * The returned function throws {@link KeysUnavailable} where it can't have them.
 * @param outage told when fetching begins to fail, and why, and when it works again
 */
export const remoteKeys = (url: URL, outage?: Outage): JWTVerifyGetKey => {
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    // A token may go on for that much longer than the keys that verified it.
    cacheMaxAge: MAX_AGE_MS - REFRESH_MS,
    [customFetch]: patientFetch(outage),
  })
  let refreshAt = 0

  return async (header, token) => {
    try {
      const key = await keys(header, token)
      if (refreshAt === 0) refreshAt = Date.now() + REFRESH_MS
      if (Date.now() >= refreshAt) {
        refreshAt = Date.now() + REFRESH_MS
        // A failure is no matter yet: what we have is still good.
        keys.reload().catch(() => {
          refreshAt = Date.now() + QUIET_MS
        })
      }
      return key
    } catch (error) {
      if (isForTheToken(error)) throw error
      throw new KeysUnavailable("The sign-in provider's keys can't be had.", { cause: error })
    }
  }
}
