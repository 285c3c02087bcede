// Input of relay-compiler: `npm run relay` writes __generated__/ from it. In an app these documents are beside the
// components that use them, and the bundler's Relay plugin replaces them with the compiled ones.

import { graphql } from 'relay-runtime'

export const orgScreenQuery = graphql`
  query documentsOrgScreenQuery($orgId: ID!, $first: Int!) {
    org(id: $orgId) {
      id
      name
      # Subscribe from this cursor: then no later event is missed.
      eventCursor
      ...documentsMembers_org @arguments(first: $first)
    }
  }
`

// A page of members, and the query for the next page.
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

// Events contain the ids of invites and members, so Relay updates them in its store.
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
