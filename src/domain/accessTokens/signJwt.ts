import { type KeyObject, sign } from 'node:crypto'

export const ALGORITHM = 'ES256'

interface Header {
  typ: string
  kid: string
}

/**
 * Signs claims as a JWT with ES256 (RFC 7515, RFC 7518). jose does the same by WebCrypto, which takes two and a half
 * times as much of the processor: docs/decisions/023-org-access-tokens.md.
 */
export function signJwt(key: KeyObject, header: Header, claims: Readonly<Record<string, unknown>>): string {
  const content = `${base64url({ alg: ALGORITHM, ...header })}.${base64url(claims)}`
  // A JWT holds the two numbers of the signature one after the other, not in DER.
  const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' })
  return `${content}.${signature.toString('base64url')}`
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
