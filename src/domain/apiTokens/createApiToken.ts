import sql, { type Sql } from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import type { Permission } from '../../generated/prisma/enums.js'
import { type Actor, eventActorOf, tokenIdOf, userIdOf } from '../core/actor.js'
import { instancePermissions, isInstanceToken } from '../core/authority.js'
import { holdPermissions, standingOfToken } from '../core/effectivePermissions.js'
import { enterOrg } from '../core/enterOrg.js'
import { type InputIssue, tooMany } from '../core/inputIssue.js'
import { parseLabel } from '../core/label.js'
import { requireActive } from '../core/org.js'
import { allPermissions, isInstanceOnly } from '../core/permission.js'
import { LimitReachedError, PermissionDeniedError, refuseIssues } from '../core/refusal.js'
import { hashToken, mintToken } from '../core/token.js'
import type { LockedOrg, Tx } from '../core/transact.js'
import { API_TOKEN_PREFIX, type ApiToken, apiTokenColumns } from './apiToken.js'

export interface CreateApiTokenCommand {
  /** Undefined for an instance token. Null if the id names no org. */
  orgId?: string | null | undefined
  name: string
  permissions: readonly Permission[]
  expiresAt?: Date | null | undefined
}

/** What limits a new token: the expiry of its maker and the length of the chain. */
interface Maker {
  /** Null if it never expires. */
  expiresAt: Date | null
  /** The length of the new token's chain of makers. */
  makers: number
  /** The membership of the person who makes it. The token ends with it. Null for a token as maker. */
  membershipId: string | null
}

/**
 * Makes an API token. It can do no more than its maker, and for no longer.
 * @returns the token and its secret. The secret is not stored.
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | OrgNotActiveError | LimitReachedError}
 */
export async function createApiToken(
  tx: Tx,
  actor: Actor,
  command: CreateApiTokenCommand,
): Promise<{ apiToken: ApiToken; secret: string }> {
  return command.orgId === undefined
    ? createForInstance(tx, actor, command)
    : createForOrg(tx, actor, command.orgId, command)
}

async function createForOrg(tx: Tx, actor: Actor, orgId: string | null, command: CreateApiTokenCommand) {
  const { org, authority, self } = await enterOrg(tx, actor, orgId, 'API_TOKEN_MANAGE')
  requireHeld(authority.permissions, command.permissions)
  const maker = await makerOf(tx, actor, self?.id ?? null)
  refuseIssues(issuesOf(command, org.now, true, maker))
  requireActive(org)
  const made = await insert(tx, actor, org, command, org.now, maker)
  tx.record(org, eventActorOf(actor), {
    kind: 'CHANGE',
    type: 'API_TOKEN_CREATED',
    summary: `The API token ${made.apiToken.name} was created.`,
    subjectId: made.apiToken.id,
  })
  return made
}

async function createForInstance(tx: Tx, actor: Actor, command: CreateApiTokenCommand) {
  const isInTable = isInstanceToken(actor) && actor.tokenId !== null
  const held = instancePermissions(actor, isInTable ? await holdPermissions(tx, actor.tokenId) : undefined)
  if (!held.has('API_TOKEN_MANAGE')) throw new PermissionDeniedError('API_TOKEN_MANAGE')
  requireHeld(held, command.permissions)
  // The instance has no row to lock, so an advisory lock prevents that two requests take the last place.
  const [clock] = await tx.query<{ now: Date }>(sql`
    select date_trunc('milliseconds', clock_timestamp()) as now
    from (select pg_advisory_xact_lock(${INSTANCE_LOCK})) as locked
  `)
  const now = clock?.now ?? new Date()
  const maker = await makerOf(tx, actor, null)
  refuseIssues(issuesOf(command, now, false, maker))
  return insert(tx, actor, null, command, now, maker)
}

/** A number that no other advisory lock of this database has. */
const INSTANCE_LOCK = 72707370

async function makerOf(tx: Tx, actor: Actor, membershipId: string | null): Promise<Maker> {
  const tokenId = tokenIdOf(actor)
  if (tokenId === null) return { expiresAt: null, makers: 1, membershipId }
  const { expiresAt, makers } = await standingOfToken(tx, tokenId)
  return { expiresAt, makers: makers + 1, membershipId: null }
}

function issuesOf(command: CreateApiTokenCommand, now: Date, ofOrg: boolean, maker: Maker): InputIssue[] {
  const issues: InputIssue[] = []
  const name = parseLabel(command.name)
  if (!name.ok) issues.push({ path: 'name', message: name.message })
  if (command.permissions.length === 0)
    issues.push({ path: 'permissions', message: 'Must name at least one permission.' })
  issues.push(...tooMany('permissions', command.permissions, allPermissions.length))
  const foreign = ofOrg && command.permissions.find(isInstanceOnly)
  if (foreign) issues.push({ path: 'permissions', message: `${foreign} is for tokens of the instance only.` })
  if (command.expiresAt && command.expiresAt <= now)
    issues.push({ path: 'expiresAt', message: 'Must be in the future.' })
  if (command.expiresAt && maker.expiresAt && command.expiresAt > maker.expiresAt)
    issues.push({
      path: 'expiresAt',
      message: `Must be no later than ${maker.expiresAt.toISOString()}, when the token that makes it expires.`,
    })
  return issues
}

function requireHeld(held: ReadonlySet<Permission>, wanted: readonly Permission[]): void {
  const lacking = wanted.find((permission) => !held.has(permission))
  if (lacking) throw new PermissionDeniedError(lacking)
}

/** @throws {LimitReachedError} */
async function insert(
  tx: Tx,
  actor: Actor,
  org: LockedOrg | null,
  command: CreateApiTokenCommand,
  now: Date,
  maker: Maker,
) {
  const { apiTokensPerOrg, apiTokenDepth } = tx.rules
  const whose = org ? 'The org' : 'The instance'
  if (maker.makers > apiTokenDepth)
    throw new LimitReachedError(apiTokenDepth, 'API tokens that make one another', whose)
  const secret = mintToken(API_TOKEN_PREFIX)
  const permissions = allPermissions.filter((permission) => command.permissions.includes(permission))
  const [apiToken] = await tx.query<ApiToken>(sql`
    insert into api_token (
      id, hash, org_id, name, permissions, created_at, created_by_id, created_by_token_id, expires_at,
      maker_membership_id
    )
    select ${uuidv7()}::uuid, ${hashToken(secret)}::bytea, ${org?.id ?? null}::uuid,
      ${command.name.trim().normalize('NFC')}::text, ${permissions}::"Permission"[], ${now}::timestamptz,
      ${userIdOf(actor)}::uuid, ${tokenIdOf(actor)}::uuid,
      ${command.expiresAt ?? maker.expiresAt}::timestamptz, ${maker.membershipId}::uuid
    where ${validTokens(org, now, apiTokensPerOrg)} < ${apiTokensPerOrg}
    returning ${apiTokenColumns}
  `)
  if (!apiToken) throw new LimitReachedError(apiTokensPerOrg, 'valid API tokens', whose)
  return { apiToken, secret }
}

/** How many tokens are neither revoked nor expired. It counts up to a limit and reads no other tokens. */
function validTokens(org: LockedOrg | null, now: Date, limit: number): Sql {
  const unrevoked = sql`
    select from api_token where ${org ? sql`org_id = ${org.id}` : sql`org_id is null`} and revoked_at is null
  `
  return sql`(select count(*) from (
    (${unrevoked} and expires_at is null limit ${limit})
    union all (${unrevoked} and expires_at > ${now} limit ${limit})
  ) valid)`
}
