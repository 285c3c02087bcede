import { createHash } from 'node:crypto'
import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'

/** Someone whom a visitor of the dashboard may be, outside production. */
export interface DemoPerson {
  readonly name: string
  /** In words: "Owner of Acme". */
  readonly role: string
  /** What the page then sends as Bearer. */
  readonly token: string
}

export interface DemoPeople {
  list(): Promise<readonly DemoPerson[]>
  /** Makes a token for anybody, with a verified address. Throws an Error whose message may be shown. */
  signInAs(person: { readonly name: string; readonly email: string }): Promise<DemoPerson>
}

export interface WebOptions {
  /** The folder that `npm run build:web` fills. Read once, here and now. */
  readonly directory: string
  /** Left out, as it must be in production, nobody is offered. */
  readonly people?: DemoPeople
}

/** Shown at one path, or at everything under a prefix that ends with a slash. */
export type WebPage = ({ readonly path: string } | { readonly prefix: string }) & {
  readonly handle: (req: IncomingMessage, res: ServerResponse) => Promise<void> | void
}

/** What of a request the pages go by. */
type Asked = Pick<IncomingMessage, 'method' | 'headers'>

interface Asset {
  readonly type: string
  readonly body: Buffer
  readonly br: Buffer | undefined
  readonly gzip: Buffer | undefined
  readonly etag: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * Scripts, styles and fonts are files of this server's own; the pages talk to this server alone and show pictures
 * of nobody else. No referrer, because the path of an invite page is a secret.
 */
const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

const YEAR_S = 31_536_000
const MAX_PERSON_BYTES = 2_048

/**
 * The dashboard at /live, its assets under /live/assets/, and the invite page at /invites/{token}.
 * Only files found at the start are ever served, by their exact names: no path is put together from a request.
 */
export function webPages({ directory, people }: WebOptions): WebPage[] {
  const files = readFiles(directory)

  const html = (name: string) => (req: Asked, res: ServerResponse) => {
    const page = files.get(name)
    if (page) send(req, res, page, 'no-cache')
    else answer(res, 503, 'This page is not built: run `npm run build:web`.\n')
  }

  const assets = (req: IncomingMessage, res: ServerResponse) => {
    const name = pathOf(req).slice('/live/'.length)
    const asset = name.startsWith('assets/') ? files.get(name) : undefined
    if (asset) send(req, res, asset, `public, max-age=${YEAR_S}, immutable`)
    else answer(res, 404, 'Not found\n')
  }

  const live = html('live.html')
  const invite = html('invite.html')

  return [
    { path: '/live', handle: reading(live) },
    { path: '/live/people.json', handle: (req, res) => servePeople(req, res, people) },
    {
      prefix: '/live/',
      handle: reading((req, res) => (pathOf(req) === '/live/' ? live(req, res) : assets(req, res))),
    },
    {
      prefix: '/invites/',
      handle: reading((req, res) =>
        /^\/invites\/[^/]+\/?$/.test(pathOf(req)) ? invite(req, res) : answer(res, 404, 'Not found\n'),
      ),
    },
  ]
}

function readFiles(directory: string): ReadonlyMap<string, Asset> {
  if (!existsSync(directory)) return new Map()
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map(pathOfEntry)
  const present = new Set(paths)
  const read = (path: string) => (present.has(path) ? readFileSync(path) : undefined)
  const assets = paths.flatMap((path): Array<[string, Asset]> => {
    const type = types[extname(path)]
    if (type === undefined) return []
    const body = readFileSync(path)
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    const name = relative(directory, path).split(sep).join('/')
    return [[name, { type, body, etag, br: read(`${path}.br`), gzip: read(`${path}.gz`) }]]
  })
  return new Map(assets)
}

function pathOfEntry(entry: Dirent): string {
  return join(entry.parentPath, entry.name)
}

function pathOf(req: IncomingMessage): string {
  return new URL(req.url ?? '/', 'http://server').pathname
}

type Handle = (req: IncomingMessage, res: ServerResponse) => void

function reading(handle: Handle): Handle {
  return (req, res) => {
    for (const [name, value] of Object.entries(securityHeaders)) res.setHeader(name, value)
    if (req.method === 'GET' || req.method === 'HEAD') return handle(req, res)
    res.setHeader('allow', 'GET, HEAD')
    answer(res, 405, 'Method not allowed\n')
  }
}

function send(req: Asked, res: ServerResponse, asset: Asset, cacheControl: string): void {
  const [encoding, body] = encoded(asset, req.headers['accept-encoding'])
  res.setHeader('cache-control', cacheControl)
  res.setHeader('vary', 'accept-encoding')
  const etag = encoding ? `${asset.etag.slice(0, -1)}-${encoding}"` : asset.etag
  res.setHeader('etag', etag)
  if (req.headers['if-none-match']?.split(/\s*,\s*/).includes(etag)) return void res.writeHead(304).end()
  if (encoding) res.setHeader('content-encoding', encoding)
  res.writeHead(200, { 'content-type': asset.type, 'content-length': body.length })
  res.end(req.method === 'HEAD' ? undefined : body)
}

/** The smallest form that the client takes. */
function encoded(asset: Asset, accepts: string | string[] | undefined): ['br' | 'gzip' | undefined, Buffer] {
  const taken = new Set(
    String(accepts ?? '')
      .toLowerCase()
      .split(',')
      .filter((offer) => !/;\s*q=0(\.0+)?\s*$/.test(offer))
      .map((offer) => offer.split(';')[0]?.trim()),
  )
  if (asset.br && taken.has('br')) return ['br', asset.br]
  if (asset.gzip && taken.has('gzip')) return ['gzip', asset.gzip]
  return [undefined, asset.body]
}

async function servePeople(
  req: IncomingMessage,
  res: ServerResponse,
  people: DemoPeople | undefined,
): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) res.setHeader(name, value)
  res.setHeader('cache-control', 'no-store')
  if (req.method === 'GET' || req.method === 'HEAD')
    return answerJson(res, 200, people ? await people.list() : [])
  // JSON, so that a foreign page must ask first and is refused.
  if (req.method !== 'POST' || !people)
    return answerJson(res, 405, { message: 'Nobody can be signed in here.' })
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? '')) {
    return answerJson(res, 415, { message: 'Send JSON.' })
  }
  const person = await readPerson(req)
  if (!person) return answerJson(res, 400, { message: 'Give a name and an e-mail address.' })
  try {
    answerJson(res, 200, await people.signInAs(person))
  } catch (error) {
    answerJson(res, 400, {
      message: error instanceof Error ? error.message : 'This person could not be signed in.',
    })
  }
}

async function readPerson(req: IncomingMessage): Promise<{ name: string; email: string } | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req) {
    size += (chunk as Buffer).length
    if (size > MAX_PERSON_BYTES) return undefined
    chunks.push(chunk as Buffer)
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (typeof body !== 'object' || body === null) return undefined
    const name: unknown = Reflect.get(body, 'name')
    const email: unknown = Reflect.get(body, 'email')
    const given =
      typeof name === 'string' && typeof email === 'string' && name.trim() !== '' && email.trim() !== ''
    return given ? { name: name.trim(), email: email.trim() } : undefined
  } catch {
    return undefined
  }
}

function answerJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

function answer(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}
