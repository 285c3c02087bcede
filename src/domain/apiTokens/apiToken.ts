import sql from 'sql-template-tag'
import type { Permission } from '../../generated/prisma/enums.js'

/** An API token as operations read it. */
export interface ApiToken {
  id: string
  /** Null: of the instance. */
  orgId: string | null
  name: string
  /** As granted; `effectivePermissions` says what is left of them. */
  permissions: Permission[]
  createdAt: Date
  createdById: string | null
  createdByTokenId: string | null
  expiresAt: Date | null
  lastUsedAt: Date | null
  revokedAt: Date | null
}

export const apiTokenColumns = sql`
  api_token.id, api_token.org_id, api_token.name, api_token.permissions, api_token.created_at,
  api_token.created_by_id, api_token.created_by_token_id, api_token.expires_at, api_token.last_used_at,
  api_token.revoked_at
`

/** What every API token begins with, so that people and secret scanners know one. */
export const API_TOKEN_PREFIX = 'gh_'
