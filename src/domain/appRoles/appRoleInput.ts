import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { MAX_APP_PERMISSIONS } from '../core/appRole.js'
import { type InputIssue, type Parsed, parsed, refused, tooMany } from '../core/inputIssue.js'
import { parseLabel } from '../core/label.js'
import { codePoints, hasReordering, hasUnprintable } from '../core/plainText.js'
import { refuseIssues } from '../core/refusal.js'

export interface AppRoleInput {
  key: string
  name: string
  description?: string | null | undefined
  permissions: readonly string[]
  assignableBy?: OrgRoleName | null | undefined
}

/** An app role as it is stored. Only `parseAppRole` makes one. */
export interface ParsedAppRole {
  key: string
  name: string
  description: string | null
  permissions: string[]
  assignableBy: OrgRoleName
}

const MAX_KEY = 63
const KEY = /^[a-z][a-z0-9_.:-]*$/
export const MAX_DESCRIPTION = 1_000
const MAX_PERMISSION = 100
/** Letters, marks, numbers, punctuation and symbols. */
const VISIBLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u

/**
 * Parses the input of an app role (contract §8). Permissions are the host application's own words, so they are kept as
 * given, without duplicates.
 * @throws {InvalidInputError}
 */
export function parseAppRole(input: AppRoleInput): ParsedAppRole {
  const issues: InputIssue[] = []
  const accept = <T>(path: string, result: Parsed<T>): T | null => {
    if (result.ok) return result.value
    issues.push({ path, message: result.message })
    return null
  }
  const key = accept('key', parseKey(input.key))
  const name = accept('name', parseLabel(input.name))
  const description = accept('description', parseDescription(input.description))
  const many = tooMany('permissions', input.permissions, MAX_APP_PERMISSIONS)
  const wrong = many.length > 0 ? -1 : input.permissions.findIndex((permission) => !isPermission(permission))
  issues.push(...many)
  if (wrong >= 0)
    issues.push({
      path: `permissions.${wrong}`,
      message: `Must be 1 to ${MAX_PERMISSION} visible characters, without spaces.`,
    })
  refuseIssues(issues)
  return {
    key: key ?? '',
    name: name ?? '',
    description,
    permissions: [...new Set(input.permissions)],
    assignableBy: input.assignableBy ?? 'ADMIN',
  }
}

function parseKey(key: string): Parsed<string> {
  if (key.length > MAX_KEY || !KEY.test(key))
    return refused(
      `Must begin with a to z and go on with a to z, 0 to 9 and _ . : - only, ${MAX_KEY} characters at most.`,
    )
  return parsed(key)
}

const longDescription = refused(`A description can have ${MAX_DESCRIPTION} characters at most.`)

function parseDescription(text: string | null | undefined): Parsed<string | null> {
  if (text == null) return parsed(null)
  // UTF-16 code units before NFC, which can turn four into one code point. Longer texts are refused without a look.
  if (text.length > 4 * MAX_DESCRIPTION) return longDescription
  const description = text.replace(/\r\n?/g, '\n').trim().normalize('NFC')
  if (hasUnprintable(description.replace(/[\n\t]/g, '')))
    return refused('A description can have no control characters.')
  if (hasReordering(description))
    return refused('A description can have no characters that change the direction of text.')
  if (codePoints(description) > MAX_DESCRIPTION) return longDescription
  return parsed(description === '' ? null : description)
}

/** A code point is one or two UTF-16 code units, so longer texts are refused without a look. */
function isPermission(text: string): boolean {
  return text.length <= 2 * MAX_PERMISSION && VISIBLE.test(text) && codePoints(text) <= MAX_PERMISSION
}
