import DataLoader from 'dataloader'
import sql, { type Sql } from 'sql-template-tag'
import type { ReadRow } from '../../database/omittedColumns.js'
import type { Email } from '../../domain/users/email.js'
import type { Context } from '../context.js'
import { visibleAddresses } from '../viewer.js'
import { loadById } from './loadById.js'
import { perOperation } from './perOperation.js'

/** Null for a deleted account: its row stays, but nobody sees it. */
export function living(user: unknown) {
  const row = user as (ReadRow<'User'> & object) | null
  return row === null || row.deletedAt !== null ? null : row
}

/**
 * Loads users by id. It checks no permission, so use it only for fields of an object that the viewer may read. Null for a
 * deleted account.
 */
export const usersById = (context: Context) => ({
  load: async (id: string) => living(await rowsById(context).load(id)),
})

const rowsById = loadById('user')

/** Loads the account with this verified address. Null if there is none. */
export const usersByVerifiedEmail = perOperation(
  ({ app }) =>
    new DataLoader(async (emails: readonly string[]) => {
      const users = await app.prisma.user.findMany({
        where: { email: { in: [...emails] }, emailVerified: true },
      })
      const byEmail = new Map(users.map((user) => [user.email, user]))
      return emails.map((email) => byEmail.get(email) ?? null)
    }),
)

/**
 * The id of the user with an address. Null if there is none, or if the viewer may not see them. One statement checks
 * both. A second statement would take time only if the address exists, so the response time would reveal it.
 */
export async function visibleUserByEmail(context: Context, email: Email): Promise<string | null> {
  const [found] = await context.app.database.query<{ id: string }>(sql`
    select id from (
      select id from "user" where email = ${email} order by email_verified desc, created_at limit 1
    ) found
    where ${isVisible(context)}
  `)
  return found?.id ?? null
}

function isVisible(context: Context): Sql {
  const visible = visibleAddresses(context)
  if (visible === 'everybody') return sql`true`
  const shared = visible.orgs
    ? sql`exists (select from org_user theirs where theirs.user_id = found.id and theirs.org_id in (${visible.orgs}))`
    : sql`false`
  return visible.userId === null ? shared : sql`(found.id = ${visible.userId}::uuid or ${shared})`
}
