import type { MembershipMirror } from '../../../packages/node/src/index.js'
import { encodeId } from '../../../src/graphql/globalId.js'

interface MemberRow {
  org: string
  user: string
  roles: string[]
  appRoles: string[]
  active: boolean
}

/** Queries PostgreSQL directly. */
export type Query = <Row extends Record<string, unknown>>(text: string) => Promise<Row[]>

const sorted = (texts: readonly string[]) => texts.toSorted().join()

/**
 * Compares all answers of a mirror with the database: of each member, and of each user who is no member of an org.
 * @returns what differs
 */
export async function differences(mirror: MembershipMirror, query: Query): Promise<string[]> {
  const rows = await query<Record<string, unknown> & MemberRow>(
    `select org_id as org, user_id as user, roles::text[], app_roles as "appRoles", status = 'ACTIVE' as active from org_user`,
  )
  const defined = await query<{ key: string; permissions: string[] }>('select key, permissions from app_role')
  const orgs = await query<{ id: string }>('select id from org')
  const users = await query<{ id: string }>('select id from "user" limit 2000')
  const permissionsOf = new Map(defined.map(({ key, permissions }) => [key, permissions]))
  const everyPermission = [...new Set(defined.flatMap(({ permissions }) => permissions))]
  const members = new Map(rows.map((row) => [`${row.org} ${row.user}`, row]))
  const found: string[] = []

  const compare = (org: string, user: string) => {
    const member = members.get(`${org} ${user}`)
    const [roles, appRoles] = member?.active ? [member.roles, member.appRoles] : [[], []]
    const [userId, orgId] = [encodeId('User', user), encodeId('Org', org)]
    const expected = `${sorted(roles)} ${sorted(appRoles)}`
    const answer = `${sorted(mirror.roles(userId, orgId))} ${sorted(mirror.appRoles(userId, orgId))}`
    if (answer !== expected) found.push(`${org} ${user}: ${answer} instead of ${expected}`)
    const permitted = new Set(appRoles.flatMap((key) => permissionsOf.get(key) ?? []))
    for (const permission of everyPermission)
      if (mirror.can(userId, orgId, permission) !== permitted.has(permission))
        found.push(`${org} ${user}: ${permission}`)
  }
  for (const { org, user } of rows) compare(org, user)
  for (const { id: org } of orgs.slice(0, 50))
    for (const { id: user } of users) if (!members.has(`${org} ${user}`)) compare(org, user)

  const size = mirror.size()
  if (size.members !== rows.length) found.push(`${size.members} members instead of ${rows.length}`)
  if (size.orgs !== orgs.length) found.push(`${size.orgs} orgs instead of ${orgs.length}`)
  return found
}
