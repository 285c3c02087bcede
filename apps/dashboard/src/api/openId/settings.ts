import type { AuthorizationServer } from 'oauth4webapi'
import { learnServerTime } from '../clock.js'

/** How people sign in to the pages, as /live/sign-in.json tells it. */
export type SignInWay =
  | OpenIdSettings
  | {
      readonly kind: 'development'
      /** Which other pages of this server there are. */
      readonly links: { readonly graphiql: boolean; readonly mailbox: boolean }
    }
  | { readonly kind: 'none' }
  /** The server didn't tell. */
  | { readonly kind: 'unknown' }

export interface OpenIdSettings {
  readonly kind: 'openid'
  readonly clientId: string
  readonly scopes: string
  readonly audience?: string
  readonly resource?: string
  /** Null: this server has not reached the provider yet. */
  readonly provider: AuthorizationServer | null
  /** Whether this server has reached the provider a moment ago. */
  readonly isReachable: boolean
}

/** @param now whether the server should look for the provider anew, because the person is about to go there */
export async function fetchSignInWay({ now = false } = {}): Promise<SignInWay> {
  try {
    const response = await fetch(`/live/sign-in.json${now ? '?now' : ''}`, {
      headers: { accept: 'application/json' },
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
    })
    learnServerTime(response.headers.get('date'))
    if (!response.ok) return { kind: 'unknown' }
    return (await response.json()) as SignInWay
  } catch {
    return { kind: 'unknown' }
  }
}
