import { columnsOf, type Row } from '../../database/rows.js'

/** An API token as operations read it. `permissions` are as granted: `effectivePermissions` says what is left. */
export type ApiToken = Omit<Row<'ApiToken'>, (typeof unneeded)[number]>

const unneeded = ['hash', 'makerMembershipId'] as const

export const apiTokenColumns = columnsOf('ApiToken', { except: unneeded })

/** The prefix of every API token, by which people and secret scanners recognise one. */
export const API_TOKEN_PREFIX = 'gh_'
