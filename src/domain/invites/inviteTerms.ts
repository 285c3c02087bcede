import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { canonicalTag, MAX_TAG_LENGTH } from '../../lib/languageTag.js'
import { tooManyAppRoles } from '../core/appRole.js'
import { type InputIssue, tooMany } from '../core/inputIssue.js'
import { normalRoles, rolesByRank } from '../core/permission.js'
import type { Rules } from '../core/transact.js'
import { parseInviteMessage } from './inviteMessage.js'

const DAY_MS = 24 * 60 * 60 * 1000
const MAX_LIFE_DAYS = 90

/** The terms of an invite as input. Null means left out. */
export interface TermsInput {
  roles?: readonly OrgRoleName[] | null | undefined
  expiresAt?: Date | null | undefined
  message?: string | null | undefined
  locale?: string | null | undefined
  /** Null for an id that names no app role. */
  appRoleIds?: ReadonlyArray<string | null> | null | undefined
}

export interface InviteTerms {
  /** Null to keep the roles (resend). */
  roles: OrgRoleName[] | null
  expiresAt: Date
  /** Undefined to keep the message (resend). */
  message: string | null | undefined
  /** In canonical form. Undefined to keep the locale (resend), or for the server's. */
  locale: string | undefined
}

/**
 * @param rules how long an invite lives that names no end
 * @returns also the issues, so that an operation can report them together with its own
 */
export function parseTerms(
  input: TermsInput,
  now: Date,
  { inviteLifeDays }: Pick<Rules, 'inviteLifeDays'>,
): { terms: InviteTerms; issues: InputIssue[] } {
  const issues: InputIssue[] = []
  const latest = new Date(now.getTime() + MAX_LIFE_DAYS * DAY_MS)
  const expiresAt = input.expiresAt ?? new Date(now.getTime() + inviteLifeDays * DAY_MS)
  if (expiresAt <= now) issues.push({ path: 'expiresAt', message: 'Must be in the future.' })
  if (expiresAt > latest) issues.push({ path: 'expiresAt', message: `Must be within ${MAX_LIFE_DAYS} days.` })
  if (input.roles?.length === 0) issues.push({ path: 'roles', message: 'Must name at least one role.' })
  issues.push(...tooMany('roles', input.roles ?? [], rolesByRank.length))
  issues.push(...tooManyAppRoles('appRoleIds', input.appRoleIds))
  let message: string | null | undefined = input.message
  if (typeof message === 'string') {
    const parsed = parseInviteMessage(message)
    if (parsed.ok) message = parsed.value
    else issues.push({ path: 'message', message: parsed.message })
  }
  const locale = input.locale == null ? undefined : canonicalTag(input.locale)
  if (locale === null)
    issues.push({
      path: 'locale',
      message: `Must be a BCP 47 language tag like de or pt-BR, with ${MAX_TAG_LENGTH} characters at most.`,
    })
  return {
    terms: {
      roles: input.roles ? normalRoles(input.roles) : null,
      expiresAt,
      message,
      locale: locale ?? undefined,
    },
    issues,
  }
}
