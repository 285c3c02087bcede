import sql from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import { NotFoundError } from '../domain/core/refusal.js'
import { parseOrgSlug } from '../domain/orgs/orgProfile.js'
import { parseEmail } from '../domain/users/email.js'
import { decodeId, encodeId } from '../graphql/globalId.js'
import { StartError } from '../lib/startError.js'
import { isUuid } from '../lib/uuid.js'

/** The UUID in a global id of this type, or the UUID that the text is. Null for any other text. */
export function uuidOf(type: string, text: string): string | null {
  const uuid = text.toLowerCase()
  return isUuid(uuid) ? uuid : decodeId(type, text)
}

/**
 * The id of an account that an operator names by its id or its address. Of several accounts with the address it is the one
 * that has it verified.
 * @throws {NotFoundError | StartError} StartError if the address is of several, and none has it verified
 */
export async function findUser(db: Queryable, idOrAddress: string): Promise<string> {
  if (!idOrAddress.includes('@')) {
    const id = uuidOf('User', idOrAddress)
    const [user] = id === null ? [] : await db.query<{ id: string }>(livingUser(id))
    if (!user) throw new NotFoundError('There is no account with this id.')
    return user.id
  }
  const email = parseEmail(idOrAddress)
  const found = email.ok
    ? await db.query<{ id: string; emailVerified: boolean }>(sql`
        select id, email_verified from "user" where email = ${email.value} and deleted_at is null
        order by email_verified desc, created_at limit ${MOST_NAMED}
      `)
    : []
  const [user] = found
  if (!user) throw new NotFoundError('There is no account with this address.')
  if (found.length > 1 && !user.emailVerified)
    throw new StartError(
      `Several accounts have this address, and none has it verified. Name one by its id: ${found
        .map(({ id }) => encodeId('User', id))
        .join(', ')}`,
    )
  return user.id
}

const MOST_NAMED = 10

const livingUser = (id: string) => sql`select id from "user" where id = ${id}::uuid and deleted_at is null`

/**
 * The id of an org that an operator names by its id or its slug.
 * @throws {NotFoundError}
 */
export async function findOrg(db: Queryable, idOrSlug: string): Promise<string> {
  const id = uuidOf('Org', idOrSlug)
  const slug = parseOrgSlug(idOrSlug)
  // A slug may look like a UUID. Then the id comes first.
  const [org] = await db.query<{ id: string }>(sql`
    select id from org where id = ${id}::uuid or slug = ${slug.ok ? slug.value : null}
    order by id = ${id}::uuid desc nulls last limit 1
  `)
  if (!org) throw new NotFoundError('There is no org with this id or slug.')
  return org.id
}
