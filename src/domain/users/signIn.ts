import sql, { empty } from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import { errorCode, UNIQUE_VIOLATION } from '../../lib/errorCode.js'
import { joinOrg } from '../core/joinOrg.js'
import { lockOrgIfThere } from '../core/lockOrg.js'
import { LimitReachedError } from '../core/refusal.js'
import type { LockedOrg, Transact, Tx } from '../core/transact.js'
import { type Domain, domainOf } from './domain.js'
import type { Email } from './email.js'
import type { PersonName } from './personName.js'
import { hashOfSubject } from './subject.js'

/**
 * What the identity provider or the host application claims about a person. Values that are undefined are not changed: an
 * access token often says less than the token of the sign-in.
 */
export interface Profile {
  /** The identity provider's `sub`. */
  subject: string
  email: Email | null | undefined
  /** Whether that address is verified. If undefined and the address is new, it counts as not verified. */
  emailVerified: boolean | undefined
  name: PersonName | null | undefined
  /** When it was claimed. An older claim does not change a user. Null counts as older than any other. */
  issuedAt: Date | null
  /** Whether it counts even against newer claims: what the host application says does. */
  overrides?: boolean
}

/** The token was issued before its `sub` ended: with the account, or because the account has another `sub` now. */
export class SubjectEnded extends Error {}

/** Has the code of a serialization failure, after which a transaction runs again. */
class DeletedMeanwhile extends Error {
  readonly code = '40001'
}

export interface SignedIn {
  userId: string
  /** Whether the user was created now. */
  created: boolean
}

/**
 * Finds the user of a subject and updates it, or creates it, which counts as sign-up: people with a verified address in an
 * org's verified domain join that org if the domain's join mode is AUTO. An address that another account has verified
 * counts as unverified (contract §2).
 * @param before runs first, in the same transaction
 * @throws {SubjectEnded}
 */
export async function signIn(
  transact: Transact,
  profile: Profile,
  before?: (tx: Tx) => Promise<void>,
): Promise<SignedIn> {
  const attempt = async (tx: Tx) => {
    await before?.(tx)
    return recognise(tx, profile)
  }
  try {
    return await transact(attempt)
  } catch (error) {
    if (errorCode(error) !== UNIQUE_VIOLATION) throw error
    // Another account verified the same address at the same time and was first. Now this can be read.
    return transact(attempt)
  }
}

async function recognise(tx: Tx, profile: Profile): Promise<SignedIn> {
  const { issuedAt, overrides = false } = profile
  const [found] = await tx.query<{ id: string | null; claimsIssuedAt: Date; isEnded: boolean }>(sql`
    select u.id, u.claims_issued_at, 
      ended.ended_at is not null
        and coalesce(date_trunc('second', ${issuedAt}::timestamptz) <= ended.ended_at, true) as is_ended
    from (values (1)) as one
      left join "user" u on u.subject = ${profile.subject}
      left join ended_subject ended on ended.hash = ${hashOfSubject(profile.subject)}
  `)
  if (!found) throw new Error('a select of one row returned none')
  if (found.isEnded && !overrides) throw new SubjectEnded()
  if (found.id === null) return signUp(tx, profile)
  const known = { ...found, id: found.id }
  if (issuedAt && (overrides || issuedAt > known.claimsIssuedAt)) {
    const [updated] = await tx.query(sql`
      update "user" set claims_issued_at = greatest(claims_issued_at, ${issuedAt})
        ${profile.name === undefined ? empty : sql`, name = ${profile.name}`}
        ${profile.email === undefined ? empty : sql`, ${addressOf(profile, known.id)}`}
      where id = ${known.id} and deleted_at is null and (${overrides} or claims_issued_at < ${issuedAt})
      returning 1
    `)
    // The account was deleted at this moment: what the host application says makes a new one.
    if (overrides && !updated) throw new DeletedMeanwhile()
  }
  return { userId: known.id, created: false }
}

async function signUp(tx: Tx, profile: Profile): Promise<SignedIn> {
  // The org is locked before the user, as everywhere. (In createOrg the order doesn't matter: nobody knows the org yet.)
  const org = await orgOfDomain(tx, profile)
  const [made] = await tx.query<{ id: string; emailVerified: boolean }>(sql`
    insert into "user" (id, subject, email, email_verified, name, claims_issued_at)
    values (${uuidv7()}, ${profile.subject}, ${profile.email ?? null},
      ${profile.emailVerified === true} and not ${isHeldByAnother(profile.email ?? null, null)},
      ${profile.name ?? null}, ${profile.issuedAt ?? new Date(0)})
    on conflict (subject) do nothing
    returning id, email_verified
  `)
  if (!made) return recognise(tx, profile)
  if (org && made.emailVerified) joinByDomain(tx, org, made.id)
  return { userId: made.id, created: true }
}

/** In an update, a column's name means its old value. */
function addressOf({ email = null, emailVerified }: Profile, userId: string) {
  const verified =
    emailVerified === undefined
      ? sql`(email_verified and email is not distinct from ${email})`
      : sql`(${emailVerified} and not ${isHeldByAnother(email, userId)})`
  return sql`email = ${email}, email_verified = ${verified}`
}

function isHeldByAnother(email: Email | null, userId: string | null) {
  return sql`exists (
    select 1 from "user" holder
    where holder.email = ${email} and holder.email_verified and holder.id is distinct from ${userId}::uuid
  )`
}

/** Locks the org that people with a verified address in this domain join when they sign up. Null if there is none. */
async function orgOfDomain(tx: Tx, { email, emailVerified }: Profile): Promise<LockedOrg | null> {
  const domain = email && emailVerified ? domainOf(email) : null
  const [before] = domain ? await holderOf(tx, domain) : []
  if (!domain || !before) return null
  const org = await lockOrgIfThere(tx, before.orgId)
  const [after] = await holderOf(tx, domain)
  return org?.status === 'ACTIVE' && after?.orgId === org.id ? org : null
}

function holderOf(tx: Tx, domain: Domain): Promise<Array<{ orgId: string }>> {
  return tx.query(sql`
    select org_id from org_email_domain where domain = ${domain} and status = 'VERIFIED' and join_mode = 'AUTO'
  `)
}

/** If the org is full, the person signs in without joining it (contract §4). */
function joinByDomain(tx: Tx, org: LockedOrg, userId: string): void {
  try {
    joinOrg(
      tx,
      org,
      { userId, apiTokenId: null },
      { userId, roles: ['USER'], origin: 'EMAIL_DOMAIN', inviteId: null },
    )
  } catch (error) {
    if (!(error instanceof LimitReachedError)) throw error
  }
}
