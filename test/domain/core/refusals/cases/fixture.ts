import type { DnsServer } from '../../../../support/dnsServer.js'
import { expireNow } from '../../../../support/expireNow.js'
import { createOrg, invite, mutate } from '../../../../support/mutate.js'
import type { People } from '../../../../support/people.js'
import type { Client, TestServer } from '../../../../support/testServer.js'

/**
 * What the cases share: a server with generous limits and no mail, and one with low limits and
 * mail.
 */
export interface Fixture {
  server: TestServer
  limited: TestServer
  people: People
  dns: DnsServer
}

/** One mutation call and the answer that it must get. */
export interface Case {
  client: Client
  input: Record<string, unknown>
  /** For the one refusal that changes something: a second call gets another answer. */
  changes?: boolean
}

export type Cases = Record<string, (fixture: Fixture) => Promise<Case>>

export const unknownOrg = btoa('Org:0190f5a0-1234-7abc-8def-000000000001')
export const unknownUser = btoa('User:0190f5a0-1234-7abc-8def-000000000001')
export const unknownInvite = btoa('OrgInvite:0190f5a0-1234-7abc-8def-000000000001')
export const unknownLink = btoa('OrgInviteLink:0190f5a0-1234-7abc-8def-000000000001')
export const unknownRequest = btoa('OrgJoinRequest:0190f5a0-1234-7abc-8def-000000000001')
export const unknownWebhook = btoa('Webhook:0190f5a0-1234-7abc-8def-000000000001')
export const unknownDelivery = btoa('WebhookDelivery:0190f5a0-1234-7abc-8def-000000000001')
export const newName = () => `Org ${crypto.randomUUID()}`
export const newSlug = () => `s-${crypto.randomUUID()}`
export const newDomain = () => `d${crypto.randomUUID()}.example`
export const newAddress = () => `${crypto.randomUUID()}@new.example`

export async function deactivate({ server }: Fixture, orgId: string): Promise<void> {
  await mutate(server.instance, 'updateOrg', { orgId, status: 'PROVISIONING' })
}

export async function revokedInvite(owner: Client, orgId: string, email = newAddress()): Promise<string> {
  const orgInviteId = await invite(owner, orgId, email)
  await mutate(owner, 'revokeOrgInvite', { orgInviteId })
  return orgInviteId
}

/** Creates an invite that expired a moment ago. */
export async function expiredInvite(testServer: TestServer, owner: Client, orgId: string): Promise<string> {
  const orgInviteId = await invite(owner, orgId, newAddress(), { sendEmail: false })
  await expireNow(testServer, orgInviteId)
  return orgInviteId
}

export async function bindDomain(
  { people, dns }: Fixture,
  orgId: string,
  domain = newDomain(),
  proven = false,
) {
  const result = await mutate(
    people.owner,
    'bindEmailDomain',
    { orgId, domain },
    'emailDomain { challenge { recordName recordValue } }',
  )
  const { recordName, recordValue } = result.emailDomain.challenge
  if (proven) dns.set(recordName, [recordValue])
  return domain
}

/** Returns a domain that another org has verified. */
export async function domainOfAnotherOrg(fixture: Fixture): Promise<string> {
  const orgId = await createOrg(fixture.people.owner)
  const domain = await bindDomain(fixture, orgId, newDomain(), true)
  await mutate(fixture.people.owner, 'verifyEmailDomain', { orgId, domain })
  return domain
}
