// What relay-compiler reads: `npm run relay` writes __generated__/ from it. In an app these stand beside the
// components that use them, and the bundler's Relay plugin puts the compiled documents in their place.

import { graphql } from 'relay-runtime'

export const orgScreenQuery = graphql`
  query documentsOrgScreenQuery($orgId: ID!, $first: Int!) {
    org(id: $orgId) {
      id
      name
      # Where to watch on from: nothing that happens after this read is missed.
      eventCursor
      ...documentsMembers_org @arguments(first: $first)
    }
  }
`

// A page of members, with the query that reads the next one.
export const members = graphql`
  fragment documentsMembers_org on Org
  @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" })
  @refetchable(queryName: "documentsMembersPaginationQuery") {
    users(first: $first, after: $after) @connection(key: "Members_users") {
      edges {
        node {
          id
          roles
          user {
            id
            name
          }
        }
      }
    }
  }
`

export const inviteMutation = graphql`
  mutation documentsInviteMutation($input: CreateOrgInviteInput!) {
    createOrgInvite(input: $input) {
      __typename
      ... on CreateOrgInvitePayload {
        orgInvite {
          id
          email
          status
        }
      }
      ... on Error {
        message
      }
    }
  }
`

// The invite and the member in an event have the ids that the store knows them by: what it holds is up to date.
export const orgEventsSubscription = graphql`
  subscription documentsOrgEventsSubscription($orgId: ID!, $after: String) {
    orgEvents(orgId: $orgId, after: $after) {
      __typename
      seq
      cursor
      ... on OrgInviteEvent {
        inviteEventType
        orgInvite {
          id
          status
        }
      }
      ... on OrgUserEvent {
        memberEventType
        roles
        user {
          id
          name
        }
      }
    }
  }
`
