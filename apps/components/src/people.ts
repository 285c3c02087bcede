import { guildhallApi } from '@guildhall/client'
import {
  AcceptInviteDocument,
  InviteByOwnMailDocument,
  RevokeInviteDocument,
  SearchMyOrgsDocument,
} from '@guildhall/client/operations'

// The people and the orgs of the demo. They act through the same API as everybody.

export interface Person {
  readonly name: string
  readonly token: string
  readonly member: { readonly role: 'OWNER' | 'ADMIN' | 'USER' } | null
}

export const ENDPOINT = '/graphql'
const PEOPLE = '/live/people.json'

async function json<Answer>(init?: RequestInit): Promise<Answer> {
  const response = await fetch(PEOPLE, init)
  if (!response.ok) throw new Error(`${PEOPLE} answered with HTTP ${response.status}.`)
  return (await response.json()) as Answer
}

/** Somebody of the org Acme. */
export async function member(role: 'OWNER' | 'ADMIN' | 'USER'): Promise<Person> {
  const found = (await json<Person[]>()).find((person) => person.member?.role === role)
  if (!found) throw new Error(`The demo has no ${role}.`)
  return found
}

/** Somebody new with an address of their own, who is in no org. */
export async function newcomer(): Promise<Person & { readonly email: string }> {
  const email = `nora.${crypto.randomUUID().slice(0, 8)}@newcomer.example`
  const body = JSON.stringify({ name: 'Nora Newcomer', email })
  const person = await json<Person>({ method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return { ...person, email }
}

const apiOf = ({ token }: Person) => guildhallApi({ url: ENDPOINT, token })

/** The id of an org of this person. */
export async function orgIdOf(person: Person, name = 'Acme'): Promise<string> {
  const { orgs } = await apiOf(person).query(SearchMyOrgsDocument, { search: name })
  const found = orgs.nodes.find((org) => org.name === name)
  if (!found) throw new Error(`${person.name} is not in ${name}. Press r in the demo's terminal.`)
  return found.id
}

export interface Invited {
  readonly id: string
  /** The last part of the invite's link. */
  readonly token: string
}

/** Invites an address to an org of the demo. No mail is sent: the link is in the answer. */
export async function invite(email: string, livesMs = 86_400_000, orgName = 'Acme'): Promise<Invited> {
  const owner = await member('OWNER')
  const { orgInvite, acceptUrl } = await apiOf(owner).mutate(InviteByOwnMailDocument, {
    input: {
      orgId: await orgIdOf(owner, orgName),
      invitee: { email },
      message: 'Good to have you with us!',
      sendEmail: false,
      expiresAt: new Date(Date.now() + livesMs).toISOString(),
    },
  })
  return { id: orgInvite.id, token: acceptUrl?.split('/').at(-1) ?? '' }
}

export async function accept(person: Person, { token }: Invited): Promise<void> {
  await apiOf(person).mutate(AcceptInviteDocument, { input: { invite: { token } } })
}

export async function revoke({ id }: Invited): Promise<void> {
  await apiOf(await member('OWNER')).mutate(RevokeInviteDocument, { input: { orgInviteId: id } })
}
