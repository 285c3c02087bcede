/** Someone whom a visitor may be, offered outside production only. */
export interface DemoPerson {
  readonly name: string
  /** In words: "Owner of Acme". */
  readonly role: string
  readonly token: string
}

const PEOPLE = '/live/people.json'

/** Who may be played here; nobody, as always in production, is an empty list. */
export async function offeredPeople(): Promise<DemoPerson[]> {
  try {
    const response = await fetch(PEOPLE, { headers: { accept: 'application/json' }, credentials: 'omit' })
    if (!response.ok) return []
    const body: unknown = await response.json()
    return Array.isArray(body) ? body.filter(isPerson) : []
  } catch {
    return []
  }
}

/** Signs in as anybody, by address: outside production only. Throws with words where the server won't. */
export async function signInAs(person: { name: string; email: string }): Promise<DemoPerson> {
  const response = await fetch(PEOPLE, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(person),
    credentials: 'omit',
  }).catch(() => undefined)
  if (!response) throw new Error("The server can't be reached.")
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok && isPerson(body)) return body
  const message: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'message') : undefined
  throw new Error(typeof message === 'string' ? message : 'The server did not sign this person in.')
}

function isPerson(value: unknown): value is DemoPerson {
  if (typeof value !== 'object' || value === null) return false
  return ['name', 'role', 'token'].every((key) => typeof Reflect.get(value, key) === 'string')
}
