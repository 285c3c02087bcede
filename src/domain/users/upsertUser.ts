import type { Actor } from '../core/actor.js'
import { readInstancePermissions } from '../core/effectivePermissions.js'
import type { InputIssue } from '../core/inputIssue.js'
import { PermissionDeniedError, refuseIssues } from '../core/refusal.js'
import type { Transact } from '../core/transact.js'
import { parseEmail } from './email.js'
import { cleanPersonName } from './personName.js'
import { type SignedIn, signIn } from './signIn.js'
import { isSubject, MAX_SUBJECT } from './subject.js'

export interface UpsertUserCommand {
  subject: string
  email: string
  emailVerified: boolean
  /** If left out, the name is not changed. */
  name?: string | null | undefined
}

/**
 * A token's `iat` has whole seconds. A token of this second may be newer than this claim, as when a person is sent to
 * sign in right afterwards, so it has to count as newer.
 */
const beforeThisSecond = (now: Date) => new Date(Math.floor(now.getTime() / 1_000) * 1_000 - 1)

/**
 * Creates an account before its first sign-in, or updates it. What the host application says now counts as newer than
 * every token that was used or issued before.
 * @throws {PermissionDeniedError | InvalidInputError}
 */
export async function upsertUser(
  transact: Transact,
  actor: Actor,
  command: UpsertUserCommand,
  now: Date,
): Promise<SignedIn> {
  const held = await transact((tx) => readInstancePermissions(tx, actor))
  if (!held.has('USER_MANAGE')) throw new PermissionDeniedError('USER_MANAGE')
  const issues: InputIssue[] = []
  const { subject } = command
  if (!isSubject(subject))
    issues.push({ path: 'subject', message: `Must be 1 to ${MAX_SUBJECT} characters of plain text.` })
  const email = parseEmail(command.email)
  if (!email.ok) issues.push({ path: 'email', message: email.message })
  refuseIssues(issues)
  return signIn(transact, {
    subject,
    email: email.ok ? email.value : null,
    emailVerified: command.emailVerified,
    name: command.name === undefined ? undefined : cleanPersonName(command.name),
    issuedAt: beforeThisSecond(now),
    overrides: true,
  })
}
