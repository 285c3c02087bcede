import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerText } from '../http/answer.js'
import { type Page, securityHeaders, setHeaders } from '../http/page.js'
import { readWebFiles, sendFile } from './web/files.js'
import { type OfferedPeople, servePeople } from './web/people.js'

export interface WebOptions {
  /** The output of `npm run build:web`. It is read once, at the start. */
  readonly directory: string
  /** Sign-in without a password. Must be undefined in production. */
  readonly people?: OfferedPeople | undefined
}

const YEAR_S = 31_536_000

/** Stricter than for other pages: forms can't be sent, and text can't become a script. */
const headers = {
  ...securityHeaders,
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // An org's logo may be on any host.
    "img-src 'self' https:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

/** The dashboard at /live (and a redirect from /), its assets below /live/assets/, the invite page at /invites/{token}, and that of invite links at /join/{token}. */
export function webPages({ directory, people }: WebOptions): Page[] {
  const files = readWebFiles(directory)

  const html = (name: string) => (req: IncomingMessage, res: ServerResponse) => {
    const file = files.get(name)
    if (file) sendFile(req, res, file, 'no-cache')
    else answerText(res, 503, 'This page is not built: run npm run build:web\n')
  }

  const asset: Handle = (req, res, path) => {
    const name = path.slice('/live/'.length)
    const file = name.startsWith('assets/') ? files.get(name) : undefined
    if (file) sendFile(req, res, file, `public, max-age=${YEAR_S}, immutable`)
    else answerText(res, 404, 'Not found\n')
  }

  const live = html('live.html')

  const home = (_: IncomingMessage, res: ServerResponse) => {
    res.writeHead(302, { location: '/live', 'cache-control': 'no-cache' }).end()
  }

  return [
    { path: '/', handle: reading(home) },
    { path: '/live', handle: reading(live) },
    {
      path: '/live/people.json',
      local: people !== undefined,
      handle: (req, res) => servePeople(req, res, people),
    },
    {
      prefix: '/live/',
      handle: reading((req, res, path) => (path === '/live/' ? live(req, res) : asset(req, res, path))),
    },
    tokenPage('/invites/', html('invite.html')),
    tokenPage('/join/', html('join.html')),
  ]
}

/** A page below a path that ends with a token. The page itself reads it. */
function tokenPage(prefix: string, page: (req: IncomingMessage, res: ServerResponse) => void): Page {
  return {
    prefix,
    handle: reading((req, res, path) =>
      /^[^/]+\/?$/.test(path.slice(prefix.length)) ? page(req, res) : answerText(res, 404, 'Not found\n'),
    ),
  }
}

type Handle = (req: IncomingMessage, res: ServerResponse, path: string) => void

function reading(handle: Handle): Page['handle'] {
  return (req, res, { url }) => {
    setHeaders(res, headers)
    if (req.method === 'GET' || req.method === 'HEAD') return handle(req, res, url.pathname)
    res.setHeader('allow', 'GET, HEAD')
    answerText(res, 405, 'This page can only be read.\n')
  }
}
