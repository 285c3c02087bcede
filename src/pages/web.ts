import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerText } from '../http/answer.js'
import { type Headers, type Page, securityHeaders, setHeaders } from '../http/page.js'
import type { Brand } from '../lib/brand.js'
import { brandPages, logoPolicy } from './web/brandFiles.js'
import { readWebFiles, sendFile } from './web/files.js'
import { type OfferedPeople, servePeople } from './web/people.js'
import { type SignInWay, serveSignIn, signInRules } from './web/signIn.js'

export interface WebOptions {
  /** The output of `npm run build:web`. It is read once, at the start. */
  readonly directory: string
  /** Sign-in without a password. Must be undefined in production. */
  readonly people?: OfferedPeople | undefined
  /** Undefined: Guildhall’s own look. */
  readonly brand?: Brand | undefined
  /** Whether the pages also show what only the demo needs. */
  readonly isDemo?: boolean | undefined
  readonly signIn?: SignInWay | undefined
}

const YEAR_S = 31_536_000

/**
 * Stricter than for other pages: forms can't be sent, and text can't become a script.
 * @param images where images may be from, besides this server
 * @param connect further URLs that scripts may fetch
 * @param frame what may be shown in a frame
 * @param ancestors who may show the page in a frame
 */
const policyOf = ({ images = [], connect = [], frame = [], ancestors = "'none'" }: Policy): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self'", ...images].join(' '),
    "font-src 'self'",
    ["connect-src 'self'", ...connect].join(' '),
    ...(frame.length > 0 ? [['frame-src', ...frame].join(' ')] : []),
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')

interface Policy {
  readonly images?: readonly string[]
  readonly connect?: readonly string[]
  readonly frame?: readonly string[]
  readonly ancestors?: "'none'" | "'self'"
}

const headersWith = (policy: Policy): Headers => ({
  ...securityHeaders,
  'content-security-policy': policyOf(policy),
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
})

/** The page to which the provider returns, also in a hidden frame of this server's own pages. */
const returnHeaders = { ...headersWith({ ancestors: "'self'" }), 'x-frame-options': 'SAMEORIGIN' }

/**
 * The dashboard at /live (and a redirect from /), its assets below /live/assets/, the invite page at /invites/{token},
 * that of invite links at /join/{token}, and at /live/signed-in the page to which an OpenID provider returns. A link to
 * /auth/sign-in begins a sign-in.
 */
export function webPages({
  directory,
  people,
  signIn = { kind: 'none' },
  brand,
  isDemo = false,
}: WebOptions): Page[] {
  const built = readWebFiles(directory)
  const branded = brandPages(brand, isDemo)
  const files = new Map([...built, ...branded.assets])
  // An org's logo may be on any host.
  const dashboardImages = ['https:']
  // The pages of links show no logo but that of the brand.
  const linkImages = branded.logoSource ? [branded.logoSource] : []
  const reading = readingWith(headersWith({ images: dashboardImages }))
  const readingLink = readingWith(headersWith({ images: linkImages }))

  const document = (name: string): Handle => {
    const page = built.get(name)
    const file = page && branded.page(page)
    return (req, res) => {
      if (file) sendFile(req, res, file, 'no-cache')
      else answerText(res, 503, 'This page is not built: run npm run build:web\n')
    }
  }

  /** A page at which people sign in. */
  const html = (name: string, images: readonly string[]): Handle => {
    const send = document(name)
    if (signIn.kind !== 'openid') return send
    return async (req, res, path) => {
      const rules = signInRules(await signIn.provider.known())
      res.setHeader('content-security-policy', policyOf({ images, ...rules }))
      return send(req, res, path)
    }
  }

  const asset: Handle = (req, res, path) => {
    const name = path.slice('/live/'.length)
    const file = name.startsWith('assets/') ? files.get(name) : undefined
    if (!file) return answerText(res, 404, 'Not found\n')
    if (file.type.startsWith('image/')) res.setHeader('content-security-policy', logoPolicy)
    sendFile(req, res, file, `public, max-age=${YEAR_S}, immutable`)
  }

  const live = html('live.html', dashboardImages)

  const leadTo = (location: string) => (_: IncomingMessage, res: ServerResponse) => {
    res.writeHead(302, { location, 'cache-control': 'no-cache' }).end()
  }
  const noSignIn: Handle = (_, res) =>
    answerText(res, 404, 'Nobody can sign in here: set AUTH_ISSUER and OIDC_CLIENT_ID.\n')
  // The page makes the secrets of the sign-in, so that they stay in the browser.
  const beginSignIn = signIn.kind === 'openid' ? leadTo('/live?sign-in') : noSignIn

  return [
    { path: '/', handle: reading(leadTo('/live')) },
    { path: '/auth/sign-in', handle: reading(beginSignIn) },
    { path: '/live', handle: reading(live) },
    {
      path: '/live/people.json',
      local: people !== undefined,
      handle: (req, res) => servePeople(req, res, people),
    },
    { path: '/live/sign-in.json', handle: (req, res, { url }) => serveSignIn(req, res, url, signIn) },
    { path: '/live/signed-in', handle: readingWith(returnHeaders)(document('signed-in.html')) },
    {
      prefix: '/live/',
      handle: reading((req, res, path) => (path === '/live/' ? live(req, res, path) : asset(req, res, path))),
    },
    tokenPage('/invites/', readingLink, html('invite.html', linkImages)),
    tokenPage('/join/', readingLink, html('join.html', linkImages)),
  ]
}

/** A page below a path that ends with a token. The page itself reads it. */
function tokenPage(prefix: string, reading: (handle: Handle) => Page['handle'], page: Handle): Page {
  return {
    prefix,
    handle: reading((req, res, path) =>
      /^[^/]+\/?$/.test(path.slice(prefix.length))
        ? page(req, res, path)
        : answerText(res, 404, 'Not found\n'),
    ),
  }
}

type Handle = (req: IncomingMessage, res: ServerResponse, path: string) => void | Promise<void>

function readingWith(headers: Headers): (handle: Handle) => Page['handle'] {
  return (handle) =>
    (req, res, { url }) => {
      setHeaders(res, headers)
      if (req.method === 'GET' || req.method === 'HEAD') return handle(req, res, url.pathname)
      res.setHeader('allow', 'GET, HEAD')
      answerText(res, 405, 'This page can only be read.\n')
    }
}
