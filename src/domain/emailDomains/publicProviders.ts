import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'tldts'

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

/** Brands that are mailboxes for everyone, whatever they are registered below: hotmail.se, gmx.li, yahoo.com.tr. */
const everywhere = words(`
  fastmail gmail gmx googlemail hotmail hushmail icloud mailfence outlook posteo protonmail rediffmail rocketmail
  tutamail tutanota windowslive yahoo ymail zohomail
`)

/** Those that are so below countries: orange.fr and vodafone.de are mailboxes, orange.com is a company's own. */
const nationally = words(`
  aol chello email freemail inbox live lycos mail msn orange rediff sapo tele2 terra tiscali upcmail virgilio vodafone
  wanadoo webmail yandex zoho
`)

/**
 * Whether strangers get addresses in it, for money, for nothing or for ten minutes (contract §4). So they do in its
 * subdomains: providers hand those out as well.
 * @param host lower-case ASCII
 */
export function isPublicMailProvider(host: string): boolean {
  const {
    domain,
    domainWithoutSuffix: brand,
    publicSuffix,
    isIcann,
  } = parse(host, { allowPrivateDomains: true })
  if (isIcann && brand && publicSuffix) {
    if (everywhere.has(brand)) return true
    if (nationally.has(brand) && isNational(publicSuffix)) return true
  }
  const top = domain ?? host
  for (let name = host; ; name = name.slice(name.indexOf('.') + 1)) {
    if (isListed(name)) return true
    if (name.length <= top.length) return false
  }
}

/** Top-level domains of two letters are those of countries. */
const isNational = (suffix: string) => suffix.length - suffix.lastIndexOf('.') - 1 === 2

const NEWLINE = 10

/** Read at first use: most servers need it seldom, and 2.5 MB of text are a tenth of what a Set of its names takes. */
let list: Buffer | undefined

/** Looks a name up in the sorted list, by halves. */
function isListed(name: string): boolean {
  list ??= readList()
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const begin = middle === 0 ? 0 : list.lastIndexOf(NEWLINE, middle - 1) + 1
    const end = list.indexOf(NEWLINE, begin)
    const listed = list.toString('latin1', begin, end)
    if (listed === name) return true
    if (listed < name) low = end + 1
    else high = begin
  }
  return false
}

/** What scripts/mailProviders.ts made: beside the bundle, or where the sources run. */
function readList(): Buffer {
  const places = ['./mailProviders.txt', '../../generated/mailProviders.txt']
  const file = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(url))
  if (!file) throw new Error('The list of public mail providers is missing: npm run generate makes it.')
  return readFileSync(file)
}
