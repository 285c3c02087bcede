import type { Person } from '../src/domain/core/actor.js'
import type { Transact } from '../src/domain/core/transact.js'
import { parseEmail } from '../src/domain/users/email.js'
import { cleanPersonName } from '../src/domain/users/personName.js'
import { signIn } from '../src/domain/users/signIn.js'
import type { DemoPerson } from './people.js'

/** How long an actor's sign-in is valid: long enough for one action. */
const VALID_FOR_MS = 60_000

/** A demo person as a signed-in actor. */
export function actorOf(userId: string): Person {
  return { kind: 'person', userId, expiresAt: new Date(Date.now() + VALID_FOR_MS) }
}

/** Signs a demo person in. The first time this creates the account. */
export async function signUp(transact: Transact, person: DemoPerson): Promise<Person> {
  const email = parseEmail(person.email)
  if (!email.ok) throw new Error(`${person.email} is not an e-mail address`)
  const { userId } = await signIn(transact, {
    subject: person.subject,
    email: email.value,
    emailVerified: true,
    name: cleanPersonName(person.name),
    issuedAt: null,
  })
  return actorOf(userId)
}
