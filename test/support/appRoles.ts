import sql from 'sql-template-tag'
import { mutate, type RoleName } from './mutate.js'
import type { TestServer } from './testServer.js'

/** A key that no other app role has. */
export const newKey = () => `k-${crypto.randomUUID()}`

export interface TestAppRole {
  /** Global id. */
  id: string
  key: string
}

/** Creates an app role, or changes the one with the key. */
export async function upsertAppRole(
  { instance }: TestServer,
  input: { key?: string; name?: string; permissions?: string[]; assignableBy?: RoleName } = {},
): Promise<TestAppRole> {
  const given = { key: newKey(), name: 'A role', permissions: [], ...input }
  const { appRole, ...refusal } = await mutate(instance, 'upsertAppRole', given, 'appRole { id key }')
  if (!appRole) throw new Error(`no app role: ${JSON.stringify(refusal)}`)
  return appRole
}

/** Adds app roles until the instance has this many. */
export async function fillAppRoles({ server }: TestServer, upTo: number): Promise<void> {
  await server.app.database.query(sql`
    insert into app_role (id, key, name, permissions, assignable_by)
    select gen_random_uuid(), 'filler-' || gen_random_uuid(), 'A filler', '{}', 'ADMIN'
    from generate_series(1, ${upTo} - (select count(*)::int from app_role))
  `)
}
