/** What a request or a socket brings to say who is asking. */
export interface Credential {
  /** `Bearer …`, as it came and never blank: the header, or `authorization` of connectionParams. */
  readonly authorization: string | undefined
  /** The client's address, behind trusted proxies too. */
  readonly address: string
}

/** A credential as it was sent; an empty or blank one is none, as clients send it of somebody who is signed out. */
export const credentialIn = (authorization: string | undefined): string | undefined =>
  authorization === undefined || authorization.trim() === '' ? undefined : authorization

/**
 * Who is asking, and what an operation works with. The edge knows neither; both are passed in.
 * A caller and a context live as long as one operation: an open socket's credential may have expired or been revoked
 * since its last one, so each proves it anew.
 */
export interface Callers<Caller, Context extends object> {
  /**
   * No credential at all is a caller too: nobody.
   * @throws {CodedError} `badCredential()`: HTTP 401, or the socket is closed with 4403
   */
  readonly identify: (credential: Credential) => Promise<Caller> | Caller
  /** Under what name a caller's sockets and streams are counted. Undefined for nobody: counted by address. */
  readonly keyOf: (caller: Caller) => string | undefined
  /** Whether what they ask counts for the rate of their address. */
  readonly isRated: (caller: Caller) => boolean
  /** A plain object: its own properties are copied into the context that resolvers get, beside `edge`. */
  readonly contextOf: (caller: Caller) => Context
}
