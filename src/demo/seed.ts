import sql from 'sql-template-tag'
import type { OrgRoleName } from '../generated/prisma/enums.js'
import type { Person } from '../identity/actor.js'
import { signIn } from '../identity/signIn.js'
import { createOrg } from '../org/createOrg.js'
import { acceptOrgInvite } from '../orgInvite/acceptOrgInvite.js'
import { createOrgInvite } from '../orgInvite/createOrgInvite.js'
import { declineOrgInvite } from '../orgInvite/declineOrgInvite.js'
import { revokeOrgInvite } from '../orgInvite/revokeOrgInvite.js'
import type { Database } from '../platform/database.js'
import type { Transact } from '../transact.js'
import { parseEmail } from '../user/email.js'
import { cleanPersonName } from '../user/personName.js'
import { type DemoPerson, demoPeople } from './people.js'

/**
 * Fills an empty database with the org Acme: an owner, an admin, a user, and an invite of every status. All by
 * the operations that everybody uses, so that its history is a real one. Does nothing where there are users.
 */
export async function seed({
  transact,
  database,
}: {
  transact: Transact
  database: Database
}): Promise<void> {
  const [somebody] = await database.query(sql`select 1 from "user" limit 1`)
  if (somebody) return
  const ada = await signUp(transact, demoPeople.ada)
  const ben = await signUp(transact, demoPeople.ben)
  const cleo = await signUp(transact, demoPeople.cleo)
  const drew = await signUp(transact, {
    subject: 'demo|drew',
    name: 'Drew Lindqvist',
    email: 'drew@globex.example',
    role: '',
  })
  const org = await transact((tx) =>
    createOrg(tx, ada.actor, { name: 'Acme', dataRegion: 'EU_CENTRAL', bindEmailDomain: true }),
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

  for (const [person, roles] of [
    [ben, ['USER', 'ADMIN']],
    [cleo, ['USER']],
  ] as const) {
    const { orgInvite } = await invite(ada.actor, person.email, [...roles])
    await transact((tx) => acceptOrgInvite(tx, person.actor, answer(orgInvite.id)))
  }
  const declined = await invite(ben.actor, drew.email, ['USER'])
  await transact((tx) => declineOrgInvite(tx, drew.actor, answer(declined.orgInvite.id)))
  const revoked = await invite(ben.actor, 'typo@globx.example', ['USER'])
  await transact((tx) => revokeOrgInvite(tx, ada.actor, revoked.orgInvite.id))
  await invite(ben.actor, 'eve@initech.example', ['USER'], { livesMs: 500 })
  await invite(ada.actor, 'fred@hooli.example', ['USER', 'ADMIN'], { mailed: true })
}

async function signUp(transact: Transact, person: DemoPerson) {
  const email = parseEmail(person.email)
  if (!email.ok) throw new Error(`${person.email} is no address`)
  const { userId } = await signIn(transact, {
    subject: person.subject,
    email: email.value,
    emailVerified: true,
    name: cleanPersonName(person.name),
    issuedAt: null,
  })
  const actor: Person = { kind: 'person', userId, expiresAt: new Date(Date.now() + 60_000) }
  return { actor, email: person.email }
}
