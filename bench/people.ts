import { createHmac } from 'node:crypto'
import { emailOf, subjectOf } from './seed.js'

/** Every contestant checks the same sign-in tokens, by this secret. */
export const JWT_SECRET = 'the secret of the bench, long enough for HS256'

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = base64url({ alg: 'HS256', typ: 'JWT' })
const signed = new Map<number, string>()

/** `Bearer …` of a user, by number. Issued before the account's claims, so that signing in writes nothing. */
export function bearerOf(user: number): string {
  let bearer = signed.get(user)
  if (bearer === undefined) {
    const now = Math.floor(Date.now() / 1_000)
    const claims = { sub: subjectOf(user), email: emailOf(user), email_verified: true, iat: 1_700_000_000 }
    const content = `${header}.${base64url({ ...claims, name: `Person ${user}`, exp: now + 86_400 })}`
    bearer = `Bearer ${content}.${createHmac('sha256', JWT_SECRET).update(content).digest('base64url')}`
    signed.set(user, bearer)
  }
  return bearer
}
