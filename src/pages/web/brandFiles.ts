import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { type Brand, OWN_COLOR } from '../../lib/brand.js'
import { darker, lighter, mix, readableOn, TEXT_CONTRAST, textOn } from '../../lib/color.js'
import type { WebFile } from './files.js'

/** What the pages’ scripts read from the page, as JSON in a `<meta name="guildhall">`. */
interface PageConfig {
  readonly brand?: {
    readonly name: string
    readonly logoUrl?: string
    readonly support?: { text: string; url: string }
  }
  /** Whether this is the demo, which shows more than a product would. */
  readonly isDemo?: true
}

export interface BrandedPages {
  /** Files that the pages load, by their names below /live/. */
  readonly assets: ReadonlyMap<string, WebFile>
  /** The source of the logo for `img-src`, if it is on another host. */
  readonly logoSource: string | undefined
  /** The page with the brand in it. */
  page(file: WebFile): WebFile
}

/** A logo as a document of its own may do nothing: an SVG can hold a script. */
export const logoPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

const logoTypes: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
}

/** Prepares the pages and their further files for a brand, once at the start. */
export function brandPages(brand: Brand | undefined, isDemo: boolean): BrandedPages {
  const assets = new Map<string, WebFile>()
  const add = (name: string, extension: string, type: string, body: Buffer): string => {
    const path = `assets/${name}-${hash(body).slice(0, 8)}${extension}`
    assets.set(path, webFile(type, body))
    return `/live/${path}`
  }
  if (brand === undefined)
    return { assets, logoSource: undefined, page: (file) => (isDemo ? rewritten(file, { isDemo }) : file) }

  const { name, logoFile, color, support } = brand
  const extension = extname(logoFile ?? '').toLowerCase()
  const logoUrl =
    logoFile === undefined
      ? brand.logoUrl
      : add('logo', extension, logoTypes[extension] ?? '', readFileSync(logoFile))
  const icon = add('icon', '.svg', 'image/svg+xml', Buffer.from(iconOf(name, color ?? OWN_COLOR)))
  const style = color && add('brand', '.css', 'text/css; charset=utf-8', Buffer.from(styleOf(color)))
  const config: PageConfig = {
    brand: {
      name,
      ...(logoUrl && { logoUrl }),
      ...(support && { support: { text: support.text, url: support.url } }),
    },
    ...(isDemo && { isDemo }),
  }
  return {
    assets,
    logoSource: logoFile === undefined && brand.logoUrl ? sourceOf(brand.logoUrl) : undefined,
    page: (file) => rewritten(file, config, { name, icon, style }),
  }
}

/** The URL without what a source in a policy can’t have. */
export function sourceOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname.replace(/[;,']/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
}

function rewritten(
  file: WebFile,
  config: PageConfig,
  look?: { name: string; icon: string; style: string | undefined },
): WebFile {
  let html = file.body.toString()
  if (look) {
    html = html
      .replace(/<title>[^<]*<\/title>/, (title) => title.replace('Guildhall', () => escaped(look.name)))
      .replace(
        /<link rel="icon"[^<>]*>/,
        () => `<link rel="icon" type="image/svg+xml" href="${look.icon}" />`,
      )
  }
  const added = `<meta name="guildhall" content="${escaped(JSON.stringify(config))}" />${
    look?.style ? `<link rel="stylesheet" href="${look.style}" />` : ''
  }`
  html = html.includes('</head>') ? html.replace('</head>', () => `${added}</head>`) : added + html
  return webFile(file.type, Buffer.from(html))
}

function webFile(type: string, body: Buffer): WebFile {
  const isText = !type.startsWith('image/') || type === 'image/svg+xml'
  return {
    type,
    body,
    br: isText ? brotliCompressSync(body) : undefined,
    gzip: isText ? gzipSync(body) : undefined,
    etag: hash(body),
  }
}

const hash = (body: Buffer) =>
  createHash('sha256').update(body).digest('base64url').replace(/[-_]/g, '0').slice(0, 22)

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => entities[sign] ?? '')

/** The first letter of the name, for the browser’s tab. */
function iconOf(name: string, color: string): string {
  const [letter = ''] = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="${color}"/><text x="16" y="23" text-anchor="middle" font-family="system-ui,sans-serif" font-size="20" font-weight="700" fill="${textOn(color)}">${escaped(letter.toUpperCase())}</text></svg>`
}

/** The surfaces of the pages with the least contrast to text: see apps/dashboard/src/styles/tokens.css. */
const surfaces = {
  light: { sheet: '#fffdf8', all: ['#ece7db', '#ffffff'] },
  dark: { sheet: '#181f1c', all: ['#1f2824', '#0c100f'] },
}

/** The brand’s colour for buttons, and shades of it that can be read: text, and tinted surfaces. */
function styleOf(color: string): string {
  const light = shades(color, surfaces.light, darker, 0.12)
  // Dark buttons can’t be seen on a dark page.
  const dark = shades(readableOn([surfaces.dark.sheet], color, lighter, 2), surfaces.dark, lighter, 0.22)
  const pair = (name: keyof typeof light) => `light-dark(${light[name]},${dark[name]})`
  return `:root{--brand:${pair('text')};--brand-fill:${pair('fill')};--brand-soft:${pair('soft')};--on-brand:${pair('onFill')};--brand-press:${pair('press')}}\n`
}

function shades(
  fill: string,
  { sheet, all }: { sheet: string; all: readonly string[] },
  towards: string,
  tint: number,
) {
  const soft = mix(fill, sheet, tint)
  const onFill = textOn(fill)
  return {
    fill,
    soft,
    onFill,
    text: readableOn([...all, soft], fill, towards, TEXT_CONTRAST),
    // What is mixed into a button under the pointer: away from its text.
    press: onFill === lighter ? darker : lighter,
  }
}
