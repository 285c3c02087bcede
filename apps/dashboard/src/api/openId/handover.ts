import type { Transaction } from './provider.js'

/**
 * What a page leaves for the page that comes after the provider, in the same tab. It holds no tokens: the verifier is
 * worthless without the code, and the code without the verifier.
 */
export interface Departure extends Transaction {
  /** The path and query to come back to. */
  readonly place: string
  /** Whether the provider was asked without a question to the person. */
  readonly silent: boolean
}

const DEPARTURE = 'guildhall.sign-in'
const RETURN = 'guildhall.returned'
const HINT = 'guildhall.signed-in'

export function keepDeparture(departure: Departure): void {
  sessionStorage.setItem(DEPARTURE, JSON.stringify(departure))
}

export function peekDeparture(): Departure | null {
  try {
    return JSON.parse(sessionStorage.getItem(DEPARTURE) ?? 'null') as Departure | null
  } catch {
    return null
  }
}

export function keepReturn(query: string): void {
  sessionStorage.setItem(RETURN, query)
}

/** The departure and the provider's answer to it, once. Null if the page was opened in any other way. */
export function takeReturn(): { departure: Departure; query: string } | null {
  try {
    const departure = peekDeparture()
    const query = sessionStorage.getItem(RETURN)
    sessionStorage.removeItem(RETURN)
    sessionStorage.removeItem(DEPARTURE)
    return departure && query !== null ? { departure, query } : null
  } catch {
    return null
  }
}

/** Whether somebody was signed in here when this browser was last used, so that asking the provider makes sense. */
export function wasSignedIn(): boolean {
  try {
    return localStorage.getItem(HINT) !== null
  } catch {
    return false
  }
}

export function rememberSignedIn(isSignedIn: boolean): void {
  try {
    if (isSignedIn) localStorage.setItem(HINT, '1')
    else localStorage.removeItem(HINT)
  } catch {
    // The browser may block storage. Then a new page doesn't sign in by itself.
  }
}
