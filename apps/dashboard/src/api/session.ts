import { effect, signal } from '@preact/signals'

export interface Session {
  readonly token: string
  /** As the list of people calls them; null for a pasted token. */
  readonly name: string | null
}

const KEY = 'guildhall.session'

/** Who this tab speaks for. Kept for the tab's life only, never in localStorage. */
export const session = signal<Session | null>(restore())

effect(() => {
  const current = session.value
  try {
    if (current) sessionStorage.setItem(KEY, JSON.stringify(current))
    else sessionStorage.removeItem(KEY)
  } catch {
    // Storage may be refused: then the session lasts as long as the page.
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
