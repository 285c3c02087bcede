import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import type { DataRegion } from '../../generated/prisma/enums.js'
import { type Actor, userIdOf } from '../core/actor.js'
import { heldPermissions } from '../core/heldPermissions.js'
import { joinOrg } from '../core/joinOrg.js'
import { lockOrg } from '../core/lockOrg.js'
import { OrgNameTakenError } from '../core/org.js'
import { type OrgName, orgNameKey, parseOrgName } from '../core/orgName.js'
import {
  InvalidInputError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitedError,
  refuseIssues,
} from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { bindDomainTo } from '../emailDomains/bindDomainTo.js'
import { domainOf } from '../users/domain.js'
import { EmailNotVerifiedError } from '../users/emailNotVerified.js'
import { findPerson, type PersonRow } from '../users/findPerson.js'

export interface CreateOrgCommand {
  name: string
  /** Who is to own it: required of an instance token, refused from a person. Null: an id that names no user. */
  ownerId?: string | null | undefined
  dataRegion: DataRegion
  /** Binds the domain of the owner's own address at once, which must be verified. */
  bindEmailDomain: boolean
}

/**
 * Founds an org with its first owner.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | OrgNameTakenError | EmailNotVerifiedError
 *   | EmailDomainTakenError | EmailDomainNotAllowedError | RateLimitedError}
 */
export async function createOrg(tx: Tx, actor: Actor, command: CreateOrgCommand): Promise<LockedOrg> {
  const owner = await ownerOf(tx, actor, command)
  const name = parseOrgName(command.name)
  if (!name.ok) throw new InvalidInputError([{ path: 'name', message: name.message }])
  if (actor.kind === 'person') await countOrg(tx, actor.userId)
  const org = await insertOrg(tx, name.value, command.dataRegion, userIdOf(actor))
  tx.record(org, userIdOf(actor), { kind: 'CHANGE', type: 'CREATED', summary: `${org.name} was created.` })
  joinOrg(tx, org, userIdOf(actor), {
    userId: owner.id,
    roles: ['OWNER'],
    origin: 'CREATOR',
    inviteId: null,
  })
  if (command.bindEmailDomain) {
    if (!owner.email || !owner.emailVerified) throw new EmailNotVerifiedError()
    await bindDomainTo(tx, org, userIdOf(actor), domainOf(owner.email), owner, 'bindEmailDomain')
  }
  return org
}

async function ownerOf(tx: Tx, actor: Actor, { ownerId }: CreateOrgCommand): Promise<PersonRow> {
  if (actor.kind === 'token') {
    if (!(await heldPermissions(tx, actor)).has('ORG_CREATE')) throw new PermissionDeniedError('ORG_CREATE')
    refuseIssues(ownerId === undefined ? [{ path: 'ownerId', message: 'Required of an API token.' }] : [])
  } else {
    refuseIssues(
      ownerId === undefined ? [] : [{ path: 'ownerId', message: 'You become the owner yourself.' }],
    )
  }
  const owner = await findPerson(tx, actor.kind === 'person' ? actor.userId : (ownerId ?? null))
  if (!owner) throw new NotFoundError()
  return owner
}

/**
 * Counts one more org of a person's day, which begins with the first: who can have no end of orgs would have no
 * end of invites.
 * @throws {RateLimitedError}
 */
async function countOrg(tx: Tx, userId: string): Promise<void> {
  const over = sql`org_day_start <= clock_timestamp() - interval '1 day' or org_day_count = 0`
  const [day] = await tx.query<{ count: number; endsInS: number }>(sql`
    update "user" set
      org_day_start = case when ${over} then clock_timestamp() else org_day_start end,
      org_day_count = case when ${over} then 1 else org_day_count + 1 end
    where id = ${userId}
    returning org_day_count as count,
      ceil(extract(epoch from org_day_start + interval '1 day' - clock_timestamp()))::int as ends_in_s
  `)
  if (day && day.count > tx.rules.orgsPerUserPerDay) throw new RateLimitedError(day.endsInS, 'new orgs')
}

async function insertOrg(
  tx: Tx,
  name: OrgName,
  dataRegion: DataRegion,
  createdById: string | null,
): Promise<LockedOrg> {
  const [inserted] = await tx.query<{ id: string }>(sql`
    insert into org (id, name, name_key, data_region, created_by_id)
    values (${uuidv7()}, ${name}, ${orgNameKey(name)}, ${dataRegion}::"DataRegion", ${createdById})
    on conflict (name_key) do nothing
    returning id
  `)
  if (!inserted) throw new OrgNameTakenError()
  return lockOrg(tx, inserted.id)
}
