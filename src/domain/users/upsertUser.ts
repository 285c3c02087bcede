import type { Actor } from '../core/actor.js'
import { heldPermissions } from '../core/heldPermissions.js'
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
  /** Left out, a known one stays. */
  name?: string | null | undefined
}

/**
 * A token's `iat` counts whole seconds. One of this second may come after what is said now, as with somebody who
 * is sent on to sign in, so that it has to count as newer.
 */
const beforeThisSecond = (now: Date) => new Date(Math.floor(now.getTime() / 1_000) * 1_000 - 1)

/**
 * Makes an account known before its first sign-in, or brings a known one up to date. What the host
 * application says now is newer than every token seen, and every one issued in the seconds before.
 * @throws {PermissionDeniedError | InvalidInputError}
 */
export async function upsertUser(
  transact: Transact,
  actor: Actor,
  command: UpsertUserCommand,
  now: Date,
): Promise<SignedIn> {
  const held = await transact((tx) => heldPermissions(tx, actor))
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
