import sql from 'sql-template-tag'
import { uuidv7 } from 'uuidv7'
import type { Permission } from '../generated/prisma/enums.js'
import { type Actor, tokenIdOf, userIdOf } from '../identity/actor.js'
import { heldPermissions } from '../identity/heldPermissions.js'
import { enterOrg } from '../org/enterOrg.js'
import { requireActive } from '../org/org.js'
import { allPermissions, instanceOnlyPermissions } from '../permission/permission.js'
import type { InputIssue } from '../platform/inputIssue.js'
import { parseLabel } from '../platform/label.js'
import { hashToken, mintToken } from '../platform/token.js'
import { NotFoundError, PermissionDeniedError, refuseIssues } from '../refusal.js'
import type { LockedOrg, Tx } from '../transact.js'
import { API_TOKEN_PREFIX, type ApiToken, apiTokenColumns } from './apiToken.js'

export interface CreateApiTokenCommand {
  /** Undefined: a token of the instance. Null: an id that names no org. */
  orgId?: string | null | undefined
  name: string
  permissions: readonly Permission[]
  expiresAt?: Date | null | undefined
}

/**
 * Makes an API token, which can do no more than whoever makes it.
 * @returns the token and its secret, which is nowhere else
 * @throws {NotFoundError | PermissionDeniedError | InvalidInputError | OrgNotActiveError}
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
  const { org, authority } = await enterOrg(tx, actor, orgId, 'API_TOKEN_MANAGE')
  requireHeld(authority.permissions, command.permissions)
  refuseIssues(issuesOf(command, org.now, true))
  requireActive(org)
  const made = await insert(tx, actor, org, command, org.now)
  tx.record(org, userIdOf(actor), {
    kind: 'CHANGE',
    type: 'API_TOKEN_CREATED',
    summary: `The API token ${made.apiToken.name} was created.`,
    subjectId: made.apiToken.id,
  })
  return made
}

async function createForInstance(tx: Tx, actor: Actor, command: CreateApiTokenCommand) {
  if (actor.kind !== 'token' || actor.orgId !== null) throw new PermissionDeniedError('API_TOKEN_MANAGE')
  const held = await heldPermissions(tx, actor)
  if (!held.has('API_TOKEN_MANAGE')) throw new PermissionDeniedError('API_TOKEN_MANAGE')
  const [clock] = await tx.query<{ now: Date }>(
    sql`select date_trunc('milliseconds', clock_timestamp()) as now`,
  )
  const now = clock?.now ?? new Date()
  requireHeld(held, command.permissions)
  refuseIssues(issuesOf(command, now, false))
  return insert(tx, actor, null, command, now)
}

function issuesOf(command: CreateApiTokenCommand, now: Date, ofOrg: boolean): InputIssue[] {
  const issues: InputIssue[] = []
  const name = parseLabel(command.name)
  if (!name.ok) issues.push({ path: 'name', message: name.message })
  if (command.permissions.length === 0)
    issues.push({ path: 'permissions', message: 'Must name at least one permission.' })
  const foreign = ofOrg && command.permissions.find((permission) => instanceOnly.has(permission))
  if (foreign) issues.push({ path: 'permissions', message: `${foreign} is for tokens of the instance only.` })
  if (command.expiresAt && command.expiresAt <= now)
    issues.push({ path: 'expiresAt', message: 'Must be in the future.' })
  return issues
}

const instanceOnly: ReadonlySet<Permission> = new Set(instanceOnlyPermissions)

function requireHeld(held: ReadonlySet<Permission>, wanted: readonly Permission[]): void {
  const lacking = wanted.find((permission) => !held.has(permission))
  if (lacking) throw new PermissionDeniedError(lacking)
}

async function insert(
  tx: Tx,
  actor: Actor,
  org: LockedOrg | null,
  command: CreateApiTokenCommand,
  now: Date,
) {
  const secret = mintToken(API_TOKEN_PREFIX)
  const permissions = allPermissions.filter((permission) => command.permissions.includes(permission))
  const [apiToken] = await tx.query<ApiToken>(sql`
    insert into api_token (
      id, hash, org_id, name, permissions, created_at, created_by_id, created_by_token_id, expires_at
    ) values (
      ${uuidv7()}, ${hashToken(secret)}, ${org?.id ?? null}, ${command.name.trim().normalize('NFC')},
      ${permissions}, ${now}, ${userIdOf(actor)}, ${tokenIdOf(actor)},
      ${command.expiresAt ?? null}
    ) returning ${apiTokenColumns}
  `)
  if (!apiToken) throw new NotFoundError()
  return { apiToken, secret }
}
