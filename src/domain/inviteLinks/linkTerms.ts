import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { tooManyAppRoles } from '../core/appRole.js'
import { type InputIssue, tooMany } from '../core/inputIssue.js'
import { normalRoles, rolesByRank } from '../core/permission.js'
import { refuseIssues } from '../core/refusal.js'
import { asciiHost } from '../users/asciiHost.js'

const DAY_MS = 24 * 60 * 60 * 1000
const DEFAULT_LIFE_DAYS = 7
const MAX_LIFE_DAYS = 90
const MOST_USES = 10_000
/** The most domains of one link. */
export const MAX_LINK_DOMAINS = 50
/** UTF-16 code units of a domain as typed, with spaces around it. Longer texts are refused without a look. */
const MAX_DOMAIN_UNITS = 1_000

/** The terms of a link as input. Null means left out. */
export interface LinkTermsInput {
  roles?: readonly OrgRoleName[] | null | undefined
  /** Null for an id that names no app role. */
  appRoleIds?: ReadonlyArray<string | null> | null | undefined
  emailDomains?: readonly string[] | null | undefined
  maxUses?: number | null | undefined
  expiresAt?: Date | null | undefined
}

export interface LinkTerms {
  roles: OrgRoleName[]
  /** Lower-case ASCII, sorted, without duplicates. */
  emailDomains: string[]
  maxUses: number | null
  expiresAt: Date
}

/** @throws {InvalidInputError} */
export function parseLinkTerms(input: LinkTermsInput, now: Date): LinkTerms {
  const { maxUses = null } = input
  const roles = input.roles ?? ['USER']
  const latest = new Date(now.getTime() + MAX_LIFE_DAYS * DAY_MS)
  const expiresAt = input.expiresAt ?? new Date(now.getTime() + DEFAULT_LIFE_DAYS * DAY_MS)
  const domains = parseDomains(input.emailDomains ?? [])
  const issues: InputIssue[] = [
    ...(roles.length === 0 ? [{ path: 'roles', message: 'Must name at least one role.' }] : []),
    ...tooMany('roles', roles, rolesByRank.length),
    ...tooManyAppRoles('appRoleIds', input.appRoleIds),
    ...domains.issues,
    ...(maxUses !== null && (maxUses < 1 || maxUses > MOST_USES)
      ? [{ path: 'maxUses', message: `Must be 1 to ${MOST_USES.toLocaleString('en')}.` }]
      : []),
    ...(expiresAt <= now ? [{ path: 'expiresAt', message: 'Must be in the future.' }] : []),
    ...(expiresAt > latest ? [{ path: 'expiresAt', message: `Must be within ${MAX_LIFE_DAYS} days.` }] : []),
  ]
  refuseIssues(issues)
  return { roles: normalRoles(roles), emailDomains: domains.emailDomains, maxUses, expiresAt }
}

/** Every domain that an address can have is allowed, also that of a public provider: here nobody has to own it. */
function parseDomains(texts: readonly string[]): { emailDomains: string[]; issues: InputIssue[] } {
  const issues = tooMany('emailDomains', texts, MAX_LINK_DOMAINS)
  if (issues.length > 0) return { emailDomains: [], issues }
  const hosts = texts.map((text) => (text.length > MAX_DOMAIN_UNITS ? null : asciiHost(text.trim())))
  const wrong = hosts.indexOf(null)
  if (wrong >= 0)
    issues.push({
      path: `emailDomains.${wrong}`,
      message: 'This is not the domain of an e-mail address. It should look like example.com.',
    })
  return { emailDomains: [...new Set(hosts.filter((host) => host !== null))].sort(), issues }
}
