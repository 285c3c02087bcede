import { createHmac } from 'node:crypto'
import { emailOf, subjectOf } from './seed.js'

/** All contestants verify the same sign-in tokens with this secret. */
export const JWT_SECRET = 'the secret of the bench, long enough for HS256'

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = base64url({ alg: 'HS256', typ: 'JWT' })
const signed = new Map<string, string>()

interface Claims {
  subject: string
  email: string
  name: string
}

/** `Bearer …` for a user. `iat` is older than the account's data, so that the sign-in writes nothing. */
export function bearerFor({ subject, email, name }: Claims): string {
  let bearer = signed.get(subject)
  if (bearer === undefined) {
    const now = Math.floor(Date.now() / 1_000)
    const claims = { sub: subject, email, email_verified: true, iat: 1_700_000_000 }
    const content = `${header}.${base64url({ ...claims, name, exp: now + 86_400 })}`
    bearer = `Bearer ${content}.${createHmac('sha256', JWT_SECRET).update(content).digest('base64url')}`
    signed.set(subject, bearer)
  }
  return bearer
}

/** `Bearer …` for a seeded user, by number. */
export const bearerOf = (user: number): string =>
  bearerFor({ subject: subjectOf(user), email: emailOf(user), name: `Person ${user}` })
