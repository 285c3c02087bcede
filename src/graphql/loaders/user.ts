import DataLoader from 'dataloader'
import sql, { type Sql } from 'sql-template-tag'
import type { Email } from '../../domain/users/email.js'
import type { Context } from '../context.js'
import { addressesSeen } from '../viewer.js'
import { loadById } from './loadById.js'
import { perOperation } from './perOperation.js'

/** Users by id, whoever asks: for fields that name a user whom their reader may know of. */
export const usersById = loadById('user')

/** The account that has proven an address, null where none has. */
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
 * The id of the user whom an address means, null where there is none or the viewer may not see them. One statement
 * decides both: two would take longer for an address that exists than for one that doesn't.
 */
export async function visibleUserByEmail(context: Context, email: Email): Promise<string | null> {
  const [found] = await context.app.database.query<{ id: string }>(sql`
    select id from (
      select id from "user" where email = ${email} order by email_verified desc, created_at limit 1
    ) meant
    where ${isSeen(context)}
  `)
  return found?.id ?? null
}

function isSeen(context: Context): Sql {
  const seen = addressesSeen(context)
  if (seen === 'everybody') return sql`true`
  const shared = seen.orgs
    ? sql`exists (select from org_user theirs where theirs.user_id = meant.id and theirs.org_id in (${seen.orgs}))`
    : sql`false`
  return seen.userId === null ? shared : sql`(meant.id = ${seen.userId}::uuid or ${shared})`
}
