import { codePoints, isVisible } from '../core/plainText.js'

declare const personName: unique symbol

/** A person's name as it is displayed. Only `cleanPersonName` makes one. */
export type PersonName = string & { readonly [personName]: true }

const MAX_CODE_POINTS = 200

/**
 * Cleans a person's name that comes from the identity provider's `name` or from `upsertUser`. Nobody could correct it
 * here, so it is never refused. The result has one line, no control characters, nothing that changes the direction of
 * text, and at most 200 code points. Null if nothing visible is left.
 */
export const cleanPersonName = (claim: unknown): PersonName | null => {
  if (typeof claim !== 'string') return null
  // Far more than is kept, but few enough that a very long claim costs little.
  const name = claim
    .slice(0, 4_000)
    .normalize('NFC')
    .replace(/[\p{White_Space}\p{Cc}]+/gu, ' ')
    .replace(/[\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()
  if (!isVisible(name)) return null
  return (
    codePoints(name) <= MAX_CODE_POINTS ? name : [...name].slice(0, MAX_CODE_POINTS).join('').trim()
  ) as PersonName
}
