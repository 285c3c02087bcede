import { type InputIssue, type Parsed, parsed, refused } from '../core/inputIssue.js'
import { type OrgName, parseOrgName } from '../core/orgName.js'
import { codePoints, hasUnprintable } from '../core/plainText.js'
import { InvalidInputError } from '../core/refusal.js'

declare const orgSlug: unique symbol
declare const externalId: unique symbol

/** The name of an org in URLs. Only `parseOrgSlug` makes one, and the database where it is left out. */
export type OrgSlug = string & { readonly [orgSlug]: true }

/** The host application's own id of an org. Only `parseExternalId` makes one. */
export type ExternalId = string & { readonly [externalId]: true }

const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** Parses a slug (contract §8). It is compared exactly, so capitals are refused and not changed. */
export const parseOrgSlug = (text: string): Parsed<OrgSlug> =>
  slugPattern.test(text)
    ? parsed(text as OrgSlug)
    : refused('A slug has 1 to 63 characters: a to z, 0 to 9, and hyphens that are not at its ends.')

const MAX_EXTERNAL_ID = 255

/** Parses the host application's id of an org (contract §8): 1 to 255 code points, kept as they are. */
export const parseExternalId = (text: string): Parsed<ExternalId> => {
  const isLong = text.length > 2 * MAX_EXTERNAL_ID || codePoints(text) > MAX_EXTERNAL_ID
  if (text === '' || isLong) return refused(`An external id has 1 to ${MAX_EXTERNAL_ID} characters.`)
  if (hasUnprintable(text)) return refused('An external id can have no control characters or line breaks.')
  return parsed(text as ExternalId)
}

export const MAX_LOGO_URL = 2_048

/** Characters that no URL has. Browsers remove or replace them, and then load another address than the one shown. */
const notInUrls = /[\s\p{Cc}\p{Cs}"<>\\^`{|}]/u

/** Parses the address of a logo (contract §8), which is kept as it is written. */
const parseLogoUrl = (text: string): Parsed<string> => {
  if (text.length > MAX_LOGO_URL) return refused(`A logo’s URL can have ${MAX_LOGO_URL} characters at most.`)
  const isUrl = /^https:\/\/[^/?#]/i.test(text) && !notInUrls.test(text) && URL.canParse(text)
  return isUrl ? parsed(text) : refused('A logo’s URL must be complete and begin with https://.')
}

/** In bytes of JSON in UTF-8. */
export const MAX_METADATA_BYTES = 8_192
/** How deep lists and objects can be nested in metadata. */
const MAX_METADATA_DEPTH = 64

/**
 * Parses metadata (contract §8): an object that JSON can hold unchanged, 8,192 bytes at most. The key `__proto__` is
 * refused, because it changes an object's prototype in careless JavaScript.
 * @returns its JSON
 */
const parseMetadata = (value: unknown): Parsed<string> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refused('Metadata is a JSON object.')
  const problem = problemOf(value, 1)
  if (problem) return refused(problem)
  const json = JSON.stringify(value)
  if (Buffer.byteLength(json) > MAX_METADATA_BYTES)
    return refused(`Metadata can have ${MAX_METADATA_BYTES} bytes of JSON at most.`)
  return parsed(json)
}

/** Why a value can't be metadata, or a part of it. */
function problemOf(value: unknown, depth: number): string | null {
  switch (typeof value) {
    case 'string':
      return problemOfText(value)
    case 'number':
      return Number.isFinite(value) ? null : 'Metadata can have no number that is too large for JSON.'
    case 'boolean':
      return null
    case 'object':
      if (value === null) return null
      if (depth > MAX_METADATA_DEPTH)
        return `Metadata can be nested ${MAX_METADATA_DEPTH} levels deep at most.`
      for (const [key, inner] of Object.entries(value)) {
        const problem = key === '__proto__' ? 'Metadata can have no key `__proto__`.' : problemOfText(key)
        const problemBelow = problem ?? problemOf(inner, depth + 1)
        if (problemBelow) return problemBelow
      }
      return null
    default:
      return 'Metadata can have only values of JSON.'
  }
}

/** PostgreSQL can store neither in JSON. */
const problemOfText = (text: string): string | null =>
  /[\0\p{Cs}]/u.test(text) ? 'Metadata can have no NUL characters and no halves of a surrogate pair.' : null

/** What an input says about an org's profile. */
export interface ProfileInput {
  name?: string | null | undefined
  slug?: string | null | undefined
  logoUrl?: string | null | undefined
  externalId?: string | null | undefined
  metadata?: unknown
}

/** A parsed `ProfileInput`. A part that is undefined was left out. Null takes a logo or an external id away. */
export interface Profile {
  name: OrgName | undefined
  slug: OrgSlug | undefined
  logoUrl: string | null | undefined
  externalId: ExternalId | null | undefined
  /** JSON. */
  metadata: string | undefined
}

/**
 * Parses a profile. A name or slug that is null was left out, and metadata that is null is empty.
 * @param otherIssues those of other parts of the same input
 * @throws {InvalidInputError} with an issue for each part that is wrong
 */
export function parseProfile(
  { name, slug, logoUrl, externalId, metadata }: ProfileInput,
  otherIssues: readonly InputIssue[] = [],
): Profile {
  const issues = [...otherIssues]
  function part<Given, Value>(path: string, given: Given, parse: (given: Given & {}) => Parsed<Value>) {
    if (given === undefined || given === null) return undefined
    const result = parse(given)
    if (result.ok) return result.value
    issues.push({ path, message: result.message })
    return undefined
  }
  const profile: Profile = {
    name: part('name', name, parseOrgName),
    slug: part('slug', slug, parseOrgSlug),
    logoUrl: logoUrl === null ? null : part('logoUrl', logoUrl, parseLogoUrl),
    externalId: externalId === null ? null : part('externalId', externalId, parseExternalId),
    metadata: metadata === null ? '{}' : part('metadata', metadata, parseMetadata),
  }
  if (issues.length > 0) throw new InvalidInputError(issues)
  return profile
}
