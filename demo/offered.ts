import sql from 'sql-template-tag'
import type { Database } from '../src/database/database.js'
import { parseEmail } from '../src/domain/users/email.js'
import type { OfferedPeople } from '../src/pages/web/people.js'
import { demoPeople, demoToken } from './people.js'

/** The sign-in outside production: as one of the seeded people, or with any e-mail address. */
export function offeredPeople(jwtSecret: string, database: () => Database): OfferedPeople {
  return {
    list: () =>
      Promise.all(
        Object.values(demoPeople).map(async (person) => ({
          name: person.name,
          member: { role: person.role, orgName: 'Acme' },
          token: await demoToken(person, jwtSecret),
        })),
      ),

    async signInAs({ name, email: text }) {
      const email = parseEmail(text)
      if (!email.ok) return null
      // A verified address belongs to one user. If there is one, sign in as that user.
      const [held] = await database().query<{ subject: string; name: string | null }>(sql`
        select subject, name from "user" where email = ${email.value} and email_verified
      `)
      const person = {
        subject: held?.subject ?? `demo|${email.value}`,
        name: held?.name ?? name,
        email: email.value,
      }
      return { name: person.name, member: null, token: await demoToken(person, jwtSecret) }
    },
  }
}
