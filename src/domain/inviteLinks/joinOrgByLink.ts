import sql from 'sql-template-tag'
import { allOf, ofOneRow } from '../../database/transaction.js'
import type { MinuteLimit } from '../../lib/minuteLimit.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import { holdAppRolesByKey, keysOf } from '../core/appRole.js'
import { lockOrgWithAuthority } from '../core/enterOrg.js'
import { joinOrg } from '../core/joinOrg.js'
import { isSuspended, type OrgUser } from '../core/membership.js'
import { NotFoundError, RateLimitedError, refuseIf } from '../core/refusal.js'
import { hashToken, isTokenShaped } from '../core/token.js'
import type { Transact, Tx } from '../core/transact.js'
import { AlreadyOrgUserError, OrgInviteForAnotherUserError } from '../invites/orgInvite.js'
import { hostOf } from '../users/email.js'
import { EmailNotVerifiedError } from '../users/emailNotVerified.js'
import { findPerson, type PersonRow } from '../users/findPerson.js'
import { hasLostMaker, readLinksAndSources } from './linkSource.js'
import { joinActionOf, linkStatusAfter, type OrgInviteLink, whyNotJoin } from './orgInviteLink.js'

/** How many unknown tokens one person may try in a minute. Nobody who has a link tries so many. */
export const LINK_GUESSES_PER_MINUTE = 60

/**
 * `joinOrgByLink` in a transaction of its own. It counts the attempts with unknown tokens of each person.
 * @throws {RateLimitedError} if there were too many, whether this token is known or not
 */
export async function joinOrgByRatedLink(
  transact: Transact,
  guesses: MinuteLimit,
  actor: Actor,
  token: string,
): Promise<OrgUser> {
  if (actor.kind !== 'person') throw new NotFoundError()
  const waitMs = guesses.count(actor.userId)
  if (waitMs > 0) throw new RateLimitedError(Math.ceil(waitMs / 1_000), 'links that do not exist', 'minute')
  try {
    const orgUser = await transact((tx) => joinOrgByLink(tx, actor, token))
    guesses.takeBack(actor.userId)
    return orgUser
  } catch (error) {
    if (!(error instanceof NotFoundError)) guesses.takeBack(actor.userId)
    throw error
  }
}

/**
 * Makes a person a member by the token of a link. It needs no permission. A pending invite to them stays.
 * @throws {NotFoundError} if there is no link with this token, or an API token asks
 * @throws {EmailNotVerifiedError | OrgInviteForAnotherUserError | OrgNotActiveError | OrgInviteLinkEndedError
 *   | OrgUserSuspendedError | AlreadyOrgUserError | LimitReachedError}
 */
async function joinOrgByLink(tx: Tx, actor: Actor, token: string): Promise<OrgUser> {
  if (actor.kind !== 'person' || !isTokenShaped('gl_', token)) throw new NotFoundError()
  const hash = hashToken(token)
  const orgId = sql`(select of_org.org_id from org_invite_link of_org where of_org.hash = ${hash})`
  const [{ org, self, suspended }, person, [found]] = await allOf([
    lockOrgWithAuthority(tx, actor, orgId),
    findPerson(tx, actor.userId),
    readLinksAndSources(tx, sql`hash = ${hash}`),
  ])
  if (!person || !found) throw new NotFoundError()
  const { link } = found
  requireAddress(link, person)
  refuseIf(whyNotJoin(org, link, org.now, await hasLostMaker(tx, found)))
  refuseIf(isSuspended(suspended))
  if (self) throw new AlreadyOrgUserError(self.id)
  const appRoles = keysOf(await holdAppRolesByKey(tx, link.appRoles))
  const orgUser = joinOrg(tx, org, eventActorOf(actor), {
    userId: person.id,
    roles: link.roles,
    appRoles,
    origin: 'INVITE_LINK',
    inviteId: null,
  })
  const usedUp = linkStatusAfter(joinActionOf(link), link, org.now) === 'USED_UP'
  tx.write(
    ofOneRow(sql`
      update org_invite_link set uses = uses + 1, used_up = ${usedUp} where id = ${link.id} and uses = ${link.uses}
    `),
  )
  return orgUser
}

/** @throws {EmailNotVerifiedError | OrgInviteForAnotherUserError} */
function requireAddress({ emailDomains }: OrgInviteLink, person: PersonRow): void {
  if (person.email === null || !person.emailVerified) throw new EmailNotVerifiedError()
  if (emailDomains.length > 0 && !emailDomains.includes(hostOf(person.email)))
    throw new OrgInviteForAnotherUserError(
      person,
      'The link is for people with an address in certain domains, and yours is in none of them.',
    )
}
