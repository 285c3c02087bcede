import { guildhallApi, type Token } from '@guildhall/client'
import { openSocket, type Socket } from '@guildhall/client/events'
import {
  type Answer,
  asApiError,
  type Mutation,
  mutate,
  type Outcome,
  type PayloadOf,
} from '../api/outcome.js'
import type { TypedRequests } from '../api/requests.js'
import type {
  AppRole,
  Invite,
  InvitePreview,
  Member,
  Org,
  OrgChoice,
  OrgEvent,
  Viewer,
  ViewerInviteEvent,
} from '../api/types.js'
import {
  AppRolesDocument,
  EventsDocument,
  OrgDocument,
  OrgsDocument,
  PreviewInviteDocument,
  SearchOrgsDocument,
  ViewerInvitesDocument,
} from '../generated/documents.js'
import { type Feed, noFeed } from './feed.js'
import { openOrgFeed, openViewerFeed, type Subscribe } from './feeds.js'
import { type InvitesFilter, type MembersOptions, openInvites, openMembers, type RowsQuery } from './lists.js'
import { type LiveQuery, liveQuery } from './liveQuery.js'
import { type Pending, pendingChanges } from './pending.js'
import { registry } from './registry.js'

export interface Orgs {
  /** The newest 100. */
  readonly orgs: readonly OrgChoice[]
  readonly totalCount: number
}

export interface Preview {
  readonly invite: InvitePreview
  /** Who would answer. Null if nobody is signed in. */
  readonly viewer: Viewer | null
}

/** Everything that a page shows of Guildhall: one socket, and each piece of data once, whoever asks for it. */
export interface Connection {
  readonly pendingMembers: Pending<Member>
  readonly pendingInvites: Pending<Invite>
  orgFeed(orgId: string): Feed<OrgEvent>
  org(orgId: string): LiveQuery<Org>
  orgs(): LiveQuery<Orgs>
  /** The viewer's orgs whose names have all the words. Throws ApiError. */
  findOrgs(search: string): Promise<readonly OrgChoice[]>
  members(orgId: string, options: MembersOptions): RowsQuery<Member>
  invites(orgId: string, filter: InvitesFilter): RowsQuery<Invite>
  events(orgId: string): LiveQuery<readonly OrgEvent[]>
  viewerInvites(): LiveQuery<readonly Invite[]>
  /** What anyone with the link of an invite may see. */
  preview(token: string): LiveQuery<Preview>
  /** The roles of the host application. */
  appRoles(): LiveQuery<readonly AppRole[]>
  /** Runs a mutation. Never throws. */
  mutate<Data extends Answer, Input>(
    document: Mutation<Data, Input>,
    input: Input,
  ): Promise<Outcome<PayloadOf<Data>>>
  /** Shows a new invite first in the org's lists. */
  addInvite(orgId: string, invite: Invite): void
  /** Shows an invite as an answer has it. */
  learnInvite(invite: Invite): void
  /** Shows a member as an answer has them. Null: they are no member any more. */
  learnMember(id: string, member: Member | null): void
  /** Loads what is shown of an org again. */
  reloadOrg(orgId: string): void
  /** Loads the orgs and the invites of the signed-in user again. */
  reloadViewer(): void
}

export interface ConnectionOptions {
  /** The URL of the API, such as `https://guildhall.example.com/graphql`. */
  readonly endpoint: string
  readonly credential: Token
  readonly pollMs: number
  /** In place of the client's `guildhallApi`. */
  readonly api?: TypedRequests | undefined
}

const KEPT_EVENTS = 200

