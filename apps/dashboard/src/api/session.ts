import { effect, signal } from '@preact/signals'

export interface Session {
  readonly token: string
  /** The person's name in the list of demo people; null for a pasted token. */
  readonly name: string | null
}

const KEY = 'guildhall.session'

/** The sign-in of this tab. It ends with the tab: it is never in localStorage. */
export const session = signal<Session | null>(restore())

effect(() => {
  const current = session.value
  try {
    if (current) sessionStorage.setItem(KEY, JSON.stringify(current))
    else sessionStorage.removeItem(KEY)
  } catch {
    // The browser may block storage. Then the session lasts as long as the page.
  }
})

function restore(): Session | null {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
    if (typeof stored !== 'object' || stored === null) return null
    const token: unknown = Reflect.get(stored, 'token')
    const name: unknown = Reflect.get(stored, 'name')
    return typeof token === 'string' ? { token, name: typeof name === 'string' ? name : null } : null
  } catch {
    return null
  }
}
