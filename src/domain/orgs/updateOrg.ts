import sql from 'sql-template-tag'
import type { OrgStatus, OrgTier } from '../../generated/prisma/enums.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import { lockOrgWithAuthority, requirePermission } from '../core/enterOrg.js'
import type { InputIssue } from '../core/inputIssue.js'
import { requireActive } from '../core/org.js'
import type { OrgChangeEventType } from '../core/orgEvent.js'
import { orgNameKey } from '../core/orgName.js'
import { InvalidInputError } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { type ProfileInput, parseProfile } from './orgProfile.js'
import { takenBy } from './takenBy.js'

export interface UpdateOrgCommand extends ProfileInput {
  orgId: string | null
  status?: OrgStatus | null | undefined
  tier?: OrgTier | null | undefined
  /** The org's own limits. Null returns to those of its tier. */
  seatLimit?: number | null | undefined
  pendingInviteLimit?: number | null | undefined
}

/** The columns that an update can change, without metadata. */
type Changeable = Pick<
  LockedOrg,
  | 'name'
  | 'nameKey'
  | 'slug'
  | 'logoUrl'
  | 'externalId'
  | 'status'
  | 'tier'
  | 'seatLimit'
  | 'pendingInviteLimit'
>

/**
 * Changes an org's name, slug and logo (ORG_UPDATE), or its external id, metadata, status, tier and limits
 * (ORG_MANAGE).
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | OrgNotActiveError | OrgNameTakenError
 *   | OrgSlugTakenError | OrgExternalIdTakenError}
 */
export async function updateOrg(tx: Tx, actor: Actor, command: UpdateOrgCommand): Promise<LockedOrg> {
  const { org, authority } = await lockOrgWithAuthority(tx, actor, command.orgId)
  const { externalId, metadata, status, tier, seatLimit, pendingInviteLimit } = command
  const isManaged =
    status != null ||
    tier != null ||
    [externalId, metadata, seatLimit, pendingInviteLimit].some((value) => value !== undefined)
  const isEdited = command.name != null || command.slug != null || command.logoUrl !== undefined
  if (isEdited || !isManaged) requirePermission(authority, 'ORG_UPDATE')
  if (isManaged) requirePermission(authority, 'ORG_MANAGE')
  if (!isEdited && !isManaged)
    throw new InvalidInputError([{ path: 'name', message: 'Say what to change, for example the name.' }])
  const profile = parseProfile(command, negativeLimits(command))
  const name = profile.name ?? org.name
  const after: Changeable = {
    name,
    nameKey: orgNameKey(name),
    slug: profile.slug ?? org.slug,
    logoUrl: profile.logoUrl === undefined ? org.logoUrl : profile.logoUrl,
    externalId: profile.externalId === undefined ? org.externalId : profile.externalId,
    status: status ?? org.status,
    tier: tier ?? org.tier,
    seatLimit: seatLimit === undefined ? org.seatLimit : seatLimit,
    pendingInviteLimit: pendingInviteLimit === undefined ? org.pendingInviteLimit : pendingInviteLimit,
  }
  // A change of the status is allowed in every status, with the other changes of the same input.
  if (status == null) requireActive(org)
  const newMetadata = await writeOrg(tx, org, after, profile.metadata)
  recordChanges(tx, actor, org, after, newMetadata)
  return Object.assign(org, after)
}

function negativeLimits({ seatLimit, pendingInviteLimit }: UpdateOrgCommand): InputIssue[] {
  return Object.entries({ seatLimit, pendingInviteLimit })
    .filter(([, limit]) => limit != null && limit < 0)
    .map(([path]) => ({ path, message: 'Must not be negative.' }))
}

/** @returns whether the metadata has changed */
async function writeOrg(
  tx: Tx,
  org: LockedOrg,
  { name, nameKey, slug, logoUrl, externalId, status, tier, seatLimit, pendingInviteLimit }: Changeable,
  metadata: string | undefined,
): Promise<boolean> {
  try {
    const [written] = await tx.query<{ newMetadata: boolean }>(sql`
      update org set name = ${name}, name_key = ${nameKey}, slug = ${slug}, logo_url = ${logoUrl},
        external_id = ${externalId}, status = ${status}::"OrgStatus", tier = ${tier}::"OrgTier",
        seat_limit = ${seatLimit}, pending_invite_limit = ${pendingInviteLimit},
        metadata = coalesce(${metadata}::jsonb, before.metadata)
      from (select metadata from org where id = ${org.id}) before
      where id = ${org.id}
      returning org.metadata <> before.metadata as new_metadata
    `)
    return written?.newMetadata === true
  } catch (error) {
    throw takenBy(error)
  }
}

function recordChanges(tx: Tx, actor: Actor, org: LockedOrg, after: Changeable, newMetadata: boolean): void {
  const record = (type: OrgChangeEventType, summary: string) =>
    tx.record(org, eventActorOf(actor), { kind: 'CHANGE', type, summary })
  const newName = after.name !== org.name
  const changes = [
    newName && `name from ${org.name} to ${after.name}`,
    after.slug !== org.slug && `slug from ${org.slug} to ${after.slug}`,
    after.logoUrl !== org.logoUrl && 'logo',
    after.externalId !== org.externalId && 'external id',
    newMetadata && 'metadata',
  ].filter((change) => change !== false)
  if (newName && changes.length === 1) record('RENAMED', `Renamed from ${org.name} to ${after.name}.`)
  else if (changes.length > 0) record('PROFILE_CHANGED', `The profile changed: ${changes.join(', ')}.`)
  if (after.status !== org.status)
    record('STATUS_CHANGED', `Status changed from ${org.status} to ${after.status}.`)
  if (after.tier !== org.tier) record('TIER_CHANGED', `Tier changed from ${org.tier} to ${after.tier}.`)
  const limits = [
    after.seatLimit !== org.seatLimit && `seats from ${said(org.seatLimit)} to ${said(after.seatLimit)}`,
    after.pendingInviteLimit !== org.pendingInviteLimit &&
      `pending invites from ${said(org.pendingInviteLimit)} to ${said(after.pendingInviteLimit)}`,
  ].filter((change) => change !== false)
  if (limits.length > 0) record('LIMITS_CHANGED', `Limits changed: ${limits.join(', ')}.`)
}

/** A limit as a summary says it. */
function said(limit: number | null): string {
  return limit === null ? 'the tier’s' : String(limit)
}
