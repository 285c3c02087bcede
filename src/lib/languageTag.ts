/** RFC 5646 expects tags of 35 characters at most in practice. */
export const MAX_TAG_LENGTH = 64

/** Tags that RFC 5646 calls irregular, in their canonical form. */
const irregular: Readonly<Record<string, string>> = {
  'en-gb-oed': 'en-GB-oxendict',
  'i-ami': 'ami',
  'i-bnn': 'bnn',
  'i-default': 'i-default',
  'i-enochian': 'i-enochian',
  'i-hak': 'hak',
  'i-klingon': 'tlh',
  'i-lux': 'lb',
  'i-mingo': 'i-mingo',
  'i-navajo': 'nv',
  'i-pwn': 'pwn',
  'i-tao': 'tao',
  'i-tay': 'tay',
  'i-tsu': 'tsu',
  'sgn-be-fr': 'sfb',
  'sgn-be-nl': 'vgt',
  'sgn-ch-de': 'sgg',
}

/** A language with its extended language, such as `zh-yue`. */
const extended = /^[a-z]{2,3}-([a-z]{3})(?=-|$)/
const privateTag = /^x(-[a-z0-9]{1,8})+$/

/**
 * The canonical form of a BCP 47 language tag: `de-AT` for `DE-at`. Null if the text is none. Intl knows all tags except
 * three kinds of old and private ones.
 */
export function canonicalTag(text: string): string | null {
  if (text.length > MAX_TAG_LENGTH) return null
  const lower = text.toLowerCase()
  if (privateTag.test(lower)) return lower
  return irregular[lower] ?? byIntl(text) ?? byIntl(lower.replace(extended, '$1'))
}

function byIntl(text: string): string | null {
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null
  } catch {
    return null
  }
}
