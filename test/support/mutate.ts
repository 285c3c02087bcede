import { readFileSync } from 'node:fs'
import { buildSchema, type GraphQLNamedType, getNamedType, isObjectType, isUnionType } from 'graphql'
import type { Client, TestPerson } from './testServer.js'

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'))

/** Every mutation of the schema. */
export const mutations: string[] = Object.keys(schema.getMutationType()?.getFields() ?? {})

/** The names of the types in a mutation's result union. */
export function unionMembersOf(mutation: string): string[] {
  const type = getNamedType(schema.getMutationType()?.getFields()[mutation]?.type)
  if (!isUnionType(type)) throw new Error(`${mutation} answers with no union`)
  return type.getTypes().map(({ name }) => name)
}

/**
 * Runs a mutation. Returns its payload with the given fields, or its refusal with all fields.
 * @throws if the answer has an error
 */
export async function mutate(
  client: Client,
  mutation: string,
  input: Record<string, unknown>,
  payload = '__typename',
) {
  const name = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}`
  const members = unionMembersOf(mutation).map(
    (member) =>
      `... on ${member} { ${member === `${name}Payload` ? payload : plainFieldsOf(schema.getType(member))} }`,
  )
  const { data, errors } = await client.ask(
    `mutation($input: ${name}Input!) { ${mutation}(input: $input) { __typename ${members.join(' ')} } }`,
    { input },
  )
  if (!data?.[mutation]) throw new Error(`${mutation}: ${JSON.stringify(errors)}`)
  return data[mutation]
}

/**
 * Fields without arguments. Of fields that are objects only the id, or their plain fields if they
 * have no id.
 */
function plainFieldsOf(type: GraphQLNamedType | undefined, deep = true): string {
  if (!isObjectType(type)) return '__typename'
  const fields = Object.values(type.getFields()).flatMap(({ name, type: of }) => {
    const inner = getNamedType(of)
    if (!isObjectType(inner)) return [name]
    if (!deep) return []
    return [`${name} { ${inner.getFields().id ? 'id' : plainFieldsOf(inner, false)} }`]
  })
  return fields.join(' ')
}

export type RoleName = 'USER' | 'ADMIN' | 'OWNER'

/** Creates an org for an owner. Returns its global id. */
export async function createOrg(owner: TestPerson, input: Record<string, unknown> = {}): Promise<string> {
  const result = await mutate(
    owner,
    'createOrg',
    { name: `Org ${crypto.randomUUID()}`, ...input },
    'org { id }',
  )
  if (!result.org) throw new Error(`no org: ${JSON.stringify(result)}`)
  return result.org.id
}

/** Invites an address. Returns the invite's global id. */
export async function invite(
  inviter: Client,
  orgId: string,
  email: string,
  input: Record<string, unknown> = {},
): Promise<string> {
  const result = await mutate(
    inviter,
    'createOrgInvite',
    { orgId, invitee: { email }, ...input },
    'orgInvite { id }',
  )
  if (!result.orgInvite) throw new Error(`no invite: ${JSON.stringify(result)}`)
  return result.orgInvite.id
}

/** Lets somebody join an org by an invite. Returns the invite's global id. */
export async function join(
  inviter: Client,
  orgId: string,
  person: TestPerson,
  roles: RoleName[] = ['USER'],
): Promise<string> {
  const orgInviteId = await invite(inviter, orgId, person.email, { roles })
  const result = await mutate(person, 'acceptOrgInvite', { invite: { orgInviteId } })
  if (result.__typename !== 'AcceptOrgInvitePayload') throw new Error(`no join: ${JSON.stringify(result)}`)
  return orgInviteId
}

/**
 * Reads an org's members with their roles, the status of every invite, and the sequence numbers of
 * its events.
 */
export async function readOrg(viewer: Client, orgId: string) {
  const { data, errors } = await viewer.ask(
    `query($orgId: ID!) { org(id: $orgId) {
      name status tier
      limits { seatsUsed pendingInvitesUsed }
      inviteCounts { pending accepted declined revoked expired }
      users(first: 100) { totalCount nodes { roles status origin user { id name } } }
      invites(first: 100) { totalCount nodes { id email status roles resolvedAt expiresAt } }
      events(first: 100) { nodes { __typename seq occurredAt actor { id }
        ... on OrgInviteEvent { inviteEventType orgInviteId status previousStatus roles }
        ... on OrgUserEvent { memberEventType userId roles previousRoles }
        ... on OrgChangeEvent { orgEventType summary }
        ... on OrgJoinRequestEvent { joinRequestEventType orgJoinRequestId user { id } orgJoinRequest { status } }
      } }
      eventCursor
    } }`,
    { orgId },
  )
  if (!data) throw new Error(JSON.stringify(errors))
  return data.org
}
