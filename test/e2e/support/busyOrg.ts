import {
  AcceptInviteDocument,
  CreateOrgDocument,
  DeclineInviteDocument,
  InviteSomeoneDocument,
  RevokeInviteDocument,
} from '../../../operations/generated/graphql.js'
import type { Guildhall, Person } from './guildhall.js'

const names = [
  'Idris Fontaine',
  'Mei Takahashi',
  'Noor El-Amin',
  'Sofia Brandt',
  'Tomás Herrera',
  'Wren Calloway',
  'Yusuf Demir',
  'Anneke de Vries',
  'Kofi Mensah',
  'Lucia Moretti',
  'Piotr Zieliński',
  'Rosa Alvarado',
  'Henrik Solberg',
  'Priya Raman',
]

/** Creates an org with members, and invites in most states. */
export async function busyOrg(guildhall: Guildhall, owner: Person, name: string): Promise<string> {
  const { createOrg } = await guildhall.run(owner, CreateOrgDocument, { input: { name } })
  if (createOrg.__typename !== 'CreateOrgPayload') throw new Error(JSON.stringify(createOrg))
  const orgId = createOrg.org.id
  for (const [index, invitee] of names.entries()) {
    const email = `${invitee
      .split(' ')[0]
      ?.normalize('NFD')
      .replace(/[^a-z]/gi, '')
      .toLowerCase()}@example.com`
    const { createOrgInvite } = await guildhall.run(owner, InviteSomeoneDocument, {
      input: { orgId, invitee: { email }, roles: index % 4 === 1 ? ['ADMIN', 'USER'] : ['USER'] },
    })
    if (createOrgInvite.__typename !== 'CreateOrgInvitePayload')
      throw new Error(JSON.stringify(createOrgInvite))
    const { id } = createOrgInvite.orgInvite
    const input = { invite: { orgInviteId: id } }
    if (index % 3 === 2) continue
    if (index === 4) {
      await guildhall.run(owner, RevokeInviteDocument, { input: { orgInviteId: id } })
      continue
    }
    const person = await guildhall.signInAs(invitee, email)
    if (index % 6 === 3) await guildhall.run(person, DeclineInviteDocument, { input })
    else await guildhall.run(person, AcceptInviteDocument, { input })
  }
  return orgId
}
