import { createInterface } from 'node:readline'
import sql from 'sql-template-tag'
import type { Queryable } from '../database/database.js'
import { deleteUser, SoleOwnerError } from '../domain/accounts/deleteUser.js'
import { exportUser } from '../domain/accounts/exportUser.js'
import { NotFoundError } from '../domain/core/refusal.js'
import { theInstance } from '../domain/core/theInstance.js'
import type { OrgRoleName, OrgUserStatus } from '../generated/prisma/enums.js'
import { encodeId } from '../graphql/globalId.js'
import { cleanText } from '../lib/cleanText.js'
import { StartError } from '../lib/startError.js'
import { findUser } from './find.js'
import { onInstance } from './instance.js'
import { type Given, print } from './run.js'
import { fieldsOf, tableOf } from './table.js'

/** Shows an account and its memberships. */
export async function showUser(given: Given, idOrAddress: string): Promise<number> {
  const user = await onInstance(given, async ({ database }) =>
    readUser(database, await findUser(database, idOrAddress)),
  )
  const id = encodeId('User', user.id)
  const memberships = user.memberships.map(({ orgId, orgName, orgSlug, ...membership }) => ({
    org: { id: encodeId('Org', orgId), name: orgName, slug: orgSlug },
    ...membership,
  }))
  if (given.json) {
    print(JSON.stringify({ ...user, id, memberships }))
    return 0
  }
  const { name, email, emailVerified, subject, createdAt } = user
  const address = email !== null && !emailVerified ? `${email} (not verified)` : email
  print(fieldsOf({ id, name, address, sub: subject, created: createdAt }))
  if (memberships.length > 0)
    print(
      `\n${tableOf(memberships, {
        ORG: ({ org }) => org.id,
        SLUG: ({ org }) => org.slug,
        ROLES: ({ roles }) => roles,
        STATUS: ({ status }) => status,
        JOINED: ({ joinedAt }) => joinedAt,
      })}`,
    )
  return 0
}

/** Deletes an account for good. It asks before, unless `yes`. */
export async function deleteAccount(
  given: Given,
  idOrAddress: string,
  { yes }: { yes: boolean },
): Promise<number> {
  return onInstance(given, async ({ database, transact }) => {
    const user = await readUser(database, await findUser(database, idOrAddress))
    if (!yes && !(await isConfirmed(questionOf(user)))) throw new StartError('Nothing was deleted.')
    given.progress.show('Deleting …')
    // `patient`: an account can be in many orgs, and no request waits here.
    await transact((tx) => deleteUser(tx, theInstance, user.id), { patient: true }).catch((error) => {
      throw error instanceof SoleOwnerError ? new StartError(withOrgs(error)) : error
    })
    given.progress.end()
    const userId = encodeId('User', user.id)
    print(given.json ? JSON.stringify({ userId }) : `The account ${userId} is deleted.`)
    return 0
  })
}

/** Prints everything that is kept of an account, as `userExport` of the API returns it. */
export async function exportAccount(given: Given, idOrAddress: string): Promise<number> {
  const exported = await onInstance(given, async ({ database }) =>
    exportUser(database, await findUser(database, idOrAddress), encodeId),
  )
  // Null if it was deleted meanwhile.
  if (exported === null) throw new NotFoundError('There is no account with this id.')
  print(given.json ? JSON.stringify(exported) : JSON.stringify(exported, null, 2))
  return 0
}

interface ShownUser {
  id: string
  subject: string
  email: string | null
  emailVerified: boolean
  name: string | null
  createdAt: Date
  memberships: Membership[]
}

interface Membership {
  orgId: string
  orgName: string
  orgSlug: string
  roles: OrgRoleName[]
  status: OrgUserStatus
  joinedAt: Date
}

async function readUser(db: Queryable, userId: string): Promise<ShownUser> {
  const [[user], memberships] = await Promise.all([
    db.query<Omit<ShownUser, 'memberships'>>(sql`
      select id, subject, email, email_verified, name, created_at from "user"
      where id = ${userId} and deleted_at is null
    `),
    db.query<Membership>(sql`
      select org.id as org_id, org.name as org_name, org.slug as org_slug, roles, org_user.status, joined_at
      from org_user join org on org.id = org_id where user_id = ${userId} order by joined_at desc, org_user.id desc
    `),
  ])
  if (!user) throw new NotFoundError('There is no account with this id.')
  return { ...user, memberships }
}

function questionOf({ id, name, email, memberships }: ShownUser): string {
  const who = cleanText([name, email].filter((text) => text !== null).join(', ') || encodeId('User', id))
  const orgs = memberships.length === 1 ? 'a member of 1 org' : `a member of ${memberships.length} orgs`
  return `Delete the account of ${who}, ${orgs}, for good? Type yes:`
}

/** Asks on the terminal. False also if the terminal ends. */
function isConfirmed(question: string): Promise<boolean> {
  // On stderr, because scripts read the result on stdout.
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  return new Promise<boolean>((resolve) => {
    terminal.once('close', () => resolve(false))
    terminal.question(`${question} `, (answer) => resolve(answer.trim().toLowerCase() === 'yes'))
  }).finally(() => terminal.close())
}

function withOrgs({ message, orgs }: SoleOwnerError): string {
  return [message, ...orgs.map(({ id, name }) => `  ${encodeId('Org', id)}  ${cleanText(name)}`)].join('\n')
}
