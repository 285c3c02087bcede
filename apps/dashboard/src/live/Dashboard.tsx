import { useEffect, useRef, useState } from 'preact/hooks'
import { page } from '../api/page.js'
import { signOut } from '../api/signIn.js'
import type { SubscriptionClient } from '../api/subscriptionClient.js'
import { PermissionContext } from '../ui/dialogContext.js'
import { EmptyState, LoadNotice } from '../ui/notices.js'
import { PageSkeleton } from '../ui/Skeleton.js'
import { Support } from '../ui/Support.js'
import { words } from '../words/words.js'
import { readAddress, showOrg } from './address.js'
import { CreateOrgForm } from './dialogs/CreateOrg.js'
import { useAnnouncedEvents } from './eventLog/useAnnouncedEvents.js'
import { GuildhallParts } from './GuildhallParts.js'
import { Inbox } from './Inbox.js'
import { OrgView } from './OrgView.js'
import { OrgContext } from './orgContext.js'
import { type OrgStore, openOrgStore } from './state/orgStore.js'
import type { OrgChoice, ViewerData, ViewerStore } from './state/viewerStore.js'
import { TopBar } from './TopBar.js'
import { WaysIn } from './WaysIn.js'

export interface DashboardProps {
  token: string
  client: SubscriptionClient
  viewerStore: ViewerStore
}

/** The page of a signed-in person: the top bar, their pending invites, and one org. */
export function Dashboard({ token, client, viewerStore }: DashboardProps) {
  const chosen = readAddress().get('org')
  const viewerData = viewerStore.viewerData.value
  const orgs = viewerData?.orgs ?? []
  // Not all orgs are loaded: one that isn't may be theirs too.
  const isPart = viewerData !== null && viewerData.orgCount > orgs.length
  const orgId = orgs.find((org) => org.id === chosen)?.id ?? (isPart ? chosen : null) ?? orgs[0]?.id ?? null
  const store = useOrgStore(orgId, { token, client, viewerStore })
  const summary = store?.summary.value
  const orgName = summary?.name
  const problem = viewerStore.problem.value ?? store?.problem.value
  const [leftMessage, setLeftMessage] = useLeftMessage(viewerData, orgId)

  function choose(next: string) {
    setLeftMessage(null)
    showOrg(next)
  }

  /** Shows an org that the viewer has just joined or created. */
  async function enter(entered: string) {
    await viewerStore.refresh()
    choose(entered)
  }

  useEffect(() => {
    document.title = orgName ? `${orgName} – ${page.brand.name}` : page.brand.name
  }, [orgName])

  useEffect(() => {
    if (summary) viewerStore.learn(summary)
  }, [summary, viewerStore])

  return (
    <GuildhallParts token={token}>
      <a class="skip" href="#org">
        {words().dashboard.skip}
      </a>
      <TopBar
        viewerData={viewerData}
        orgId={orgId}
        onChoose={choose}
        client={client}
        store={store}
        viewerStore={viewerStore}
        token={token}
      />
      <main id="org" tabIndex={-1}>
        {problem && <LoadNotice text={problem} />}
        {leftMessage && (
          <p class="notice ended" role="status">
            {leftMessage}
          </p>
        )}
        {viewerData?.viewer && (
          <>
            <Inbox
              viewer={viewerData.viewer}
              onJoined={enter}
              onAnswered={() => void viewerStore.refresh()}
            />
            <WaysIn
              viewer={viewerData.viewer}
              token={token}
              onJoined={enter}
              onChanged={() => void viewerStore.refresh()}
            />
          </>
        )}
        {store && (
          <OrgContext.Provider value={{ token, store }}>
            <PermissionContext.Provider value={hasPermission(store)}>
              <AnnouncedEvents store={store} viewerId={viewerData?.viewer?.id} />
              <OrgView
                key={store.orgId}
                onGone={() => void viewerStore.refresh()}
                onLeft={(message) => {
                  setLeftMessage(message)
                  void viewerStore.refresh()
                }}
              />
            </PermissionContext.Provider>
          </OrgContext.Provider>
        )}
        {!store && (!viewerData || orgId) && <PageSkeleton />}
        {viewerData && !orgId && (
          <NoOrg token={token} onCreated={enter} isPerson={viewerData.viewer !== null} />
        )}
      </main>
      <Support />
    </GuildhallParts>
  )
}

/** For the dialogs about the org: whether the viewer still has a permission. */
function hasPermission({ summary }: OrgStore): (permission: string) => boolean {
  const held: readonly string[] = summary.value?.viewerPermissions ?? []
  return (permission) => held.includes(permission)
}

function AnnouncedEvents({ store, viewerId }: { store: OrgStore; viewerId: string | undefined }) {
  useAnnouncedEvents(store, viewerId)
  return null
}

function NoOrg({
  token,
  isPerson,
  onCreated,
}: {
  token: string
  isPerson: boolean
  onCreated(orgId: string): void
}) {
  return (
    <section class="no-org" aria-labelledby="no-org">
      <h1 id="no-org">{words().dashboard.noOrg}</h1>
      {isPerson ? (
        <>
          <p class="lead">{words().dashboard.noOrgBody}</p>
          <CreateOrgForm token={token} onCreated={onCreated} />
        </>
      ) : (
        <EmptyState title={words().dashboard.tokenWithoutOrg}>
          <button type="button" class="button" onClick={() => void signOut()}>
            {words().signIn.otherAccount}
          </button>
        </EmptyState>
      )}
    </section>
  )
}

/** The message to show after an org is gone from the viewer's list: they left, were removed, or it was deleted. */
function useLeftMessage(viewerData: ViewerData | null, orgId: string | null) {
  const [leftMessage, setLeftMessage] = useState<string | null>(null)
  const last = useRef<OrgChoice | null>(null)

  useEffect(() => {
    if (!viewerData) return
    const before = last.current
    last.current = viewerData.orgs.find((org) => org.id === orgId) ?? null
    if (before && !viewerData.orgs.some((org) => org.id === before.id))
      setLeftMessage((message) => message ?? words().dashboard.gone(before.name))
  }, [viewerData, orgId])

  return [leftMessage, setLeftMessage] as const
}

function useOrgStore(orgId: string | null, { token, client, viewerStore }: DashboardProps): OrgStore | null {
  const [store, setStore] = useState<OrgStore | null>(null)
  const viewerId = viewerStore.viewerData.value?.viewer?.id ?? null

  useEffect(() => {
    if (!orgId) return setStore(null)
    const opened = openOrgStore({
      orgId,
      token,
      viewerId,
      client,
      onSignedOut: () => void viewerStore.refresh(),
      onAccessChange: () => void viewerStore.refresh(),
    })
    setStore(opened)
    return () => opened.close()
  }, [orgId, token, viewerId, client, viewerStore])

  return store
}
