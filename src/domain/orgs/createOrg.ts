import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import type { DataRegion } from '../../generated/prisma/enums.js'
import { type Actor, eventActorOf, userIdOf } from '../core/actor.js'
import { mayKnowOrg } from '../core/authority.js'
import { countOneSql, type Day, refuseAbove } from '../core/dailyLimit.js'
import { readInstancePermissions } from '../core/effectivePermissions.js'
import { lockOrgWithAuthority } from '../core/enterOrg.js'
import type { Repeat } from '../core/idempotency.js'
import { joinOrg } from '../core/joinOrg.js'
import { lockOrg } from '../core/lockOrg.js'
import { OrgNameTakenError } from '../core/org.js'
import { orgNameKey } from '../core/orgName.js'
import { InvalidInputError, NotFoundError, PermissionDeniedError } from '../core/refusal.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { bindDomainTo } from '../emailDomains/bindDomainTo.js'
import { domainOf } from '../users/domain.js'
import { EmailNotVerifiedError } from '../users/emailNotVerified.js'
import { findPerson, type PersonRow } from '../users/findPerson.js'
import { type Profile, type ProfileInput, parseProfile } from './orgProfile.js'
import { takenBy } from './takenBy.js'

export interface CreateOrgCommand extends ProfileInput {
  name: string
  /** The owner. An instance token has to name one, and a person may not. Null if the id names no user. */
  ownerId?: string | null | undefined
  /** US_WEST if left out. */
  dataRegion?: DataRegion | null | undefined
  /** Whether to bind the domain of the owner's address, which must be verified. */
  bindEmailDomain?: boolean | null | undefined
}

/**
 * Creates an org with its first owner. If no slug is given, the database makes one of the name.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | OrgNameTakenError | OrgSlugTakenError
 *   | OrgExternalIdTakenError | EmailNotVerifiedError | EmailDomainTakenError | EmailDomainNotAllowedError
 *   | RateLimitedError}
 */
export async function createOrg(tx: Tx, actor: Actor, command: CreateOrgCommand): Promise<LockedOrg> {
  const owner = await ownerOf(tx, actor, command)
  const profile = parseProfile(command)
  if (actor.kind === 'person') await countOrg(tx, actor.userId)
  const org = await insertOrg(tx, profile, command.dataRegion ?? 'US_WEST', userIdOf(actor))
  tx.record(org, eventActorOf(actor), {
    kind: 'CHANGE',
    type: 'CREATED',
    summary: `${org.name} was created.`,
  })
  joinOrg(tx, org, eventActorOf(actor), {
    userId: owner.id,
    roles: ['OWNER'],
    origin: 'CREATOR',
    inviteId: null,
  })
  if (command.bindEmailDomain) {
    if (!owner.email || !owner.emailVerified) throw new EmailNotVerifiedError()
    await bindDomainTo(tx, org, eventActorOf(actor), domainOf(owner.email), owner, {
      path: 'bindEmailDomain',
      joinMode: 'AUTO',
    })
  }
  return org
}

/** How `createOrg` answers a call that is repeated with the same idempotency key. */
export const repeatCreateOrg: Repeat<CreateOrgCommand, LockedOrg> = {
  compared: ({ dataRegion, bindEmailDomain, ...command }) => ({
    ...command,
    dataRegion: dataRegion ?? 'US_WEST',
    bindEmailDomain: bindEmailDomain === true,
  }),
  async authorize(tx, actor, command) {
    await requireCreator(tx, actor, command)
    return null
  },
  idOf: ({ id }) => id,
  async recall(tx, actor, id) {
    const { org, authority } = await lockOrgWithAuthority(tx, actor, id)
    // A token needs no more than ORG_CREATE, which it has. A person has to be a member still.
    if (actor.kind === 'person' && !mayKnowOrg(authority)) throw new NotFoundError()
    return org
  },
}

/** @throws {PermissionDeniedError} */
async function requireCreator(
  tx: Tx,
  actor: Actor,
  { externalId, metadata }: CreateOrgCommand,
): Promise<void> {
  if (actor.kind === 'token') {
    if (!(await readInstancePermissions(tx, actor)).has('ORG_CREATE'))
      throw new PermissionDeniedError('ORG_CREATE')
    return
  }
  // Only the host application keeps its own data with an org.
  if (externalId != null || metadata != null) throw new PermissionDeniedError('ORG_MANAGE')
}

async function ownerOf(tx: Tx, actor: Actor, command: CreateOrgCommand): Promise<PersonRow> {
  await requireCreator(tx, actor, command)
  const { ownerId } = command
  const isToken = actor.kind === 'token'
  if (isToken === (ownerId === undefined))
    throw new InvalidInputError([
      { path: 'ownerId', message: isToken ? 'Required of an API token.' : 'You become the owner yourself.' },
    ])
  const owner = await findPerson(tx, actor.kind === 'person' ? actor.userId : (ownerId ?? null))
  if (!owner) throw new NotFoundError()
  return owner
}

/**
 * Counts one more org on a person's day. Without a limit of orgs there would be none of invites.
 * @throws {RateLimitedError}
 */
async function countOrg(tx: Tx, userId: string): Promise<void> {
  const next = countOneSql({ start: sql`org_day_start`, count: sql`org_day_count` }, sql`clock.now`)
  const [day] = await tx.query<Day & { now: Date }>(sql`
    update "user" set org_day_start = ${next.start}, org_day_count = ${next.count}
    from (select date_trunc('milliseconds', clock_timestamp()) as now) clock
    where id = ${userId}
    returning org_day_start as start, org_day_count as count, clock.now
  `)
  if (day) refuseAbove(tx.rules.orgsPerUserPerDay, day, day.now, 'new orgs')
}

async function insertOrg(
  tx: Tx,
  { name, slug, logoUrl, externalId, metadata }: Profile,
  dataRegion: DataRegion,
  createdById: string | null,
): Promise<LockedOrg> {
  if (name === undefined) throw new Error('an org without a name')
  try {
    const [inserted] = await tx.query<{ id: string }>(sql`
      insert into org (id, name, name_key, slug, logo_url, external_id, metadata, data_region, created_by_id)
      values (${uuidv7()}, ${name}, ${orgNameKey(name)}, ${slug}, ${logoUrl}, ${externalId},
        ${metadata ?? '{}'}::jsonb, ${dataRegion}::"DataRegion", ${createdById})
      on conflict (name_key) do nothing
      returning id
    `)
    if (!inserted) throw new OrgNameTakenError()
    return await lockOrg(tx, inserted.id)
  } catch (error) {
    throw takenBy(error)
  }
}
