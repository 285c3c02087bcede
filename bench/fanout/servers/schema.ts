/** The part of the schema that the events are of; everything is in the event. */
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
