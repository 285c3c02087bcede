import { createHmac, timingSafeEqual } from 'node:crypto'

const known = new Map<string, { subject: string; expiresAt: number }>()

/**
 * The subject of a bearer token. The token is verified once and cached until it expires, as in Guildhall.
 * @throws if the token is not valid or has expired
 */
export function subjectOf(authorization: string | undefined, secret: string): string {
  const token = authorization?.slice('Bearer '.length) ?? ''
  let claims = known.get(token)
  if (claims === undefined) {
    const [head, body, signature] = token.split('.')
    const expected = createHmac('sha256', secret).update(`${head}.${body}`).digest()
    const given = Buffer.from(signature ?? '', 'base64url')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Error('bad token')
    const { sub, exp } = JSON.parse(Buffer.from(body ?? '', 'base64url').toString())
    claims = { subject: sub, expiresAt: exp * 1_000 }
    known.set(token, claims)
  }
  if (claims.expiresAt < Date.now()) throw new Error('token over')
  return claims.subject
}
