import { createServer, type Server } from 'node:http'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

/** What the token says about its bearer. It was true when Guildhall signed the token. */
interface OrgAccess {
  readonly userId: string
  readonly orgId: string
  readonly permissions: readonly string[]
}

interface Options {
  /** Where Guildhall runs. */
  readonly guildhallUrl: string
  /** Guildhall's TOKEN_ISSUER, or its APP_URL. */
  readonly issuer: string
  /** The name of this back end in Guildhall's TOKEN_AUDIENCES. */
  readonly audience: string
}

/** Verifies org access tokens. It asks Guildhall only for its public keys, and keeps these. */
export function orgAccessVerifier({ guildhallUrl, issuer, audience }: Options) {
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', guildhallUrl))
  const options = { issuer, audience, algorithms: ['ES256'], typ: 'org-access+jwt' }
  /** Null for a token that is missing, expired, wrongly signed, or for somebody else. */
  return async (authorization = ''): Promise<OrgAccess | null> => {
    const token = /^Bearer (\S+)$/.exec(authorization)?.[1] ?? ''
    try {
      const { payload } = await jwtVerify(token, keys, options)
      return {
        userId: String(payload.user_id),
        orgId: String(payload.org_id),
        permissions: payload.permissions as string[],
      }
    } catch (error) {
      // Anything else is not the client’s fault, for example if Guildhall can’t be reached.
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) return null
      throw error
    }
  }
}

/** Another back end of your product: it lists the projects of an org for its members. */
export function projectsServer(options: Options, projects: ReadonlyMap<string, readonly string[]>): Server {
  const verify = orgAccessVerifier(options)
  return createServer(async (request, response) => {
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    try {
      const access = await verify(request.headers.authorization)
      if (!access) answer(401, { message: 'Get a new token from Guildhall.' })
      else if (!access.permissions.includes('ORG_READ')) answer(403, { message: 'Not for you.' })
      else answer(200, projects.get(access.orgId) ?? [])
    } catch {
      answer(503, { message: 'Try again soon.' })
    }
  })
}
