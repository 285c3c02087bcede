/** A person to sign in as without an identity provider. Outside production only. */
export interface DemoPerson {
  readonly name: string
  /** For the user to read: "Owner of Acme". */
  readonly role: string
  readonly token: string
}

const PEOPLE_URL = '/live/people.json'

/** The people to sign in as. Empty if there are none, as always in production. */
export async function fetchDemoPeople(): Promise<DemoPerson[]> {
  try {
    const response = await fetch(PEOPLE_URL, { headers: { accept: 'application/json' }, credentials: 'omit' })
    if (!response.ok) return []
    const body: unknown = await response.json()
    return Array.isArray(body) ? body.filter(isPerson) : []
  } catch {
    return []
  }
}

/**
 * Signs in as any person, by e-mail address. Outside production only.
 * @throws an Error with a message for the user if the server refuses
 */
export async function signInAs(person: { name: string; email: string }): Promise<DemoPerson> {
  const response = await fetch(PEOPLE_URL, {
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
