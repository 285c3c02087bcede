import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import { insertRow } from '../../database/rows.js'
import { allOf } from '../../database/transaction.js'
import type { OrgRoleName } from '../../generated/prisma/enums.js'
import { type Actor, eventActorOf, tokenIdOf, userIdOf } from '../core/actor.js'
import { holdAppRoles, keysOf, rankTooLowForApp, requireAppRank } from '../core/appRole.js'
import { enterOrg } from '../core/enterOrg.js'
import type { Repeat } from '../core/idempotency.js'
import { requireActive } from '../core/org.js'
import type { Authority } from '../core/permission.js'
import {
  LimitReachedError,
  NotFoundError,
  RoleNotGrantableError,
  refuseIf,
  type WhyNot,
} from '../core/refusal.js'
import { rankTooLow } from '../core/requireRank.js'
import { activeLinkSql } from '../core/revokeLinks.js'
import { hashToken, mintToken } from '../core/token.js'
import type { Tx } from '../core/transact.js'
import { type LinkTermsInput, parseLinkTerms } from './linkTerms.js'
import { joinUrlOf, type OrgInviteLink, orgInviteLinkColumns } from './orgInviteLink.js'

/** The most ACTIVE links of an org. */
const MAX_ACTIVE_LINKS = 20

export interface CreateOrgInviteLinkCommand extends LinkTermsInput {
  orgId: string | null
}

export interface LinkMade {
  orgInviteLink: OrgInviteLink
  /** The address of the link. Null unless it was made now. */
  url: string | null
}

/**
 * Makes a link by which many can join an org. Its address is only returned: the database has the hash of its token.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | RoleNotGrantableError
 *   | AppRoleNotGrantableError | OrgNotActiveError | LimitReachedError}
 */
export async function createOrgInviteLink(
  tx: Tx,
  actor: Actor,
  { orgId, ...input }: CreateOrgInviteLinkCommand,
): Promise<LinkMade> {
  const [{ org, authority }, appRoles, active] = await allOf([
    enterOrg(tx, actor, orgId, 'INVITE_CREATE'),
    holdAppRoles(tx, input.appRoleIds),
    countActiveLinks(tx, orgId),
  ])
  const terms = parseLinkTerms(input, org.now)
  refuseIf(notGrantable(authority, terms.roles))
  requireAppRank(authority, appRoles)
  requireActive(org)
  if (active >= MAX_ACTIVE_LINKS) throw new LimitReachedError(MAX_ACTIVE_LINKS, 'active invite links')
  const token = mintToken('gl_')
  const orgInviteLink: OrgInviteLink = {
    id: uuidv7(),
    orgId: org.id,
    ...terms,
    appRoles: keysOf(appRoles),
    uses: 0,
    usedUp: false,
    createdAt: org.now,
    createdById: userIdOf(actor),
    createdByTokenId: tokenIdOf(actor),
    revokedAt: null,
  }
  tx.write(insertRow('OrgInviteLink', { ...orgInviteLink, hash: new Uint8Array(hashToken(token)) }))
  tx.record(org, eventActorOf(actor), {
    kind: 'CHANGE',
    type: 'INVITE_LINK_CREATED',
    summary: `An invite link for ${terms.roles.join(' and ')} was created.`,
    subjectId: orgInviteLink.id,
  })
  return { orgInviteLink, url: joinUrlOf(tx.rules.appUrl, token) }
}

/** A link grants roles up to the actor's rank, and never OWNER. */
function notGrantable(authority: Authority, roles: readonly OrgRoleName[]): WhyNot {
  return (
    rankTooLow(authority, roles) ??
    (roles.includes('OWNER')
      ? () => new RoleNotGrantableError('OWNER', 'No invite link can grant the role OWNER.')
      : null)
  )
}

/** How many links of the org are ACTIVE. Lock it first. */
async function countActiveLinks(tx: Tx, orgId: string | null): Promise<number> {
  const [found] = await tx.query<{ count: number }>(sql`
    select count(*)::int as count from org_invite_link
    where org_id = ${orgId} and ${activeLinkSql(sql`clock_timestamp()`)}
  `)
  return found?.count ?? 0
}

/** How `createOrgInviteLink` answers a call that is repeated with the same idempotency key. */
export const repeatCreateOrgInviteLink: Repeat<CreateOrgInviteLinkCommand, LinkMade> = {
  compared: (command) => ({
    ...command,
    roles: command.roles ?? ['USER'],
    emailDomains: command.emailDomains ?? [],
  }),
  async authorize(tx, actor, { orgId, roles, appRoleIds }) {
    const [{ authority }, appRoles] = await allOf([
      enterOrg(tx, actor, orgId, 'INVITE_CREATE'),
      holdAppRoles(tx, appRoleIds),
    ])
    return notGrantable(authority, roles ?? ['USER']) ?? rankTooLowForApp(authority, appRoles)
  },
  idOf: ({ orgInviteLink }) => orgInviteLink.id,
  async recall(tx, _actor, id) {
    const [orgInviteLink] = await tx.query<OrgInviteLink>(
      sql`select ${orgInviteLinkColumns} from org_invite_link where id = ${id}`,
    )
    if (!orgInviteLink) throw new NotFoundError()
    return { orgInviteLink, url: null }
  },
}
