/// <reference path="./punycode.d.ts" />
import { toUnicode } from 'punycode/punycode.es6.js'

export interface ShownDomain {
  /** For people: "bücher.example". */
  readonly name: string
  /** "xn--…", if the name could be taken for another one. Show it too. */
  readonly ascii: string | null
}

/** A domain for people to read. The server has its ASCII form, such as `xn--bcher-kva.example`. */
export function shownDomain(domain: string): ShownDomain {
  const name = decode(domain)
  return { name, ascii: name !== domain && looksLikeAnother(name) ? domain : null }
}

/** A domain within a sentence. One that could be taken for another stays in its ASCII form. */
export function domainText(domain: string): string {
  const { name, ascii } = shownDomain(domain)
  return ascii ?? name
}

/** An address for people to read. A domain that could be taken for another one stays in its ASCII form. */
export function shownAddress(address: string): string {
  const at = address.lastIndexOf('@')
  return address.slice(0, at + 1) + domainText(address.slice(at + 1))
}

function decode(domain: string): string {
  if (!domain.includes('xn--')) return domain
  try {
    const name = toUnicode(domain)
    // The browser itself must read it as the same domain. Otherwise it holds what no domain may hold.
    return new URL(`http://${name}`).hostname === domain ? name : domain
  } catch {
    return domain
  }
}

/** Scripts that are written together, by the name of one of them. */
const scripts: ReadonlyArray<readonly [string, RegExp]> = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  [
    'East Asian',
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}]/u,
  ],
]
/** Their letters look like Latin ones: an address in them alone, below a Latin ending such as .com, can deceive. */
const similarToLatin = ['Cyrillic', 'Greek', 'Armenian', 'Cherokee']
/** Latin letters that are rare in names, and look like usual ones: ɑ, ɡ, ı, ʟ. */
const rareLatin = /[\u0131\u0138\u017f\u0180-\u02af\u1d00-\u1dbf\ua720-\ua7ff]/u

function looksLikeAnother(name: string): boolean {
  if (rareLatin.test(name)) return true
  const used = scriptsIn(name)
  if (used.includes('Latin') && used.some((script) => similarToLatin.includes(script))) return true
  return name.split('.').some((label) => {
    const inLabel = scriptsIn(label)
    return inLabel.length > 1 && inLabel.join() !== 'Latin,East Asian'
  })
}

function scriptsIn(text: string): string[] {
  return [...new Set([...text].filter((letter) => /\p{Letter}/u.test(letter)).map(scriptOf))].sort(
    (one, other) => order(one) - order(other),
  )
}

function scriptOf(letter: string): string {
  return scripts.find(([, pattern]) => pattern.test(letter))?.[0] ?? 'other'
}

function order(script: string): number {
  return scripts.findIndex(([name]) => name === script)
}
