import sql from 'sql-template-tag'
import { decodeId } from '../../src/graphql/globalId.js'
import { mutate } from './mutate.js'
import type { Client, TestPerson, TestServer } from './testServer.js'

export type JoinMode = 'AUTO' | 'REQUEST' | 'OFF'

/**
 * Lets people in the domain of this person's address ask to join an org: makes the domain VERIFIED there, and nowhere
 * else. They must have signed up before if they shall not join at once.
 */
export async function allowRequests(
  { server }: TestServer,
  orgId: string,
  { email }: Pick<TestPerson, 'email'>,
  mode: JoinMode = 'REQUEST',
): Promise<string> {
  const { database } = server.app
  const domain = email.slice(email.indexOf('@') + 1)
  await database.query(sql`delete from org_email_domain where domain = ${domain}`)
  await database.query(sql`
    insert into org_email_domain (id, org_id, domain, status, challenge, join_mode)
    values (gen_random_uuid(), ${decodeId('Org', orgId)}, ${domain}, 'VERIFIED', '', ${mode}::"EmailDomainJoinMode")
  `)
  return domain
}

/** Signs up somebody who may ask to join an org. */
export async function newAsker(testServer: TestServer, orgId: string, mode?: JoinMode): Promise<TestPerson> {
  const person = await testServer.signUp()
  await allowRequests(testServer, orgId, person, mode)
  return person
}

const requestFields = 'id orgName status message createdAt resolvedAt resolvedBy { id } user { id }'
const withMember = `orgJoinRequest { ${requestFields} } orgUser { id roles appRoles { key } origin status user { id } }`

export const requestToJoin = (by: Client, orgId: string, input: Record<string, unknown> = {}) =>
  mutate(by, 'requestToJoinOrg', { orgId, ...input }, withMember)

/** Asks to join an org. Returns the global id of the request. */
export async function newRequest(by: Client, orgId: string): Promise<string> {
  const asked = await requestToJoin(by, orgId)
  if (!asked.orgJoinRequest) throw new Error(`no request: ${JSON.stringify(asked)}`)
  return asked.orgJoinRequest.id
}

/** Signs up somebody, who asks to join an org. Returns them and the global id of the request. */
export async function askedBy(testServer: TestServer, orgId: string) {
  const person = await newAsker(testServer, orgId)
  return { person, orgJoinRequestId: await newRequest(person, orgId) }
}

export const approve = (by: Client, orgJoinRequestId: string, input: Record<string, unknown> = {}) =>
  mutate(by, 'approveOrgJoinRequest', { orgJoinRequestId, ...input }, withMember)

export const decline = (by: Client, orgJoinRequestId: string) =>
  mutate(by, 'declineOrgJoinRequest', { orgJoinRequestId }, `orgJoinRequest { ${requestFields} }`)

export const withdraw = (by: Client, orgJoinRequestId: string) =>
  mutate(by, 'withdrawOrgJoinRequest', { orgJoinRequestId }, `orgJoinRequest { ${requestFields} }`)

/** Reads an org's requests, newest first. */
export async function readRequests(viewer: Client, orgId: string, args = '') {
  const { data, errors } = await viewer.ask(
    `query($orgId: ID!) { org(id: $orgId) { joinRequests${args} { totalCount nodes {
      ${requestFields} viewerCanApprove viewerCanWithdraw
    } } } }`,
    { orgId },
  )
  if (!data?.org?.joinRequests) throw new Error(`no requests: ${JSON.stringify(errors)}`)
  return data.org.joinRequests
}

/** Moves the end of a request into the past, by so many seconds. */
export async function endedEarlier(
  { server }: TestServer,
  orgJoinRequestId: string,
  seconds: number,
): Promise<void> {
  const moved = await server.app.database.query(sql`
    update org_join_request set resolved_at = resolved_at - ${seconds} * interval '1 second'
    where id = ${decodeId('OrgJoinRequest', orgJoinRequestId)} returning id
  `)
  if (moved.length !== 1) throw new Error('no such request')
}

/** Moves the day of a person's requests into the past, by so many seconds. */
export async function dayBeganEarlier(
  { server }: TestServer,
  { id }: Pick<TestPerson, 'id'>,
  seconds: number,
): Promise<void> {
  await server.app.database.query(sql`
    update user_join_request_day set start = start - ${seconds} * interval '1 second'
    where user_id = ${decodeId('User', id)}
  `)
}
