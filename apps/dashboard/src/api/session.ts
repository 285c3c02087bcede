import { signal } from '@preact/signals'

/** Who is signed in. */
export interface Session {
  /**
   * What requests are made with: pass it to `execute` and `openSubscriptionClient`. It stays the same for as long as
   * the same person is signed in, while the token that is sent for it changes (credential.ts).
   */
  readonly token: string
  /** Null if the sign-in doesn't tell it, as for an API token. */
  readonly name: string | null
  /** As the OpenID provider tells it. The server may not know it. */
  readonly email: string | null
  readonly kind: 'openid' | 'person' | 'token'
}

/** The sign-in of this page. Change it by signIn.ts. */
export const session = signal<Session | null>(null)

/**
 * Why requests can't be made at the moment, although somebody is signed in. `expired`: they have to sign in again.
 * `unreachable`: the sign-in could not be renewed, because the provider does not answer; that is retried. `refused`: this
 * server does not accept the provider's tokens, so signing in again would not help.
 */
export type Pause = 'expired' | 'unreachable' | 'refused'

export const pause = signal<Pause | null>(null)
