import { useEffect, useRef, useState } from 'preact/hooks'
import type { Link } from '../api/link.js'
import { session } from '../api/session.js'
import { Empty, Refused } from '../ui/Notice.js'
import { CreateOrgForm } from './dialogs/CreateOrg.js'
import { Hall } from './Hall.js'
import { Inbox } from './Inbox.js'
import { PlaceContext } from './room.js'
import { type OrgRoom, openOrgRoom } from './state/orgRoom.js'
import type { OrgChoice, ViewerRoom, WhoIsHere } from './state/viewerRoom.js'
import { TopBar } from './TopBar.js'

interface DeskProps {
  token: string
  link: Link
  viewerRoom: ViewerRoom
}

/** What a signed-in person sees: the bar, what waits for them, and one org. */
export function Desk({ token, link, viewerRoom }: DeskProps) {
  const [chosen, setChosen] = useChosenOrg()
  const here = viewerRoom.here.value
  const orgs = here?.orgs ?? []
  const orgId = orgs.find((org) => org.id === chosen)?.id ?? orgs[0]?.id ?? null
  const room = useOrgRoom(orgId, { token, link, viewerRoom })
  const orgName = room?.glance.value?.name
  const [farewell, setFarewell] = useFarewell(here, orgId)

  function choose(next: string) {
    setFarewell(null)
    setChosen(next)
  }

  useEffect(() => {
    document.title = orgName ? `${orgName}, live` : 'Guildhall, live'
  }, [orgName])

  return (
    <>
      <a class="skip" href="#hall">
        Skip to the org
      </a>
      <TopBar
        here={here}
        orgId={orgId}
        onChoose={choose}
        link={link}
        room={room}
        viewerRoom={viewerRoom}
        token={token}
      />
      <main id="hall" tabIndex={-1}>
        {viewerRoom.problem.value && <Refused>{viewerRoom.problem.value}</Refused>}
        {farewell && (
          <p class="notice ended" role="status">
            {farewell}
          </p>
        )}
        {here?.viewer && (
          <Inbox
            viewer={here.viewer}
            token={token}
            onJoined={async (joined) => {
              await viewerRoom.refresh()
              choose(joined)
            }}
            onAnswered={() => void viewerRoom.refresh()}
          />
        )}
        {room && (
          <PlaceContext.Provider value={{ token, room }}>
            <Hall
              key={room.orgId}
              onGone={() => void viewerRoom.refresh()}
              onLeft={(words) => {
                setFarewell(words)
                void viewerRoom.refresh()
              }}
            />
          </PlaceContext.Provider>
        )}
        {here && !orgId && (
          <NoOrg
            token={token}
            onCreated={async (created) => {
              await viewerRoom.refresh()
              choose(created)
            }}
            isPerson={here.viewer !== null}
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
            Found one and you are its owner, or wait here for an invite: it shows up by itself.
          </p>
          <CreateOrgForm token={token} onCreated={onCreated} />
        </>
      ) : (
        <Empty title="This API token reaches no org">
          <button
            type="button"
            class="button"
            onClick={() => {
              session.value = null
            }}
          >
            Sign in as somebody else
          </button>
        </Empty>
      )}
    </section>
  )
}

/** What is said once an org is gone from the viewer's list: by their own doing, or without it. */
function useFarewell(here: WhoIsHere | null, orgId: string | null) {
  const [farewell, setFarewell] = useState<string | null>(null)
  const last = useRef<OrgChoice | null>(null)

  useEffect(() => {
    if (!here) return
    const before = last.current
    last.current = here.orgs.find((org) => org.id === orgId) ?? null
    if (before && !here.orgs.some((org) => org.id === before.id))
      setFarewell((words) => words ?? `You are no longer in ${before.name}, or it was deleted.`)
  }, [here, orgId])

  return [farewell, setFarewell] as const
}

/** The org in the address, so that reloading and sharing the page keeps it. */
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

function useOrgRoom(orgId: string | null, { token, link, viewerRoom }: DeskProps): OrgRoom | null {
  const [room, setRoom] = useState<OrgRoom | null>(null)
  const viewerId = viewerRoom.here.value?.viewer?.id ?? null

  useEffect(() => {
    if (!orgId) return setRoom(null)
    const opened = openOrgRoom({
      orgId,
      token,
      viewerId,
      link,
      onSignedOut: () => void viewerRoom.refresh(),
      onStanding: () => void viewerRoom.refresh(),
    })
    setRoom(opened)
    return () => opened.close()
  }, [orgId, token, viewerId, link, viewerRoom])

  return room
}
