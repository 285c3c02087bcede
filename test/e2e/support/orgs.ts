import {
  AcceptInviteDocument,
  CreateOrgDocument,
  InviteSomeoneDocument,
} from '../../../operations/generated/graphql.js'
import type { Guildhall, Person } from './guildhall.js'

type Role = 'OWNER' | 'ADMIN' | 'USER'

/** Returns the id of the new org. */
export async function createOrg(guildhall: Guildhall, owner: Person, name: string): Promise<string> {
  const { createOrg } = await guildhall.run(owner, CreateOrgDocument, { input: { name } })
  if (createOrg.__typename !== 'CreateOrgPayload') throw new Error(JSON.stringify(createOrg))
  return createOrg.org.id
}

/** Returns the id of the new invite. */
export async function invite(
  guildhall: Guildhall,
  by: Person,
  orgId: string,
  email: string,
  roles: Role[] = ['USER'],
): Promise<string> {
  const { createOrgInvite } = await guildhall.run(by, InviteSomeoneDocument, {
    input: { orgId, invitee: { email }, roles, sendEmail: false },
  })
  if (createOrgInvite.__typename !== 'CreateOrgInvitePayload')
    throw new Error(JSON.stringify(createOrgInvite))
  return createOrgInvite.orgInvite.id
}

/** Invites somebody, who accepts. */
export async function join(
  guildhall: Guildhall,
  owner: Person,
  orgId: string,
  name: string,
  email: string,
  roles: Role[] = ['USER'],
): Promise<Person> {
  const orgInviteId = await invite(guildhall, owner, orgId, email, roles)
  const person = await guildhall.signInAs(name, email)
  const { acceptOrgInvite } = await guildhall.run(person, AcceptInviteDocument, {
    input: { invite: { orgInviteId } },
  })
  if (acceptOrgInvite.__typename !== 'AcceptOrgInvitePayload')
    throw new Error(JSON.stringify(acceptOrgInvite))
  return person
}
