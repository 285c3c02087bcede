import sql, { type Sql } from 'sql-template-tag'
import type { Queryable } from '../../database/database.js'
import { columnsOf, type Row } from '../../database/rows.js'
import { type InputIssue, tooMany } from './inputIssue.js'
import { type Authority, outranks } from './permission.js'
import { NotFoundError, Refusal, refuseIf, type WhyNot } from './refusal.js'

/**
 * A role of the host application. Members and invites hold it by its key, which never changes. It permits nothing in
 * Guildhall itself.
 */
export type AppRole = Row<'AppRole'>

export const appRoleColumns = columnsOf('AppRole')

/** The most app roles of the instance. */
export const MAX_APP_ROLES = 200
/** How many app roles one member hardly ever exceeds. Used for the cost of a query. */
export const USUAL_APP_ROLES = 20
/** How many permissions one app role hardly ever exceeds. */
export const USUAL_APP_PERMISSIONS = 20
/** The most permissions of one app role. */
export const MAX_APP_PERMISSIONS = 200

export class AppRoleNotGrantableError extends Refusal {
  constructor(private readonly refused: AppRole) {
    super(
      `The app role ${refused.key} needs the rank ${refused.assignableBy}: only someone of that rank may grant it or take it away.`,
    )
  }

  get appRole(): AppRole {
    // The refusal may have been kept as JSON, with an idempotency key. Then the time is a text.
    return { ...this.refused, createdAt: new Date(this.refused.createdAt) }
  }
}

/**
 * The app roles that an input names, by key. They are locked until the transaction ends: none of them is deleted or gets
 * another rank meanwhile. Every operation that grants app roles calls it, and locks the org first.
 * @param ids null for an id that names no app role. Too long a list is not looked up: see `tooManyAppRoles`.
 * @throws {NotFoundError} if one doesn't exist
 */
export async function holdAppRoles(
  tx: Queryable,
  ids: ReadonlyArray<string | null> | null | undefined,
): Promise<AppRole[]> {
  const wanted = new Set(ids)
  if (wanted.size === 0 || tooManyAppRoles('', ids).length > 0) return []
  if (wanted.has(null)) throw new NotFoundError()
  const found = await hold(tx, sql`id = any(${[...wanted]}::uuid[])`)
  if (found.length < wanted.size) throw new NotFoundError()
  return found
}

/** `holdAppRoles` for the keys that a member or an invite holds. Keys of deleted app roles are left out. */
export async function holdAppRolesByKey(tx: Queryable, keys: readonly string[]): Promise<AppRole[]> {
  return keys.length === 0 ? [] : hold(tx, sql`key = any(${keys}::text[])`)
}

/** Grants don't exclude each other: FOR SHARE only waits for a change of the app role. */
function hold(tx: Queryable, which: Sql): Promise<AppRole[]> {
  return tx.query(sql`select ${appRoleColumns} from app_role where ${which} order by key for share`)
}

/** The issue of an input that names more app roles than there can be. */
export function tooManyAppRoles(
  path: string,
  ids: ReadonlyArray<string | null> | null | undefined,
): InputIssue[] {
  return tooMany(path, ids ?? [], MAX_APP_ROLES)
}

/** Whether the actor is below the rank that one of the app roles needs. */
export function rankTooLowForApp(authority: Authority, appRoles: readonly AppRole[]): WhyNot {
  const above = appRoles.find(({ assignableBy }) => !outranks(authority, assignableBy))
  return above ? () => new AppRoleNotGrantableError(above) : null
}

/** @throws {AppRoleNotGrantableError} with the first app role that needs a higher rank */
export function requireAppRank(authority: Authority, appRoles: readonly AppRole[]): void {
  refuseIf(rankTooLowForApp(authority, appRoles))
}

/** Keys as they are stored: without duplicates, sorted. */
export function normalKeys(keys: Iterable<string>): string[] {
  return [...new Set(keys)].sort()
}

export function keysOf(appRoles: readonly AppRole[]): string[] {
  return normalKeys(appRoles.map(({ key }) => key))
}

/** What app roles permit together, sorted. */
export function appPermissionsOf(appRoles: ReadonlyArray<Pick<AppRole, 'permissions'>>): string[] {
  return [...new Set(appRoles.flatMap(({ permissions }) => permissions))].sort()
}

/**
 * Whether a row of org_user or org_invite holds an app role. The partial indexes need the first condition. The GIN index
 * is used only if the key is a value and no subquery.
 */
export function holdsAppRoleSql(column: Sql, key: string | Sql): Sql {
  return sql`${column} <> '{}' and ${column} @> array[${key}]::text[]`
}
