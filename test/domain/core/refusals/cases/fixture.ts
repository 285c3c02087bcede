import type { DnsServer } from '../../../../support/dnsServer.js'
import { runOut } from '../../../../support/expireNow.js'
import { act, foundOrg, invite } from '../../../../support/mutate.js'
import type { Cast } from '../../../../support/people.js'
import type { Client, World } from '../../../../support/testServer.js'

/** Where scenes play: a server with wide limits and without mail, and one with tight limits and with mail. */
export interface Theatre {
  wide: World
  tight: World
  cast: Cast
  dns: DnsServer
}

/** One act, by somebody, that meets with one answer. */
export interface Scene {
  client: Client
  input: Record<string, unknown>
}

export type Scenes = Record<string, (theatre: Theatre) => Promise<Scene>>

export const none = btoa('Org:0190f5a0-1234-7abc-8def-000000000001')
export const noInvite = btoa('OrgInvite:0190f5a0-1234-7abc-8def-000000000001')
export const newName = () => `Org ${crypto.randomUUID()}`
export const newDomain = () => `d${crypto.randomUUID()}.example`
export const newAddress = () => `${crypto.randomUUID()}@new.example`

export async function inactive({ wide }: Theatre, orgId: string): Promise<void> {
  await act(wide.instance, 'updateOrg', { orgId, status: 'PROVISIONING' })
}

export async function revoked(owner: Client, orgId: string, email = newAddress()): Promise<string> {
  const orgInviteId = await invite(owner, orgId, email)
  await act(owner, 'revokeOrgInvite', { orgInviteId })
  return orgInviteId
}

/** An invite that ran out a moment ago. */
export async function expired(world: World, owner: Client, orgId: string): Promise<string> {
  const orgInviteId = await invite(owner, orgId, newAddress(), { sendEmail: false })
  await runOut(world, orgInviteId)
  return orgInviteId
}

export async function bound({ cast, dns }: Theatre, orgId: string, domain = newDomain(), proven = false) {
  const result = await act(
    cast.owner,
    'bindEmailDomain',
    { orgId, domain },
    'emailDomain { challenge { recordName recordValue } }',
  )
  const { recordName, recordValue } = result.emailDomain.challenge
  if (proven) dns.set(recordName, [recordValue])
  return domain
}

/** A domain that another org has proven. */
export async function taken(theatre: Theatre): Promise<string> {
  const orgId = await foundOrg(theatre.cast.owner)
  const domain = await bound(theatre, orgId, newDomain(), true)
  await act(theatre.cast.owner, 'verifyEmailDomain', { orgId, domain })
  return domain
}
