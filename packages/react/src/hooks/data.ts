import type { ApiError } from '@guildhall/client'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { asApiError } from '../api/outcome.js'
import type { AppRole, Invite, Member, Org, OrgChoice, OrgEvent, Permission } from '../api/types.js'
import type { Orgs, Preview } from '../store/connection.js'
import type { InvitesFilter, MembersOptions, Rows, RowsQuery } from '../store/lists.js'
import { type Live, type LiveQuery, LOADING } from '../store/liveQuery.js'
import { errorOf, useLook } from '../words/look.js'
import { useConnection } from './provider.js'

const onServer = () => LOADING

function useLive<Data>(query: LiveQuery<Data>): Live<Data> {
  return useSyncExternalStore(query.listen, query.get, onServer)
}

/** A list that stays up to date. `loadMore` loads the next 50 rows. */
export type LiveRows<Row> = Live<Rows<Row>> & { readonly loadMore: () => void }

function useRows<Row>(query: RowsQuery<Row>): LiveRows<Row> {
  return { ...useLive(query), loadMore: query.loadMore }
}

/** The orgs of the signed-in user. */
export function useOrgs(): Live<Orgs> {
  return useLive(useConnection().orgs())
}

/**
 * The user's orgs whose names have the words of `text`, from the server. No orgs: the text is empty, or there is no answer
 * yet.
 */
export function useOrgSearch(text: string): {
  readonly orgs: readonly OrgChoice[] | null
  readonly problem: string | null
} {
  const connection = useConnection()
  const { words } = useLook()
  const [found, setFound] = useState<readonly OrgChoice[] | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  useEffect(() => {
    setFound(null)
    setError(null)
    if (text === '') return
    let isOld = false
    // Not for each letter that is typed.
    const timer = setTimeout(() => {
      connection.findOrgs(text).then(
        (orgs) => !isOld && setFound(orgs),
        (failure) => !isOld && setError(asApiError(failure)),
      )
    }, 200)
    return () => {
      isOld = true
      clearTimeout(timer)
    }
  }, [connection, text])
  return { orgs: found, problem: error && errorOf(error, words) }
}

/** One org: its profile, its limits, and what the viewer may do in it. */
export function useOrg(orgId: string): Live<Org> {
  return useLive(useConnection().org(orgId))
}

/** The members of an org: by name, if `orderBy` says nothing else. */
export function useMembers(orgId: string, options: MembersOptions = {}): LiveRows<Member> {
  return useRows(useConnection().members(orgId, options))
}

/** The invites of an org, newest first: those that are pending, if the filter says nothing else. */
export function useInvites(orgId: string, filter: InvitesFilter = {}): LiveRows<Invite> {
  return useRows(useConnection().invites(orgId, filter))
}

/** The pending invites to the signed-in user. */
export function useViewerInvites(): Live<readonly Invite[]> {
  return useLive(useConnection().viewerInvites())
}

/** What the link of an invite leads to, for anybody who has it. `missing`: the link is unknown. */
export function useInvitePreview(token: string): Live<Preview> & { readonly reload: () => void } {
  const query = useConnection().preview(token)
  return { ...useLive(query), reload: query.reload }
}

/** The roles that the host application has defined for all orgs. They are loaded once. */
export function useAppRoles(): Live<readonly AppRole[]> {
  return useLive(useConnection().appRoles())
}

/** Whether the viewer has a permission in an org. Undefined while that is not known. */
export function usePermission(orgId: string, permission: Permission): boolean | undefined {
  const org = useOrg(orgId)
  if (org.status === 'missing') return false
  const permissions: readonly Permission[] | undefined = org.data?.viewerPermissions
  return permissions?.includes(permission)
}

/**
 * The newest events of an org, oldest first: the last 50, and those that arrive. `missing` for plain members, who may
 * not read events.
 * @param onEvent called once with each event that arrives
 */
export function useOrgEvents(orgId: string, onEvent?: (event: OrgEvent) => void): Live<readonly OrgEvent[]> {
  const connection = useConnection()
  const latest = useRef(onEvent)
  useEffect(() => {
    latest.current = onEvent
  })
  useEffect(
    () => connection.orgFeed(orgId).listen({ event: (event) => latest.current?.(event), refresh() {} }),
    [connection, orgId],
  )
  return useLive(connection.events(orgId))
}

/** How the stream of an org is connected, for an app that wants to say so. */
export function useOrgConnection(orgId: string) {
  const feed = useConnection().orgFeed(orgId)
  const read = useCallback(() => feed.connection.get().state, [feed])
  return useSyncExternalStore(feed.connection.listen, read, () => 'connecting' as const)
}