/** Does not connect yet: the first component that shows something does. */
export function openConnection({ endpoint, credential, pollMs, api: own }: ConnectionOptions): Connection {
  const api: TypedRequests = own ?? guildhallApi({ url: endpoint, token: credential })
  let socket: Socket | undefined
  const subscribe: Subscribe = (query, variables, sink) => {
    // Not before: where a server renders the page there may be no WebSocket.
    socket ??= openSocket({ url: endpoint.replace(/^http/, 'ws'), token: credential })
    return socket.subscribe({ query, variables }, sink)
  }
  const pendingMembers = pendingChanges<Member>()
  const pendingInvites = pendingChanges<Invite>()
  const feeds = new Map<string, Feed<OrgEvent>>()
  const org = registry<LiveQuery<Org>>()
  const orgs = registry<LiveQuery<Orgs>>()
  const members = registry<RowsQuery<Member>>()
  const invites = registry<RowsQuery<Invite>>()
  const events = registry<LiveQuery<readonly OrgEvent[]>>()
  const viewerInvites = registry<LiveQuery<readonly Invite[]>>()
  const previews = registry<LiveQuery<Preview>>()
  const appRoles = registry<LiveQuery<readonly AppRole[]>>()
  const viewerFeed = openViewerFeed({ api, subscribe, pollMs })

  function orgFeed(orgId: string): Feed<OrgEvent> {
    const held = feeds.get(orgId)
    if (held) return held
    const feed = openOrgFeed({ api, subscribe, pollMs }, orgId, viewerFeed.refresh)
    feeds.set(orgId, feed)
    return feed
  }

  /** Whoever has the link may see the invite: a sign-in that has run out does not hide it. */
  async function readPreview(token: string) {
    try {
      return await api.query(PreviewInviteDocument, { token })
    } catch (error) {
      if (own || asApiError(error).code !== 'UNAUTHENTICATED') throw error
      const visitor: TypedRequests = guildhallApi({ url: endpoint, token: null })
      return visitor.query(PreviewInviteDocument, { token })
    }
  }

  const listOf = <Row extends { readonly id: string }>(orgId: string, pending: Pending<Row>) => ({
    api,
    feed: orgFeed(orgId),
    pending,
    orgId,
  })

  return {
    pendingMembers,
    pendingInvites,
    orgFeed,
    org: (orgId) =>
      org.once(orgId, {}, (life) =>
        liveQuery<Org, OrgEvent>({
          ...life,
          feed: orgFeed(orgId),
          read: async () => (await api.query(OrgDocument, { orgId })).org,
          // Its counts, its profile and what the viewer may do: each event can change one of them.
          onEvent: () => ({ reload: true }),
        }),
      ),
    orgs: () =>
      orgs.once(null, {}, (life) =>
        liveQuery<Orgs, ViewerInviteEvent>({
          ...life,
          feed: viewerFeed,
          async read() {
            const { orgs } = await api.query(OrgsDocument, {})
            return { orgs: orgs.nodes, totalCount: orgs.totalCount }
          },
          onEvent: ({ status }) => ({ reload: status === 'ACCEPTED' }),
        }),
      ),
    findOrgs: async (search) => (await api.query(SearchOrgsDocument, { search })).orgs.nodes,
    members: (orgId, options) =>
      members.once(orgId, options, (life) =>
        openMembers({ ...listOf(orgId, pendingMembers), ...life }, options),
      ),
    invites: (orgId, filter) =>
      invites.once(orgId, filter, (life) =>
        openInvites({ ...listOf(orgId, pendingInvites), ...life }, filter),
      ),
    events: (orgId) =>
      events.once(orgId, {}, (life) =>
        liveQuery<readonly OrgEvent[], OrgEvent>({
          ...life,
          feed: orgFeed(orgId),
          read: async () => (await api.query(EventsDocument, { orgId })).org?.events?.nodes ?? null,
          onEvent: (event) => ({
            change: (held) =>
              held.some(({ seq }) => seq >= event.seq) ? held : [...held, event].slice(-KEPT_EVENTS),
            reload: false,
          }),
        }),
      ),
    viewerInvites: () =>
      viewerInvites.once(null, {}, (life) =>
        liveQuery<readonly Invite[], ViewerInviteEvent>({
          ...life,
          feed: viewerFeed,
          read: async () => (await api.query(ViewerInvitesDocument, {})).viewer?.orgInvites?.nodes ?? null,
          onEvent: (event) => ({
            change: (held) => held.filter(({ id }) => id !== event.orgInviteId || event.status === 'PENDING'),
            reload: true,
          }),
          pending: {
            listen: pendingInvites.listen,
            apply: (held) => pendingInvites.apply(held).filter(({ status }) => status === 'PENDING'),
          },
        }),
      ),
    preview: (token) =>
      previews.once(null, { token }, (life) =>
        liveQuery<Preview, never>({
          ...life,
          feed: noFeed(),
          async read() {
            // A link that was cut.
            if (token === '') return null
            const { orgInvitePreview, viewer } = await readPreview(token)
            return orgInvitePreview && { invite: orgInvitePreview, viewer }
          },
          onEvent: () => null,
        }),
      ),
    appRoles: () =>
      appRoles.once(null, {}, (life) =>
        liveQuery<readonly AppRole[], never>({
          ...life,
          feed: noFeed(),
          read: async () => (await api.query(AppRolesDocument, {})).appRoles,
          onEvent: () => null,
        }),
      ),
    mutate: (document, input) => mutate(api, document, input),
    addInvite(orgId, invite) {
      for (const query of invites.of(orgId)) {
        query.change((list) =>
          list.rows.some(({ id }) => id === invite.id)
            ? list
            : { ...list, rows: [invite, ...list.rows], totalCount: list.totalCount + 1 },
        )
        // A list with a search may not have it.
        query.reload()
      }
    },
    learnInvite(invite) {
      const replace = (rows: readonly Invite[]) => rows.map((row) => (row.id === invite.id ? invite : row))
      for (const query of invites.all()) query.change((list) => ({ ...list, rows: replace(list.rows) }))
      for (const query of viewerInvites.all()) query.change(replace)
    },
    learnMember(id, member) {
      for (const query of members.all())
        query.change((list) => {
          const rows = list.rows.flatMap((row) => (row.id !== id ? [row] : member ? [member] : []))
          return { ...list, rows, totalCount: list.totalCount + rows.length - list.rows.length }
        })
    },
    reloadOrg(orgId) {
      feeds.get(orgId)?.refresh()
    },
    reloadViewer() {
      viewerFeed.refresh()
    },
  }
}
