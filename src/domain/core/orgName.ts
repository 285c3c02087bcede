import { type Parsed, parsed } from './inputIssue.js'
import { MAX_LABEL_UNITS, parseLabel } from './label.js'

declare const orgName: unique symbol

/** An org's name as it is shown. Only `parseOrgName` makes one. */
export type OrgName = string & { readonly [orgName]: true }

/** Parses an org's name (contract §4): 1 to 100 code points after trimming and NFC, in one line. */
export const parseOrgName = (text: string): Parsed<OrgName> => {
  const label = parseLabel(text)
  return label.ok ? parsed(label.value as OrgName) : label
}

/**
 * What names are told apart by: two orgs can't have names with the same key, nor one be found but by it.
 *
 * "Without regard to case" as Unicode has it for identifiers (D147, NFKC_Casefold): width and ligatures
 * don't count, nor do characters that nobody sees, so that no org can pass for another by a zero-width
 * space. By way of upper case ß and ss become one, and σ and ς; lower case before it is for ẞ. So do ı and i,
 * whose capital in one language or another is I: this refuses a name too many rather than one too few.
 * Look-alikes of other scripts (Cyrillic а) are other letters and stay so.
 */
export const orgNameKey = (name: OrgName): string => foldName(name)

/** UTF-16 code units of a name, however it is written: no longer text is folded. */
export const MAX_NAME_UNITS = MAX_LABEL_UNITS

/** The key of a name, or of a part of one that is looked for: of a text of `MAX_NAME_UNITS` at most. */
export const foldName = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
