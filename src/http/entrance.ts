import { LRUCache } from 'lru-cache'
import { sourceOf } from './address.js'
import type { Callers, Credential } from './callers.js'
import type { RateLimit } from './rateLimit.js'

/** Credentials that are not counted by their address; each is an Authorization header. */
const MAX_UNCOUNTED = 10_000
const MAX_CHARACTERS = 1_000_000

/** Counts what is asked, and tells who asks. */
export interface Entrance<Caller> {
  /** Counts one request by its address. Answers how long to wait in ms, or 0 where it may go on. */
  count(credential: Credential): number
  identify(credential: Credential): Promise<Caller>
  /** Under what name a credential is counted before anybody knows whose it is. */
  credentialKey(credential: Credential): string
  /** Under what name a caller is counted. */
  callerKey(caller: Caller, credential: Credential): string
}

const addressKey = ({ address }: Credential) => `address ${sourceOf(address)}`

/**
 * Everything is counted by its address before it costs anything. Only a credential that was valid the last time, and
 * is of a kind that isn't counted, goes by: so guesses are counted, each of them.
 */
export const entrance = <Caller>(
  callers: Pick<Callers<Caller, object>, 'identify' | 'keyOf' | 'isRated'>,
  rateLimit: RateLimit,
): Entrance<Caller> => {
  const uncounted = new LRUCache<string, true>({
    max: MAX_UNCOUNTED,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_, authorization) => authorization.length,
  })

  return {
    count: ({ authorization, address }) =>
      authorization !== undefined && uncounted.has(authorization) ? 0 : rateLimit.count(address),

    async identify(credential) {
      const { authorization = '', address } = credential
      try {
        const caller = await callers.identify(credential)
        if (!callers.isRated(caller) && !uncounted.has(authorization)) {
          uncounted.set(authorization, true)
          rateLimit.takeBack(address)
        }
        return caller
      } catch (error) {
        if (uncounted.delete(authorization)) rateLimit.count(address)
        throw error
      }
    },

    credentialKey: (credential) => credential.authorization ?? addressKey(credential),
    callerKey: (caller, credential) => callers.keyOf(caller) ?? addressKey(credential),
  }
}
