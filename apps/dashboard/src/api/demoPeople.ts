import type { OrgRoleName } from '../../../../operations/generated/graphql.js'

/** A person to sign in as without an identity provider. Outside production only. */
export interface DemoPerson {
  readonly name: string
  /** An org of theirs, and their role in it. */
  readonly member: { readonly role: OrgRoleName; readonly orgName: string } | null
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
 * @returns the person, or why the server did not sign them in
 */
export async function signInAs(person: {
  name: string
  email: string
}): Promise<DemoPerson | 'wrong address' | 'server away'> {
  const response = await fetch(PEOPLE_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(person),
    credentials: 'omit',
  }).catch(() => undefined)
  if (response?.status === 400) return 'wrong address'
  const body: unknown = await response?.json().catch(() => undefined)
  return response?.ok && isPerson(body) ? body : 'server away'
}

function isPerson(value: unknown): value is DemoPerson {
  if (typeof value !== 'object' || value === null) return false
  return ['name', 'token'].every((key) => typeof Reflect.get(value, key) === 'string')
}
