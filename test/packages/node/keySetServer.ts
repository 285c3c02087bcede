import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** Signs tokens as Guildhall does, and publishes the keys. Tests use it for what Guildhall never signs or answers. */
export async function startKeySetServer() {
  const keys: JWK[] = []
  let requests = 0
  let answer: (() => { status: number; body: string }) | undefined
  const server = createServer((_, response) => {
    requests++
    const { status, body } = answer?.() ?? { status: 200, body: JSON.stringify({ keys }) }
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  let paths = 0
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    /** A URL whose keys nobody has fetched yet. */
    newUrl: () => `${origin}/${++paths}`,
    requests: () => requests,
    answer(how: typeof answer) {
      answer = how
    },
    /** @returns a function that signs claims with a new key */
    async newKey(kid: string, { published = true } = {}) {
      const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
      if (published) keys.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' })
      return (claims: JWTPayload, header: Record<string, string> = {}) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'ES256', typ: 'org-access+jwt', kid, ...header })
          .sign(privateKey)
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
