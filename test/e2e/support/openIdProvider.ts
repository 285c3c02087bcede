import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

/** What tests change while the provider runs. */
interface ProviderOptions {
  /** How long an access token is valid, s. */
  lifetimeS: number
  /** Whether it gives refresh tokens. */
  givesRefreshTokens: boolean
  /** Whether access tokens tell the e-mail address. */
  tellsEmail: boolean
}

/** A real OpenID provider. Anybody signs in with any e-mail address and no password. */
export interface OpenIdProvider {
  readonly issuer: string
  readonly options: ProviderOptions
  /** The grants of the token endpoint so far, such as `refresh_token`. */
  readonly grants: string[]
  /** Lets it answer at this origin of Guildhall's pages. */
  allow(origin: string): void
  stop(): Promise<void>
  start(): Promise<void>
}

export const CLIENT_ID = 'guildhall-pages'
/** The resource for which access tokens are: AUTH_AUDIENCE of Guildhall. */
export const RESOURCE = 'https://api.example.com'

export async function openOpenIdProvider(port: number): Promise<OpenIdProvider> {
  const issuer = `http://localhost:${port}`
  const options: ProviderOptions = { lifetimeS: 3_600, givesRefreshTokens: true, tellsEmail: true }
  const grants: string[] = []
  const redirectUris: string[] = []
  const signedOutUris: string[] = []
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const claimsOf = (email: string) => ({
    email,
    email_verified: true,
    name: email.slice(0, email.indexOf('@')),
  })

  let server: Server | undefined
  let provider: Provider | undefined

  /** The clients are fixed once a provider is made. */
  function make(): Provider {
    const made = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT_ID,
          token_endpoint_auth_method: 'none',
          redirect_uris: redirectUris,
          post_logout_redirect_uris: signedOutUris,
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
        },
      ],
      jwks: { keys: [{ ...privateJwk, use: 'sig', alg: 'RS256' }] },
      cookies: { keys: ['a key that signs the cookies of these tests'] },
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      conformIdTokenClaims: false,
      features: {
        devInteractions: { enabled: false },
        revocation: { enabled: true },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource: async (ctx: { body: string }, form: string) => {
            ctx.body = page(
              'Sign out',
              `${form}<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>`,
            )
          },
        },
        resourceIndicators: {
          enabled: true,
          useGrantedResource: async () => true,
          getResourceServerInfo: async () => ({
            scope: '',
            audience: RESOURCE,
            accessTokenFormat: 'jwt',
            accessTokenTTL: options.lifetimeS,
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
      findAccount: async (_: unknown, id: string) => ({
        accountId: id,
        claims: async () => ({ sub: id, ...claimsOf(id) }),
      }),
      extraTokenClaims: async (_: unknown, { accountId = '' }: { accountId?: string }) =>
        options.tellsEmail ? claimsOf(accountId) : { name: claimsOf(accountId).name },
      issueRefreshToken: async () => options.givesRefreshTokens,
      // Nobody is asked for consent: the client belongs to the same company.
      loadExistingGrant: async (ctx: GrantContext) => {
        const { client, session, provider: at } = ctx.oidc
        const grant = new at.Grant({ clientId: client.clientId, accountId: session.accountId })
        grant.addOIDCScope('openid profile email offline_access')
        grant.addResourceScope(RESOURCE, '')
        await grant.save()
        return grant
      },
      clientBasedCORS: () => true,
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/login/${uid}` },
      ttl: { Session: 3_600, Interaction: 3_600, Grant: 3_600, IdToken: 3_600, RefreshToken: 3_600 },
    })
    made.on('grant.success', (ctx: { oidc: { params: { grant_type: string } } }) => {
      grants.push(ctx.oidc.params.grant_type)
    })
    return made
  }

  const privateJwk = await exportJWK(privateKey)

  async function login(req: IncomingMessage, res: ServerResponse, at: Provider): Promise<void> {
    if (req.method === 'POST') {
      const chunks: Buffer[] = []
      for await (const chunk of req) chunks.push(chunk as Buffer)
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      if (form.has('cancel'))
        return at.interactionFinished(req, res, { error: 'access_denied', error_description: 'Not today.' })
      return at.interactionFinished(
        req,
        res,
        { login: { accountId: form.get('email') ?? '' } },
        { mergeWithLastSubmission: false },
      )
    }
    const { params } = await at.interactionDetails(req, res)
    res.setHeader('content-type', 'text/html; charset=utf-8')
    res.end(
      page(
        'The provider',
        `<form method="post"><label>E-mail <input name="email" value="${params.login_hint ?? ''}"></label>
        <button>Continue</button> <button name="cancel" value="1">Cancel</button></form>`,
      ),
    )
  }

  return {
    issuer,
    options,
    grants,
    allow(origin) {
      redirectUris.push(`${origin}/live/signed-in`)
      signedOutUris.push(`${origin}/live`)
    },
    async start() {
      provider ??= make()
      const at = provider
      const handle = at.callback()
      server = createServer((req, res) => {
        if (req.url?.startsWith('/login/')) void login(req, res, at).catch((error) => res.end(String(error)))
        else void handle(req, res)
      }).listen(port, 'localhost')
      await once(server, 'listening')
    },
    async stop() {
      if (!server) return
      const closing = server
      server = undefined
      closing.closeAllConnections()
      closing.close()
      await once(closing, 'close')
    },
  }
}

interface GrantContext {
  oidc: {
    client: { clientId: string }
    session: { accountId: string }
    provider: Provider
  }
}

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><title>${title}</title><link rel="icon" href="data:,"><h1>${title}</h1>${body}</html>`
