import type { Outcome } from '../api/outcome.js'
import type { Role } from '../api/types.js'
import type { InviteOptions } from '../hooks/inviting.js'
import type { Words } from '../words/en.js'
import { problemOf } from '../words/look.js'

/** What the form lets people choose, apart from whom they invite. */
export interface InviteTerms {
  readonly roles: readonly Role[]
  /** Ids of roles of the host application. */
  readonly appRoleIds: readonly string[]
  readonly message: string
  /** Days until the invite expires. Null: the server's usual time. */
  readonly days: number | null
  /** Language of the mails. Null: the server's. */
  readonly locale: string | null
  readonly sendEmail: boolean
}

/** What the form shows to begin with. */
export type InviteDraft = Partial<InviteTerms> & { readonly email?: string }

const DAY_MS = 86_400_000
/** If this machine's clock is ahead, the longest time must still be accepted. */
const MARGIN_MS = 60_000

const ranks: readonly Role[] = ['USER', 'ADMIN', 'OWNER']

/** The terms of a draft. Of its roles those that the viewer may assign, or else the lowest of these. */
export function termsOf(draft: InviteDraft, assignable: readonly Role[], locale: string): InviteTerms {
  const { email, roles = [], ...given } = draft
  const allowed = assignable.filter((role) => roles.includes(role))
  const lowest = ranks.find((role) => assignable.includes(role))
  return {
    appRoleIds: [],
    message: '',
    days: null,
    // English is what the server writes, if its operator has set nothing else.
    locale: locale === 'en' ? null : locale,
    sendEmail: true,
    ...given,
    roles: allowed.length > 0 || lowest === undefined ? allowed : [lowest],
  }
}

/** @param now ms since the epoch */
export function optionsOf(terms: InviteTerms, now: number): InviteOptions {
  const { roles, appRoleIds, days, locale, sendEmail } = terms
  const message = terms.message.trim()
  return {
    roles,
    appRoleIds,
    ...(message !== '' && { message }),
    ...(days !== null && { expiresAt: new Date(now + days * DAY_MS - MARGIN_MS).toISOString() }),
    ...(locale !== null && { locale }),
    ...(!sendEmail && { sendEmail }),
  }
}

/** What a refusal can be about. `form`: about none of the fields. */
type Field = 'email' | 'roles' | 'appRoleIds' | 'message' | 'expiresAt' | 'locale' | 'form'

/** What is wrong, in words, by what it is about. */
export type Problems = { readonly [F in Field]?: string }

const fieldOf: Partial<Record<string, Field>> = {
  AlreadyOrgUserError: 'email',
  OrgInviteAlreadyPendingError: 'email',
  RoleNotGrantableError: 'roles',
  AppRoleNotGrantableError: 'appRoleIds',
}

export function problemsOf(outcome: Outcome<unknown>, words: Words): Problems {
  const text = problemOf(outcome, words)
  if (text === null) return {}
  if (outcome.kind !== 'refused') return { form: text }
  const { type, issues = [] } = outcome.refusal
  const known: Partial<Record<string, string>> = words.inviteForm.wrong
  const wrong = issues.flatMap(({ path }) => {
    // Of `invitees.3.email` it is the last name.
    const name = path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? path
    return known[name] ? [[name, known[name]] as const] : []
  })
  return wrong.length > 0 ? Object.fromEntries(wrong) : { [fieldOf[type] ?? 'form']: text }
}
