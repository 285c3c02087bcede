import { useEffect, useRef, useState } from 'preact/hooks'
import { session } from '../api/session.js'
import type { SubscriptionClient } from '../api/subscriptionClient.js'
import { EmptyState, ErrorNotice } from '../ui/notices.js'
import { CreateOrgForm } from './dialogs/CreateOrg.js'
import { Inbox } from './Inbox.js'
import { OrgView } from './OrgView.js'
import { OrgContext } from './orgContext.js'
import { type OrgStore, openOrgStore } from './state/orgStore.js'
import type { OrgChoice, ViewerData, ViewerStore } from './state/viewerStore.js'
import { TopBar } from './TopBar.js'

interface DashboardProps {
  token: string
  client: SubscriptionClient
  viewerStore: ViewerStore
}

/** The page of a signed-in person: the top bar, their pending invites, and one org. */
export function Dashboard({ token, client, viewerStore }: DashboardProps) {
  const [chosen, setChosen] = useChosenOrg()
  const viewerData = viewerStore.viewerData.value
  const orgs = viewerData?.orgs ?? []
  const orgId = orgs.find((org) => org.id === chosen)?.id ?? orgs[0]?.id ?? null
  const store = useOrgStore(orgId, { token, client, viewerStore })
  const orgName = store?.summary.value?.name
  const [leftMessage, setLeftMessage] = useLeftMessage(viewerData, orgId)

  function choose(next: string) {
    setLeftMessage(null)
    setChosen(next)
  }

  useEffect(() => {
    document.title = orgName ? `${orgName}, live` : 'Guildhall, live'
  }, [orgName])

  return (
    <>
      <a class="skip" href="#org">
        Skip to the org
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
        {viewerStore.problem.value && <ErrorNotice>{viewerStore.problem.value}</ErrorNotice>}
        {leftMessage && (
          <p class="notice ended" role="status">
            {leftMessage}
          </p>
        )}
        {viewerData?.viewer && (
          <Inbox
            viewer={viewerData.viewer}
            token={token}
            onJoined={async (joined) => {
              await viewerStore.refresh()
              choose(joined)
            }}
            onAnswered={() => void viewerStore.refresh()}
          />
        )}
        {store && (
          <OrgContext.Provider value={{ token, store }}>
            <OrgView
              key={store.orgId}
              onGone={() => void viewerStore.refresh()}
              onLeft={(message) => {
                setLeftMessage(message)
                void viewerStore.refresh()
              }}
            />
          </OrgContext.Provider>
        )}
        {viewerData && !orgId && (
          <NoOrg
            token={token}
            onCreated={async (created) => {
              await viewerStore.refresh()
              choose(created)
            }}
            isPerson={viewerData.viewer !== null}
          />
        )}
      </main>
    </>
  )
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
      <h1 id="no-org">No org yet</h1>
      {isPerson ? (
        <>
          <p class="lead">
            Create one and you are its owner, or wait for an invite: it appears here by itself.
          </p>
          <CreateOrgForm token={token} onCreated={onCreated} />
        </>
      ) : (
        <EmptyState title="This API token reaches no org">
          <button
            type="button"
            class="button"
            onClick={() => {
              session.value = null
            }}
          >
            Sign in as somebody else
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
      setLeftMessage((message) => message ?? `You are no longer in ${before.name}, or it was deleted.`)
  }, [viewerData, orgId])

  return [leftMessage, setLeftMessage] as const
}

/** The chosen org. It is in the page's URL, so that reloading and sharing keep it. */
function useChosenOrg(): [string | null, (orgId: string) => void] {
  const [chosen, setChosen] = useState(() => new URLSearchParams(location.search).get('org'))
  return [
    chosen,
    (orgId) => {
      history.replaceState(null, '', `?${new URLSearchParams({ org: orgId })}`)
      setChosen(orgId)
    },
  ]
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
