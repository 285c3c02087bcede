import type { OrgRole } from '../accessToken/verifyAccessToken.js'

/** Runs a query by its text. */
export type Query = <Data>(text: string, variables?: Record<string, unknown>) => Promise<Data>

/** What the mirror reads of an event. The fields of other types of events are not there. */
export interface OrgEvent {
  readonly orgId: string
  readonly seq: number
  readonly cursor: string
  readonly memberEventType?: 'JOINED' | 'ROLES_CHANGED' | 'REMOVED' | 'LEFT' | 'SUSPENDED' | 'REINSTATED'
  readonly userId?: string
  /** After the event, as `appRoles`. */
  readonly roles?: readonly OrgRole[]
  readonly appRoles?: readonly string[]
  readonly orgEventType?: string
  /** Null if the org is gone. */
  readonly org?: { readonly id: string } | null
}

const eventFields = `
  orgId seq cursor
  ... on OrgUserEvent { memberEventType userId roles appRoles }
  ... on OrgChangeEvent { orgEventType org { id } }
`

export const instanceEvents = `subscription MirrorInstance($after: String) {
  instanceEvents(after: $after) { ${eventFields} }
}`

export const orgEvents = `subscription MirrorOrg($orgId: ID!, $after: String) {
  orgEvents(orgId: $orgId, after: $after) { ${eventFields} }
}`

export interface AppRoles {
  readonly appRoles: readonly { readonly key: string; readonly permissions: readonly string[] }[]
}

/** Where the stream of all orgs is now. */
export const instanceHead = `query MirrorInstanceHead { instanceEventCursor appRoles { key permissions } }`
export type InstanceHead = AppRoles & { readonly instanceEventCursor: string }

/** Where the streams of these orgs are now. */
export const orgHeads = `query MirrorOrgHeads($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Org { id eventCursor } }
  appRoles { key permissions }
}`
export type OrgHeads = AppRoles & {
  readonly nodes: readonly ({ readonly id: string; readonly eventCursor: string | null } | null)[]
}

/** An org and the number of its newest event. */
export interface NumberedOrg {
  readonly id: string
  /** Null without EVENT_READ. */
  readonly events: { readonly nodes: readonly { readonly seq: number }[] } | null
}

interface PageInfo {
  readonly endCursor: string | null
  readonly hasNextPage: boolean
}

export const allOrgs = `query MirrorOrgs($after: String) {
  orgs(first: 100, after: $after) {
    nodes { id events(last: 1) { nodes { seq } } }
    pageInfo { endCursor hasNextPage }
  }
}`
export interface AllOrgs {
  readonly orgs: { readonly nodes: readonly NumberedOrg[]; readonly pageInfo: PageInfo }
}

export const someOrgs = `query MirrorSomeOrgs($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Org { id events(last: 1) { nodes { seq } } } }
}`
export interface SomeOrgs {
  readonly nodes: readonly (NumberedOrg | null)[]
}

/**
 * The first pages of so many orgs are read with one query, and the next pages one by one. The query costs two thirds of the
 * default MAX_COST.
 */
export const ORGS_AT_ONCE = 25
export const FIRST_PAGE = 50
export const NEXT_PAGE = 100

export const membersOfOrgs = `query MirrorMembers($ids: [ID!]!, $first: Int!, $after: String) {
  nodes(ids: $ids) {
    ... on Org {
      id
      users(first: $first, after: $after) {
        nodes { user { id } roles status appRoles { key } }
        pageInfo { endCursor hasNextPage }
      }
    }
  }
}`
export interface MembersOfOrgs {
  readonly nodes: readonly ({
    readonly id: string
    /** Null without MEMBER_READ. */
    readonly users: {
      readonly nodes: readonly {
        readonly user: { readonly id: string }
        readonly roles: readonly OrgRole[]
        readonly status: 'ACTIVE' | 'SUSPENDED'
        readonly appRoles: readonly { readonly key: string }[]
      }[]
      readonly pageInfo: PageInfo
    } | null
  } | null)[]
}

export const oneMember = `query MirrorMember($orgId: ID!, $userId: ID!) {
  orgUser(orgId: $orgId, userId: $userId) { roles status appRoles { key permissions } }
}`
export interface OneMember {
  readonly orgUser:
    | (AppRoles & { readonly roles: readonly OrgRole[]; readonly status: 'ACTIVE' | 'SUSPENDED' })
    | null
}
