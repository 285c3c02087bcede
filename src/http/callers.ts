import type { CallerIds } from '../lib/observedOperation.js'

/** How a request or a socket identifies its caller. */
export interface Credential {
  /** `Bearer …` as it was sent, never blank: from the header, or from `authorization` in connectionParams. */
  readonly authorization: string | undefined
  /** The client's address, also behind trusted proxies. */
  readonly address: string
}

/** Undefined for an empty or blank credential: clients send one for a user who is signed out. */
export const credentialIn = (authorization: string | undefined): string | undefined =>
  authorization === undefined || authorization.trim() === '' ? undefined : authorization

/**
 * Identifies callers and creates the context of operations. The code in this folder does not know what callers and
 * contexts are. Both are created for each operation: every operation of a socket checks the credential again, because
 * it may have expired or been revoked.
 */
export interface Callers<Caller, Context extends object> {
  /**
   * Also called without a credential, for an anonymous caller.
   * @throws {CodedError} `badCredential()`: HTTP 401, or the socket is closed with 4403
   */
  readonly identify: (credential: Credential) => Promise<Caller> | Caller
  /** The key by which a caller is counted. Undefined for an anonymous caller, who is counted by address. */
  readonly keyOf: (caller: Caller) => string | undefined
  /** Registers a listener that gets a caller's key when their credentials have ended. */
  readonly onEnded?: (listener: (key: string) => void) => void
  /** The ids by which logs name a caller. */
  readonly idsOf: (caller: Caller) => CallerIds
  /** Whether the caller's requests count for the rate limit of their address. */
  readonly isRated: (caller: Caller) => boolean
  /**
   * Returns a plain object. Resolvers get its own properties in their context, beside `edge`.
   * @param key by which the caller is counted, an anonymous one too
   */
  readonly contextOf: (caller: Caller, key: string) => Context
}
