import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ProviderMetadata } from '../../src/auth/openIdProvider.js'
import { pageAt } from '../../src/http/page.js'
import { supportOf } from '../../src/lib/brand.js'
import type { SignInWay } from '../../src/pages/web/signIn.js'
import { type WebOptions, webPages } from '../../src/pages/web.js'
import { temporaryFolder } from '../support/temporaryFolder.js'

const script = 'export const answer = 42\n'

/** Starts an HTTP server with pages built into a folder, beside a file that must not be served. */
async function openWeb(options: Partial<WebOptions> = {}, inTitle = '') {
  const made = await mkdtemp(join(tmpdir(), 'guildhall-web-'))
  const directory = join(made, 'web')
  await mkdir(join(directory, 'assets'), { recursive: true })
  await writeFile(join(made, 'secret.js'), 'secret')
  await writeFile(join(directory, 'live.html'), `<title>live${inTitle}</title>`)
  await writeFile(join(directory, 'invite.html'), `<title>invite${inTitle}</title>`)
  await writeFile(join(directory, 'join.html'), `<title>join${inTitle}</title>`)
  await writeFile(join(directory, 'signed-in.html'), '<title>signed in</title>')
  await writeFile(join(directory, 'assets', 'live-abc.js'), script)
  await writeFile(join(directory, 'assets', 'live-abc.js.br'), brotliCompressSync(script))
  await writeFile(join(directory, 'assets', 'live-abc.js.gz'), gzipSync(script))
  const pages = webPages({ directory, ...options })
  const server = createServer((req, res) => {
    const page = pageAt(pages, new URL(req.url ?? '/', 'http://server').pathname)
    if (!page) return void res.writeHead(404).end()
    const visit = { url: new URL(req.url ?? '/', 'http://server'), address: '127.0.0.1' }
    Promise.resolve(page.handle(req, res, visit)).catch(() => res.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await rm(made, { recursive: true })
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Requests exactly the bytes of the path: `fetch` would normalise the dots. */
async function rawStatus(url: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url)
  const req = request({ hostname, port, path }).end()
  const [res] = await once(req, 'response')
  res.resume()
  return res.statusCode
}

describe('the dashboard’s pages', () => {
  test.each([
    ['/live', 'live'],
    ['/live/', 'live'],
    ['/live?org=1', 'live'],
    ['/invites/gi_abc-1', 'invite'],
    ['/invites/gi_abc-1/', 'invite'],
    ['/join/gl_abc-1', 'join'],
    ['/join/gl_abc-1/', 'join'],
  ])('at %s show the %s page, and are revalidated each time', async (path, title) => {
    const response = await fetch((await openWeb()) + path)
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(`<title>${title}</title>`)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
  })

  test('redirect from / to the dashboard', async () => {
    const response = await fetch(`${await openWeb()}/`)
    expect(new URL(response.url).pathname).toBe('/live')
    expect(await response.text()).toBe('<title>live</title>')
  })

  test('send no referrer, run only the server’s own scripts and cannot be framed', async () => {
    const { headers } = await fetch(`${await openWeb()}/invites/gi_abc`)
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    const policy = headers.get('content-security-policy')?.split('; ') ?? []
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy.join()).not.toMatch(/unsafe|\*|https?:/)
    // The logo of an org may be on any host.
    const ofDashboard = (await fetch(`${await openWeb()}/live`)).headers.get('content-security-policy')
    expect(ofDashboard?.split('; ').filter((rule) => !policy.includes(rule))).toEqual([
      "img-src 'self' https:",
    ])
  })

  test('are not sent again to a browser that has them', async () => {
    const url = `${await openWeb()}/live`
    const etag = (await fetch(url)).headers.get('etag') ?? ''
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  test('are read-only', async () => {
    const response = await fetch(`${await openWeb()}/live`, { method: 'POST', body: '{}' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
  })

  test('say so if they are not built', async () => {
    const url = await openWeb({ directory: join(tmpdir(), 'guildhall-never-built') })
    expect((await fetch(`${url}/live`)).status).toBe(503)
  })
})

describe('signing in to the pages', () => {
  const metadata: ProviderMetadata = {
    issuer: 'https://id.example.com/',
    authorization_endpoint: 'https://login.example.com/authorize?policy=x',
    token_endpoint: 'https://id.example.com/a;b,c/token',
    end_session_endpoint: 'https://id.example.com/end',
  }
  const openId = (known: ProviderMetadata | null, isReachable = known !== null): SignInWay => ({
    kind: 'openid',
    clientId: 'pages',
    scopes: 'openid email',
    audience: 'https://api.example.com',
    resource: undefined,
    provider: { known: async () => known, current: async () => (isReachable ? known : null) },
  })
  const rulesOf = ({ headers }: Response) =>
    Object.fromEntries(
      (headers.get('content-security-policy') ?? '').split('; ').map((rule) => {
        const [name = '', ...sources] = rule.split(' ')
        return [name, sources.join(' ')]
      }),
    )

  test('is told by /live/sign-in.json, without anything that is secret', async () => {
    const url = await openWeb({ signIn: openId(metadata) })
    const response = await fetch(`${url}/live/sign-in.json`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({
      kind: 'openid',
      clientId: 'pages',
      scopes: 'openid email',
      audience: 'https://api.example.com',
      isReachable: true,
      provider: metadata,
    })
    expect(await (await fetch(`${await openWeb()}/live/sign-in.json`)).json()).toEqual({ kind: 'none' })
    expect((await fetch(`${url}/live/sign-in.json`, { method: 'POST' })).status).toBe(405)
  })

  test('is begun by GET /auth/sign-in, where a provider is set', async () => {
    const begin = (url: string, method = 'GET') =>
      fetch(`${url}/auth/sign-in`, { method, redirect: 'manual' })
    const url = await openWeb({ signIn: openId(metadata) })
    const begun = await begin(url)
    expect([begun.status, begun.headers.get('location')]).toEqual([302, '/live?sign-in'])
    expect((await begin(url, 'POST')).status).toBe(405)
    const nowhere = await begin(await openWeb())
    expect(nowhere.status).toBe(404)
    expect(await nowhere.text()).toContain('set AUTH_ISSUER and OIDC_CLIENT_ID')
  })

  test('tells what is known of a provider that is down', async () => {
    const url = await openWeb({ signIn: openId(metadata, false) })
    expect(await (await fetch(`${url}/live/sign-in.json?now`)).json()).toMatchObject({
      isReachable: false,
      provider: metadata,
    })
  })

  test.each(['/live', '/invites/gi_abc', '/join/gl_abc'])(
    'lets %s reach exactly the endpoints that it needs',
    async (path) => {
      const rules = rulesOf(await fetch((await openWeb({ signIn: openId(metadata) })) + path))
      expect(rules['connect-src']).toBe("'self' https://id.example.com/a%3bb%2cc/token")
      expect(rules['frame-src']).toBe("'self' https://login.example.com/authorize")
      expect(rules['default-src']).toBe("'none'")
      expect(rules['form-action']).toBe("'none'")
    },
  )

  test('adds no endpoint while none is known, and none without a provider', async () => {
    for (const signIn of [openId(null), undefined]) {
      const rules = rulesOf(await fetch(`${await openWeb({ signIn })}/live`))
      expect(rules['connect-src']).toBe("'self'")
      expect(rules['frame-src'] ?? '').not.toContain('http')
    }
  })

  test('ends on a page that only this server may show in a frame', async () => {
    const url = await openWeb({ signIn: openId(metadata) })
    const response = await fetch(`${url}/live/signed-in?code=x&state=y`)
    expect(await response.text()).toBe('<title>signed in</title>')
    expect(rulesOf(response)['frame-ancestors']).toBe("'self'")
    expect(response.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    const live = await fetch(`${url}/live`)
    expect(rulesOf(live)['frame-ancestors']).toBe("'none'")
    expect(live.headers.get('x-frame-options')).toBe('DENY')
  })
})

describe('the dashboard’s assets', () => {
  test('may be cached forever, because their names change with their content', async () => {
    const response = await fetch(`${await openWeb()}/live/assets/live-abc.js`)
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(await response.text()).toBe(script)
  })

  test.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', null],
    ['', null],
  ])('for Accept-Encoding "%s" are sent as %s', async (accepts, encoding) => {
    const url = `${await openWeb()}/live/assets/live-abc.js`
    const response = await fetch(url, { headers: { 'accept-encoding': accepts } })
    expect(response.headers.get('content-encoding')).toBe(encoding)
    expect(response.headers.get('vary')).toBe('accept-encoding')
    expect(await response.text()).toBe(script)
  })

  test.each([
    '/live/assets/../../secret.js',
    '/live/../secret.js',
    '/live/assets/%2e%2e/%2e%2e/secret.js',
    '/live/assets/..%2f..%2fsecret.js',
    '/live/assets\\..\\..\\secret.js',
    '/live//etc/passwd',
    '/live/assets/live-abc.js.br',
    '/live/assets/',
    '/live/live.html',
    '/live/__proto__',
    '/invites/',
    '/invites/a/b',
  ])('are the only files served: %s is not found', async (path) => {
    expect(await rawStatus(await openWeb(), path)).toBe(404)
  })
})

describe('the people offered for sign-in', () => {
  const ada = { name: 'Ada', member: { role: 'OWNER', orgName: 'Acme' }, token: 'token-of-ada' } as const
  const people = {
    list: async () => [ada],
    signInAs: async ({ name, email }: { name: string; email: string }) =>
      email.includes('@') ? { name, member: null, token: `token-of-${email}` } : null,
  }
  const post = (url: string, body: unknown, type = 'application/json') =>
    fetch(`${url}/live/people.json`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    })

  test('are listed, and not cached', async () => {
    const response = await fetch(`${await openWeb({ people })}/live/people.json`)
    expect(await response.json()).toEqual([ada])
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('can sign in, and so can anybody else by address', async () => {
    const response = await post(await openWeb({ people }), { name: ' Grace ', email: 'grace@example.com' })
    expect(await response.json()).toEqual({
      name: 'Grace',
      member: null,
      token: 'token-of-grace@example.com',
    })
  })

  test.each([
    [{ name: 'Grace' }, 400],
    [{ name: '', email: 'grace@example.com' }, 400],
    [{ name: 'Grace', email: 'nonsense' }, 400],
    [{ name: 'x'.repeat(5000), email: 'grace@example.com' }, 400],
    [null, 400],
  ])('need a name and an email address: %j is refused with %i and a message', async (body, status) => {
    const response = await post(await openWeb({ people }), body)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ message: expect.stringMatching(/\w/) })
  })

  test('cannot be signed in by a form on another site', async () => {
    const response = await post(await openWeb({ people }), { name: 'Grace', email: 'g@x.org' }, 'text/plain')
    expect(response.status).toBe(415)
  })

  test('are an empty list if sign-in is off, and then nobody can be signed in', async () => {
    const url = await openWeb()
    expect(await (await fetch(`${url}/live/people.json`)).json()).toEqual([])
    expect((await post(url, { name: 'Grace', email: 'grace@example.com' })).status).toBe(405)
  })
})

describe('a brand', () => {
  const brand = {
    name: 'Tom & <b>Jerry</b>',
    logoUrl: 'https://cdn.example.com/a;b/logo.png?v=1',
    color: '#ffd400',
    support: supportOf('help@example.com'),
  }
  const sourcesOf = (headers: Headers, kind: string) =>
    headers
      .get('content-security-policy')
      ?.split('; ')
      .find((directive) => directive.startsWith(kind))

  test('is the title of each page and is read by its script', async () => {
    const url = await openWeb({ brand }, ', Guildhall')
    for (const path of ['/live', '/invites/gi_1', '/join/gl_1']) {
      const html = await (await fetch(url + path)).text()
      expect(html).toMatch(/<title>\w+, Tom &amp; &lt;b&gt;Jerry&lt;\/b&gt;<\/title>/)
      const [, config = ''] = /<meta name="guildhall" content="([^"]*)"/.exec(html) ?? []
      const unescaped = config
        .replaceAll('&quot;', '"')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&amp;', '&')
      expect(JSON.parse(unescaped)).toEqual({
        brand: {
          name: brand.name,
          logoUrl: brand.logoUrl,
          support: { text: 'help@example.com', url: 'mailto:help@example.com' },
        },
      })
    }
  })

  test('has its colours in a stylesheet of the server, because a policy forbids styles in the page', async () => {
    const url = await openWeb({ brand })
    const html = await (await fetch(`${url}/invites/gi_1`)).text()
    const [, path = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(html) ?? []
    const style = await fetch(url + path)
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect(style.headers.get('cache-control')).toContain('immutable')
    const [, light, dark, onLight] =
      /--brand-fill:light-dark\((#\w{6}),(#\w{6})\).*--on-brand:light-dark\((#\w{6}),/.exec(
        await style.text(),
      ) ?? []
    expect([light, dark, onLight]).toEqual(['#ffd400', '#ffd400', '#000000'])
    const plain = await (await fetch(`${await openWeb({ brand: { name: 'Plain' } })}/live`)).text()
    expect(plain).not.toContain('stylesheet')
  })

  test('lets the pages of links load its logo and no other picture from elsewhere', async () => {
    const url = await openWeb({ brand })
    for (const path of ['/invites/gi_1', '/join/gl_1']) {
      const { headers } = await fetch(url + path)
      expect(sourcesOf(headers, 'img-src')).toBe("img-src 'self' https://cdn.example.com/a%3bb/logo.png")
    }
    const without = await fetch(`${await openWeb()}/invites/gi_1`)
    expect(sourcesOf(without.headers, 'img-src')).toBe("img-src 'self'")
  })

  test('has its logo from a file, which can run nothing if it is opened by itself', async () => {
    const folder = temporaryFolder({ 'logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>' })
    const url = await openWeb({ brand: { name: 'Filed', logoFile: `${folder}/logo.svg` } })
    const page = await fetch(`${url}/join/gl_1`)
    expect(sourcesOf(page.headers, 'img-src')).toBe("img-src 'self'")
    const [, path = ''] = /&quot;logoUrl&quot;:&quot;([^&]+)&quot;/.exec(await page.text()) ?? []
    const logo = await fetch(url + path)
    expect(logo.headers.get('content-type')).toBe('image/svg+xml')
    expect(logo.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    )
  })

  test('and the demo are told to the page only where they are', async () => {
    expect(await (await fetch(`${await openWeb({ isDemo: true })}/live`)).text()).toContain(
      '{&quot;isDemo&quot;:true}',
    )
    expect(await (await fetch(`${await openWeb()}/live`)).text()).not.toContain('guildhall')
  })
})
