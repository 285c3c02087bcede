/** The part of the schema with the events. An event contains all its data. */
export const schema = `
  type Query { viewer: User }
  type Subscription { orgInviteEvents(orgId: ID!): OrgInviteEvent! }
  type OrgInviteEvent {
    seq: Int!  inviteEventType: String!  status: String!  roles: [String!]!  occurredAt: String!
    orgInvite: OrgInvite  actor: User
  }
  type OrgInvite { id: ID!  email: String  status: String!  expiresAt: String! }
  type User { id: ID!  name: String }
`
