import sql from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import { type ApiToken, apiTokenColumns } from '../domain/apiTokens/apiToken.js'
import { createApiToken } from '../domain/apiTokens/createApiToken.js'
import { listedTokens } from '../domain/apiTokens/listedTokens.js'
import { revokeApiToken } from '../domain/apiTokens/revokeApiToken.js'
import { effectivePermissionsOf } from '../domain/core/effectivePermissions.js'
import { theInstance } from '../domain/core/theInstance.js'
import type { Permission } from '../generated/prisma/enums.js'
import { encodeId } from '../graphql/globalId.js'
import { cleanText } from '../lib/cleanText.js'
import { findOrg, uuidOf } from './find.js'
import { onInstance } from './instance.js'
import { type Given, print } from './run.js'
import { tableOf } from './table.js'

export interface NewToken {
  name: string
  permissions: readonly Permission[]
  /** Id or slug. Undefined for an instance token. */
  org: string | undefined
  expiresAt: Date | undefined
}

/** Creates an API token and prints its secret. */
export async function createToken(given: Given, { org, ...token }: NewToken): Promise<number> {
  const { apiToken, secret } = await onInstance(given, async ({ database, transact }) => {
    const orgId = org === undefined ? undefined : await findOrg(database, org)
    return transact((tx) => createApiToken(tx, theInstance, { orgId, ...token }))
  })
  const shown = shownToken(apiToken, new Set(apiToken.permissions))
  if (given.json) print(JSON.stringify({ apiToken: shown, secret }))
  else print(`The token ${shown.id} is created. Its secret is shown only now:\n${secret}`)
  return 0
}

/** Lists the tokens of an org, or those of the instance. */
export async function listTokens(given: Given, org: string | undefined): Promise<number> {
  const tokens = await onInstance(given, async ({ database, rules }) => {
    const orgId = org === undefined ? null : await findOrg(database, org)
    return readTokens(database, await listedTokens(database, orgId, rules.apiTokensPerOrg))
  })
  if (given.json) print(JSON.stringify(tokens))
  else
    print(
      tableOf(tokens, {
        ID: ({ id }) => id,
        NAME: ({ name }) => name,
        CREATED: ({ createdAt }) => createdAt,
        'LAST USED': ({ lastUsedAt }) => lastUsedAt,
        EXPIRES: ({ expiresAt }) => expiresAt,
        REVOKED: ({ revokedAt }) => revokedAt,
        PERMISSIONS: ({ permissions }) => permissions,
      }),
    )
  return 0
}

/** Revokes an API token, the tokens that it made, and their pending invites and links. */
export async function revokeToken(given: Given, id: string): Promise<number> {
  const revoked = await onInstance(given, ({ transact }) =>
    transact((tx) => revokeApiToken(tx, theInstance, uuidOf('ApiToken', id))),
  )
  const shown = shownToken(revoked, new Set())
  print(
    given.json
      ? JSON.stringify({ apiToken: shown })
      : `The token ${shown.id}, ${cleanText(shown.name)}, is revoked.`,
  )
  return 0
}

async function readTokens(db: Queryable, ids: readonly string[]) {
  const tokens = await db.query<ApiToken>(sql`
    select ${apiTokenColumns} from api_token where id = any(${ids}::uuid[]) order by created_at desc, id desc
  `)
  const held = await effectivePermissionsOf(
    db,
    tokens.map(({ id }) => id),
  )
  return tokens.map((token, at) => shownToken(token, held[at] ?? new Set()))
}

/**
 * A token as the API shows it.
 * @param held what it may do now
 */
function shownToken(token: ApiToken, held: ReadonlySet<Permission>) {
  const { id, orgId, name, permissions, createdAt, createdById, expiresAt, lastUsedAt, revokedAt } = token
  return {
    id: encodeId('ApiToken', id),
    orgId: orgId && encodeId('Org', orgId),
    name,
    permissions: permissions.filter((permission) => held.has(permission)),
    createdAt,
    createdById: createdById && encodeId('User', createdById),
    expiresAt,
    lastUsedAt,
    revokedAt,
  }
}
