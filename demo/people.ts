import { SignJWT } from 'jose'
import type { OrgRoleName } from '../src/generated/prisma/enums.js'

/** A person as whom a developer can sign in without an identity provider. Never in production. */
export interface DemoPerson {
  subject: string
  name: string
  email: string
}

/** With their role in the org Acme. */
export const demoPeople = {
  ada: { subject: 'demo|ada', name: 'Ada Lovelace', email: 'ada@acme.example', role: 'OWNER' },
  ben: { subject: 'demo|ben', name: 'Ben Okafor', email: 'ben@acme.example', role: 'ADMIN' },
  cleo: { subject: 'demo|cleo', name: 'Cleo Marchetti', email: 'cleo@acme.example', role: 'USER' },
} as const satisfies Record<string, DemoPerson & { role: OrgRoleName }>

const VALID_FOR = '30d'

/** A sign-in token for a demo person, like one from an identity provider. Valid for 30 days. */
export function demoToken(person: DemoPerson, jwtSecret: string): Promise<string> {
  return new SignJWT({ email: person.email, email_verified: true, name: person.name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(person.subject)
    .setIssuedAt()
    .setExpirationTime(VALID_FOR)
    .sign(new TextEncoder().encode(jwtSecret))
}
