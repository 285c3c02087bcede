import sql from 'sql-template-tag'
import type { OrgStatus, OrgTier } from '../../generated/prisma/enums.js'
import { errorCode, UNIQUE_VIOLATION } from '../../lib/errorCode.js'
import { type Actor, eventActorOf } from '../core/actor.js'
import { lockOrgWithAuthority, requirePermission } from '../core/enterOrg.js'
import { OrgNameTakenError, requireActive } from '../core/org.js'
import { type OrgName, orgNameKey, parseOrgName } from '../core/orgName.js'
import { InvalidInputError } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'

export interface UpdateOrgCommand {
  orgId: string | null
  name?: string | null | undefined
  status?: OrgStatus | null | undefined
  tier?: OrgTier | null | undefined
}

/**
 * Renames an org, or sets its status and its tier, which needs ORG_MANAGE.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | OrgNotActiveError | OrgNameTakenError}
 */
export async function updateOrg(tx: Tx, actor: Actor, command: UpdateOrgCommand): Promise<LockedOrg> {
  const { org, authority } = await lockOrgWithAuthority(tx, actor, command.orgId)
  const managing = command.status != null || command.tier != null
  if (command.name != null || !managing) requirePermission(authority, 'ORG_UPDATE')
  if (managing) requirePermission(authority, 'ORG_MANAGE')
  if (command.name == null && !managing)
    throw new InvalidInputError([{ path: 'name', message: 'Say what to change: name, status or tier.' }])
  const name = command.name == null ? org.name : parsedName(command.name)
  const status = command.status ?? org.status
  const tier = command.tier ?? org.tier
  // A change of the status is allowed in every status, with the other changes of the same input.
  if (command.status == null) requireActive(org)
  await writeOrg(tx, org, name, status, tier)
  const say = (type: 'RENAMED' | 'STATUS_CHANGED' | 'TIER_CHANGED', summary: string) =>
    tx.record(org, eventActorOf(actor), { kind: 'CHANGE', type, summary })
  if (name !== org.name) say('RENAMED', `Renamed from ${org.name} to ${name}.`)
  if (status !== org.status) say('STATUS_CHANGED', `Status changed from ${org.status} to ${status}.`)
  if (tier !== org.tier) say('TIER_CHANGED', `Tier changed from ${org.tier} to ${tier}.`)
  return Object.assign(org, { name, nameKey: orgNameKey(name), status, tier })
}

function parsedName(text: string): OrgName {
  const name = parseOrgName(text)
  if (!name.ok) throw new InvalidInputError([{ path: 'name', message: name.message }])
  return name.value
}

async function writeOrg(tx: Tx, org: LockedOrg, name: OrgName, status: OrgStatus, tier: OrgTier) {
  try {
    await tx.query(sql`
      update org set name = ${name}, name_key = ${orgNameKey(name)}, status = ${status}::"OrgStatus",
        tier = ${tier}::"OrgTier"
      where id = ${org.id}
    `)
  } catch (error) {
    // The key of the name is the only unique column that changes here.
    if (errorCode(error) === UNIQUE_VIOLATION) throw new OrgNameTakenError()
    throw error
  }
}
