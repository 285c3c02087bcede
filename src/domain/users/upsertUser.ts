import sql from 'sql-template-tag'
import { errorCode, UNIQUE_VIOLATION } from '../../lib/errorCode.js'
import type { Actor } from '../core/actor.js'
import { readInstancePermissions } from '../core/effectivePermissions.js'
import type { InputIssue } from '../core/inputIssue.js'
import { InvalidInputError, PermissionDeniedError, refuseIssues } from '../core/refusal.js'
import type { Transact, Tx } from '../core/transact.js'
import { parseEmail } from './email.js'
import { cleanPersonName } from './personName.js'
import { type SignedIn, signIn } from './signIn.js'
import { endSubject, isSubject, MAX_SUBJECT } from './subject.js'

export interface UpsertUserCommand {
  subject: string
  email: string
  emailVerified: boolean
  /** If left out, the name is not changed. */
  name?: string | null | undefined
  /** The `sub` by which the account was known. From now on it is known by `subject`. */
  previousSubject?: string | null | undefined
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
  const { subject, previousSubject } = command
  const noSubject = `Must be 1 to ${MAX_SUBJECT} characters of plain text.`
  if (!isSubject(subject)) issues.push({ path: 'subject', message: noSubject })
  if (previousSubject != null && !isSubject(previousSubject))
    issues.push({ path: 'previousSubject', message: noSubject })
  const email = parseEmail(command.email)
  if (!email.ok) issues.push({ path: 'email', message: email.message })
  refuseIssues(issues)
  const profile = {
    subject,
    email: email.ok ? email.value : null,
    emailVerified: command.emailVerified,
    name: command.name === undefined ? undefined : cleanPersonName(command.name),
    issuedAt: beforeThisSecond(now),
    overrides: true,
  }
  return signIn(transact, profile, async (tx) => {
    if (previousSubject != null) await moveAccount(tx, previousSubject, subject)
  })
}

/**
 * Makes an account known by another `sub`. Nobody can act as it by the old one any more: tokens that were issued before
 * are refused, and a later one makes a new account.
 * @throws {InvalidInputError} if no account is known by the old one, or another account by the new one
 */
async function moveAccount(tx: Tx, from: string, to: string): Promise<void> {
  const accounts = await tx.query<{ id: string; subject: string }>(sql`
    select id, subject from "user" where subject in (${from}, ${to}) order by id for no key update
  `)
  const account = accounts.find(({ subject }) => subject === from)
  if (!account)
    throw new InvalidInputError([{ path: 'previousSubject', message: 'No account is known by it.' }])
  if (from === to) return
  if (accounts.length > 1) throw subjectTaken()
  try {
    await tx.query(sql`update "user" set subject = ${to} where id = ${account.id}`)
  } catch (error) {
    // Somebody signed up with it at this moment.
    throw errorCode(error) === UNIQUE_VIOLATION ? subjectTaken() : error
  }
  endSubject(tx, from, account.id)
}

function subjectTaken(): InvalidInputError {
  return new InvalidInputError([{ path: 'subject', message: 'Another account is known by it.' }])
}
