import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

export type SigningKey = {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

let made = 0
export const makeKey = async (alg = 'RS256'): Promise<SigningKey> => {
  const kid = `key-${++made}`
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/**
 * Signs a token that is valid for an hour. The claims and the header can override everything
 * (`undefined` removes a claim).
 */
export const signWith = (
  key: SigningKey,
  claims: JWTPayload = {},
  header: { [name: string]: unknown } = {},
): Promise<string> => {
  const now = Math.floor(Date.now() / 1_000)
  return new SignJWT({ sub: 'ada', iat: now, exp: now + 3_600, ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })
    .sign(key.privateKey)
}

export type OpenIdProvider = {
  /** The URL of the JWK set, for AUTH_JWKS_URL. */
  readonly jwksUrl: string
  /** How often the JWK set was fetched. */
  readonly fetches: number
  /** Serves these keys from now on. */
  publish(...jwks: JWK[]): void
  /** Serves this answer instead, or never answers. */
  answer(status: number, body: string, headers?: Record<string, string>): void
  stall(): void
  close(): Promise<void>
}

/** The key server of an OpenID provider, on loopback. */
export const startOpenIdProvider = async (): Promise<OpenIdProvider> => {
  let reply: { status: number; body: string; headers?: Record<string, string> } | 'stall' = {
    status: 200,
    body: '{"keys":[]}',
  }
  let fetches = 0
  const server = createServer((_, response) => {
    fetches++
    if (reply === 'stall') return
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(reply.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    get fetches() {
      return fetches
    },
    publish(...keys) {
      reply = { status: 200, body: JSON.stringify({ keys }) }
    },
    answer(status, body, headers = {}) {
      reply = { status, body, headers }
    },
    stall() {
      reply = 'stall'
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
