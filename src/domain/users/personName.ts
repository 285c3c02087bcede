import { codePoints, isVisible } from '../core/plainText.js'

declare const personName: unique symbol

/** A person's name as it is shown. Only `cleanPersonName` makes one. */
export type PersonName = string & { readonly [personName]: true }

const MAX_CODE_POINTS = 200

/**
 * A person's name from elsewhere: an identity provider's `name`, or `upsertUser`. Nobody here could
 * correct it, so it is cleaned and never refused: on one line, without controls or anything that changes
 * the direction of text, cut after 200 code points. Null where nothing visible is left.
 */
export const cleanPersonName = (claim: unknown): PersonName | null => {
  if (typeof claim !== 'string') return null
  // Far more than is kept, yet little enough that a hostile length costs nothing.
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
