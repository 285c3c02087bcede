import sql from 'sql-template-tag'
import type { Database } from '../src/database/database.js'
import type { Person } from '../src/domain/core/actor.js'
import type { Transact } from '../src/domain/core/transact.js'
import { acceptOrgInvite } from '../src/domain/invites/acceptOrgInvite.js'
import { createOrgInvite } from '../src/domain/invites/createOrgInvite.js'
import { declineOrgInvite } from '../src/domain/invites/declineOrgInvite.js'
import { revokeOrgInvite } from '../src/domain/invites/revokeOrgInvite.js'
import { createOrg } from '../src/domain/orgs/createOrg.js'
import type { OrgRoleName } from '../src/generated/prisma/enums.js'
import { demoPeople } from './people.js'
import { signUp } from './signUp.js'

/** Creates the org Acme if the database has no users. If several servers start at once, only one creates it. */
export async function seed({
  transact,
  database,
}: {
  transact: Transact
  database: Database
}): Promise<void> {
  const connection = await database.pool.connect()
  try {
    await database.queryOn(connection, sql`select pg_advisory_lock(hashtextextended('seed', 0))`)
    const [somebody] = await database.query(sql`select 1 from "user" limit 1`)
    if (!somebody) await seedAcme(transact)
  } finally {
    // Closes the connection, which releases the lock.
    connection.release(true)
  }
}

/**
 * Creates the org Acme with an owner, an admin, a user, and an invite of every status. It uses the normal operations,
 * so the org has a real history.
 * @throws {OrgNameTakenError} if it exists already
 */
export async function seedAcme(transact: Transact): Promise<void> {
  const ada = await signUp(transact, demoPeople.ada)
  const ben = await signUp(transact, demoPeople.ben)
  const cleo = await signUp(transact, demoPeople.cleo)
  const drew = await signUp(transact, drewLindqvist)
  const org = await transact((tx) =>
    createOrg(tx, ada, { name: 'Acme', dataRegion: 'EU_CENTRAL', bindEmailDomain: true }),
  )

  const invite = (
    by: Person,
    email: string,
    roles: OrgRoleName[],
    more: { livesMs?: number; mailed?: boolean } = {},
  ) =>
    transact((tx) =>
      createOrgInvite(tx, by, {
        orgId: org.id,
        invitee: { email },
        roles,
        message: 'Good to have you with us!',
        sendEmail: more.mailed ? null : false,
        ...(more.livesMs && { expiresAt: new Date(Date.now() + more.livesMs) }),
      }),
    )
  const answer = (inviteId: string) => ({ invite: { orgInviteId: inviteId } })

  for (const [person, actor, roles] of [
    [demoPeople.ben, ben, ['USER', 'ADMIN']],
    [demoPeople.cleo, cleo, ['USER']],
  ] as const) {
    const { orgInvite } = await invite(ada, person.email, [...roles])
    await transact((tx) => acceptOrgInvite(tx, actor, answer(orgInvite.id)))
  }
  const declined = await invite(ben, drewLindqvist.email, ['USER'])
  await transact((tx) => declineOrgInvite(tx, drew, answer(declined.orgInvite.id)))
  const revoked = await invite(ben, 'typo@globx.example', ['USER'])
  await transact((tx) => revokeOrgInvite(tx, ada, revoked.orgInvite.id))
  await invite(ben, 'eve@initech.example', ['USER'], { livesMs: 500 })
  await invite(ada, 'fred@hooli.example', ['USER', 'ADMIN'], { mailed: true })
}

const drewLindqvist = {
  subject: 'demo|drew',
  name: 'Drew Lindqvist',
  email: 'drew@globex.example',
  role: '',
}
