import { LRUCache } from 'lru-cache'
import { sourceOf } from './address.js'
import type { Callers, Credential } from './callers.js'
import type { RateLimit } from './rateLimit.js'

/** The most credentials that are remembered as exempt from the rate limit, and their total length in characters. */
const MAX_EXEMPT = 10_000
const MAX_CHARACTERS = 1_000_000

/** Rate-limits requests and identifies their callers. */
export interface CallerAccess<Caller> {
  /** Counts one request by its address. Returns 0 if it may go on, or else how long to wait, ms. */
  count(credential: Credential): number
  identify(credential: Credential): Promise<Caller>
  /** The key by which a request is counted until its caller is identified. */
  credentialKey(credential: Credential): string
  /** The key by which a caller is counted. */
  callerKey(caller: Caller, credential: Credential): string
}

const addressKey = ({ address }: Credential) => `address ${sourceOf(address)}`

/**
 * Counts each request by its address before doing any work for it. A credential is exempt only if its kind is not
 * rate-limited and it was valid at its last use. So every guessed credential is counted.
 */
export const callerAccess = <Caller>(
  callers: Pick<Callers<Caller, object>, 'identify' | 'keyOf' | 'isRated'>,
  rateLimit: RateLimit,
): CallerAccess<Caller> => {
  const exempt = new LRUCache<string, true>({
    max: MAX_EXEMPT,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_, authorization) => authorization.length,
  })

  return {
    count: ({ authorization, address }) =>
      authorization !== undefined && exempt.has(authorization) ? 0 : rateLimit.count(address),

    async identify(credential) {
      const { authorization = '', address } = credential
      try {
        const caller = await callers.identify(credential)
        if (!callers.isRated(caller) && !exempt.has(authorization)) {
          exempt.set(authorization, true)
          rateLimit.takeBack(address)
        }
        return caller
      } catch (error) {
        if (exempt.delete(authorization)) rateLimit.count(address)
        throw error
      }
    },

    credentialKey: (credential) => credential.authorization ?? addressKey(credential),
    callerKey: (caller, credential) => callers.keyOf(caller) ?? addressKey(credential),
  }
}
