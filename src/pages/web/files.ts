import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'

/** A file in memory, with its compressed forms from the build. */
export interface WebFile {
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
  '.ttf': 'font/ttf',
  '.md': 'text/markdown; charset=utf-8',
}

/**
 * Reads all files of a folder, keyed by their relative path. Requests are looked up in this map, so no path is ever
 * built from a request. Empty if there is no folder.
 */
export function readWebFiles(directory: string): ReadonlyMap<string, WebFile> {
  if (!existsSync(directory)) return new Map()
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const present = new Set(paths)
  const read = (path: string) => (present.has(path) ? readFileSync(path) : undefined)
  return new Map(
    paths.flatMap((path): Array<[string, WebFile]> => {
      const type = types[extname(path)]
      if (type === undefined) return []
      const body = readFileSync(path)
      const etag = createHash('sha256').update(body).digest('base64url').slice(0, 22)
      const name = relative(directory, path).split(sep).join('/')
      return [[name, { type, body, etag, br: read(`${path}.br`), gzip: read(`${path}.gz`) }]]
    }),
  )
}

/** Sends a file in the smallest form that the client accepts, or 304 if the client has it. */
export function sendFile(
  req: Pick<IncomingMessage, 'method' | 'headers'>,
  res: ServerResponse,
  file: WebFile,
  cacheControl: string,
): void {
  const [encoding, body] = formFor(file, req.headers['accept-encoding'])
  const etag = `"${file.etag}${encoding ? `-${encoding}` : ''}"`
  res.setHeader('cache-control', cacheControl)
  res.appendHeader('vary', 'accept-encoding')
  res.setHeader('etag', etag)
  if (req.headers['if-none-match']?.split(',').some((known) => known.trim() === etag)) {
    res.writeHead(304).end()
    return
  }
  if (encoding) res.setHeader('content-encoding', encoding)
  res.writeHead(200, { 'content-type': file.type, 'content-length': body.length })
  res.end(req.method === 'HEAD' ? undefined : body)
}

function formFor(file: WebFile, accepts: string | string[] | undefined): ['br' | 'gzip' | undefined, Buffer] {
  const taken = new Set(
    String(accepts ?? '')
      .toLowerCase()
      .split(',')
      .filter((offer) => !/;\s*q=0(\.0*)?\s*$/.test(offer))
      .map((offer) => offer.split(';')[0]?.trim()),
  )
  if (file.br && taken.has('br')) return ['br', file.br]
  if (file.gzip && taken.has('gzip')) return ['gzip', file.gzip]
  return [undefined, file.body]
}
