import { type LargeData, largeOwner, muchInvited, ofManyOrgs, ownerOf, seldomInviter } from './largeData.js'
import { type Asker, type Call, largeOrgId, type Operation, userId } from './largeOperations.js'

/** A list with its arguments. */
interface Listed {
  name: string
  args: string
}

/** The lists of the large org and of people, in each order, with each filter, and their counts. */
export function largeLists(data: LargeData, call: Call): Operation[] {
  const inviters = (user: number) => `filter: { invitedById: "${userId(user)}" }`
  const days = 'createdAfter: "2025-05-02T00:00:00Z", createdBefore: "2025-05-04T00:00:00Z"'
  const search = (text: string) => `filter: { search: "${text}" }`
  const rare = String(data.ownInvites - 1)
  const inviteFilters: Listed[] = [
    { name: 'all', args: '' },
    ...['PENDING', 'EXPIRED', 'ACCEPTED'].map((status) => ({
      name: status,
      args: `filter: { statuses: [${status}] }`,
    })),
    { name: 'of three statuses', args: 'filter: { statuses: [PENDING, DECLINED, REVOKED] }' },
    { name: 'by who invites often', args: inviters(largeOwner) },
    { name: 'by who invites seldom', args: inviters(seldomInviter) },
    {
      name: 'to one address',
      args: `filter: { email: "guest${rare}@guests${Number(rare) % 1000}.example" }`,
    },
    { name: 'of two days', args: `filter: { ${days} }` },
    { name: 'search, one', args: search(`guest${rare}@`) },
    { name: 'search, frequent', args: search('guest') },
    { name: 'search, absent', args: search('nobody at all') },
    { name: 'search, two letters', args: search('gu') },
    { name: 'search and a status', args: 'filter: { search: "guest", statuses: [PENDING] }' },
    ...['CREATED_AT, direction: ASC', 'EXPIRES_AT', 'STATUS'].map((by) => ({
      name: `by ${by}`,
      args: `orderBy: { field: ${by} }`,
    })),
  ]
  const memberFilters: Listed[] = [
    { name: 'all', args: '' },
    { name: 'admins', args: 'filter: { roles: [ADMIN] }' },
    { name: 'users', args: 'filter: { roles: [USER] }' },
    { name: 'active', args: 'filter: { statuses: [ACTIVE] }' },
    { name: 'suspended', args: 'filter: { statuses: [SUSPENDED] }' },
    { name: 'search, few', args: search(`person ${data.members - 1}`) },
    { name: 'search, frequent', args: search('person') },
    { name: 'search, absent', args: search('nobody at all') },
    ...['NAME', 'NAME, direction: DESC', 'ROLE', 'JOINED_AT, direction: DESC'].map((by) => ({
      name: `by ${by}`,
      args: `orderBy: { field: ${by} }`,
    })),
    { name: 'by NAME from a letter', args: 'orderBy: { field: NAME, from: "person 4" }' },
  ]
  const ofOrg = (
    field: string,
    nodes: string,
    { name, args }: Listed,
    as: Asker = largeOwner,
  ): Operation => ({
    name: `${field}: ${name}`,
    document: `query($id: ID!) { org(id: $id) { list: ${field}(first: 20${args && `, ${args}`}) { nodes { ${nodes} } } } }`,
    prepare: () => ({ as, variables: { id: largeOrgId } }),
  })
  const inviteNodes = 'id email status createdAt expiresAt invitedBy { id name }'
  const memberNodes = 'id roles joinedAt user { id name email }'
  const counted = (field: string, { name, args }: Listed): Operation => ({
    name: `${field}: ${name}, counted`,
    document: `query($id: ID!) { org(id: $id) { list: ${field}${args && `(${args})`} { totalCount } } }`,
    prepare: () => ({ as: largeOwner, variables: { id: largeOrgId } }),
  })
  const middle = (field: string, nodes: string, half: number): Operation => {
    const find = async () =>
      (
        await call(
          largeOwner,
          `query($id: ID!, $skip: Int) { org(id: $id) { list: ${field}(first: 1, skip: $skip) { pageInfo { endCursor } } } }`,
          { id: largeOrgId, skip: Math.min(half, 50_000) },
        )
      ).org.list.pageInfo.endCursor
    return {
      name: `${field}: from the middle`,
      document: `query($id: ID!, $after: String) { org(id: $id) { list: ${field}(first: 20, after: $after) { nodes { ${nodes} } } } }`,
      prepare: async () => ({
        as: largeOwner,
        variables: { id: largeOrgId, after: await find() },
      }),
    }
  }
  const of = (name: string, as: Asker, document: string): Operation => ({
    name,
    document,
    prepare: () => ({ as, variables: { id: largeOrgId } }),
  })
  const sorted = ({ args }: Listed) => args.startsWith('orderBy')
  return [
    ...inviteFilters.map((filter) => ofOrg('invites', inviteNodes, filter)),
    ...inviteFilters.filter((filter) => !sorted(filter)).map((filter) => counted('invites', filter)),
    ofOrg('invites', inviteNodes, { name: 'from the end', args: '' }),
    middle('invites', inviteNodes, data.ownInvites / 2),
    ...memberFilters.map((filter) => ofOrg('users', memberNodes, filter)),
    ...memberFilters.filter((filter) => !sorted(filter)).map((filter) => counted('users', filter)),
    middle('users', memberNodes, data.members / 2),
    ofOrg('joinRequests', 'id status user { name }', { name: 'all', args: '' }),
    ofOrg('joinRequests', 'id status', { name: 'pending', args: 'statuses: [PENDING]' }),
    counted('joinRequests', { name: 'pending', args: 'statuses: [PENDING]' }),
    ofOrg('inviteLinks', 'id status', { name: 'all', args: '' }),
    of(
      'events: the newest',
      largeOwner,
      'query($id: ID!) { org(id: $id) { events(last: 20) { nodes { seq actor { name } } } } }',
    ),
    of(
      'events: the oldest, with what they name',
      largeOwner,
      'query($id: ID!) { org(id: $id) { events(first: 20) { nodes { seq actor { name } ... on OrgInviteEvent { orgInvite { email } } } } } }',
    ),
    of(
      'deliveries of a webhook',
      largeOwner,
      'query($id: ID!) { webhooks(orgId: $id) { deliveries(first: 20) { nodes { id status } } } }',
    ),
    of(
      'deliveries that failed',
      largeOwner,
      'query($id: ID!) { webhooks(orgId: $id) { deliveries(first: 20, statuses: [FAILED]) { nodes { id status } } } }',
    ),
    of('orgs: all', 'instance', '{ orgs(first: 20) { nodes { id name } } }'),
    of('orgs: all, counted', 'instance', '{ orgs { totalCount } }'),
    of(
      'orgs: search, one',
      'instance',
      `{ orgs(first: 20, search: "org ${data.orgs - 1}") { nodes { id name } } }`,
    ),
    of('orgs: search, frequent', 'instance', '{ orgs(first: 20, search: "org") { nodes { id name } } }'),
    of('orgs: search, absent', 'instance', '{ orgs(first: 20, search: "nobody") { nodes { id name } } }'),
    of('orgs: search, one, counted', 'instance', `{ orgs(search: "org ${data.orgs - 1}") { totalCount } }`),
    of(
      'orgs: search of a member',
      ownerOf(data, 5),
      '{ orgs(first: 20, search: "org 5") { nodes { name } } }',
    ),
    of(
      'orgs: search of a member of many',
      ofManyOrgs(data),
      '{ orgs(first: 20, search: "nobody") { nodes { name } } }',
    ),
    of('orgs: of a member', ownerOf(data, 5), '{ orgs(first: 20) { nodes { id name } totalCount } }'),
    of('orgs: of a member of many', ofManyOrgs(data), '{ orgs(first: 20) { nodes { id name } } }'),
    of(
      'memberships of a member of many',
      ofManyOrgs(data),
      '{ viewer { orgUsers(first: 20) { nodes { org { name } } } } }',
    ),
    of(
      'invites to a much invited person',
      muchInvited(data),
      '{ viewer { orgInvites(first: 20) { nodes { orgName status } } } }',
    ),
    of(
      'pending invites to a much invited person',
      muchInvited(data),
      '{ viewer { orgInvites(first: 20, statuses: [PENDING]) { nodes { orgName } } } }',
    ),
  ]
}
