import { type Parsed, parsed } from './inputIssue.js'
import { MAX_LABEL_UNITS, parseLabel } from './label.js'

declare const orgName: unique symbol

/** An org's name as it is displayed. Only `parseOrgName` makes one. */
export type OrgName = string & { readonly [orgName]: true }

/** Parses an org's name (contract §4): 1 to 100 code points after trimming and NFC, in one line. */
export const parseOrgName = (text: string): Parsed<OrgName> => {
  const label = parseLabel(text)
  return label.ok ? parsed(label.value as OrgName) : label
}

/**
 * The key by which names are compared. Two orgs can't have the same key, and an org is found by its key.
 *
 * The key ignores case as Unicode does for identifiers (D147, NFKC_Casefold). It also ignores width, ligatures and
 * invisible characters, so that no org can imitate another one with a zero-width space. Upper case makes ß and ss
 * equal, and σ and ς; lower case before it is for ẞ. It makes ı and i equal too, because the capital of both is I in
 * some language: rather one name too many is refused than one too few. Similar letters of other scripts (Cyrillic а)
 * stay different.
 */
export const orgNameKey = (name: OrgName): string => foldName(name)

/** The most UTF-16 code units that a name can have. Longer texts must not be passed to `foldName`. */
export const MAX_NAME_UNITS = MAX_LABEL_UNITS

/** The key of a name, or of a part of a name in a search. The text has at most `MAX_NAME_UNITS`. */
export const foldName = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
