import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import { bindDomainTo } from '../emailDomain/bindDomainTo.js'
import { domainOf } from '../emailDomain/domain.js'
import type { DataRegion } from '../generated/prisma/enums.js'
import { type Actor, userIdOf } from '../identity/actor.js'
import { heldPermissions } from '../identity/heldPermissions.js'
import { joinOrg } from '../orgUser/joinOrg.js'
import { InvalidInputError, NotFoundError, PermissionDeniedError, refuseIssues } from '../refusal.js'
import type { LockedOrg, Tx } from '../transact.js'
import { EmailNotVerifiedError } from '../user/emailNotVerified.js'
import { findPerson, type PersonRow } from '../user/findPerson.js'
import { lockOrg } from './lockOrg.js'
import { OrgNameTakenError } from './org.js'
import { type OrgName, orgNameKey, parseOrgName } from './orgName.js'

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
 *   | EmailDomainTakenError | EmailDomainNotAllowedError}
 */
export async function createOrg(tx: Tx, actor: Actor, command: CreateOrgCommand): Promise<LockedOrg> {
  const owner = await ownerOf(tx, actor, command)
  const name = parseOrgName(command.name)
  if (!name.ok) throw new InvalidInputError([{ path: 'name', message: name.message }])
  const org = await insertOrg(tx, name.value, command.dataRegion, userIdOf(actor))
  tx.record(org, userIdOf(actor), { kind: 'CHANGE', type: 'CREATED', summary: `${org.name} was created.` })
  await joinOrg(tx, org, userIdOf(actor), {
    userId: owner.id,
    roles: ['OWNER'],
    origin: 'CREATOR',
    inviteId: null,
  })
  if (command.bindEmailDomain) {
    if (!owner.email || !owner.emailVerified) throw new EmailNotVerifiedError()
    await bindDomainTo(tx, org, userIdOf(actor), domainOf(owner.email), owner)
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
