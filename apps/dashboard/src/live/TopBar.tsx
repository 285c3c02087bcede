import { useState } from 'preact/hooks'
import type { Link } from '../api/link.js'
import { session } from '../api/session.js'
import { personName } from '../model/words.js'
import { Dialog } from '../ui/Dialog.js'
import { Icon } from '../ui/icons.js'
import { SignIn } from '../ui/SignIn.js'
import { ThemeSwitch } from '../ui/theme.js'
import { Wordmark } from '../ui/Wordmark.js'
import { ConnectionLamp } from './ConnectionLamp.js'
import { CreateOrgForm } from './dialogs/CreateOrg.js'
import type { OrgRoom } from './state/orgRoom.js'
import type { ViewerRoom, WhoIsHere } from './state/viewerRoom.js'

interface TopBarProps {
  here: WhoIsHere | null
  orgId: string | null
  token: string
  link: Link
  room: OrgRoom | null
  viewerRoom: ViewerRoom
  onChoose(orgId: string): void
}

const NEW_ORG = 'new'

export function TopBar({ here, orgId, token, link, room, viewerRoom, onChoose }: TopBarProps) {
  const [dialog, setDialog] = useState<'org' | 'person' | null>(null)
  const name = here?.viewer ? personName(here.viewer) : (session.value?.name ?? 'API token')

  return (
    <header class="bar">
      <Wordmark />
      {here && here.orgs.length > 0 && (
        <label class="switch">
          <span class="unseen">Org</span>
          <select
            value={orgId ?? ''}
            onChange={(event) => {
              const chosen = event.currentTarget.value
              if (chosen !== NEW_ORG) return onChoose(chosen)
              event.currentTarget.value = orgId ?? ''
              setDialog('org')
            }}
          >
            {here.orgs.map((org) => (
              <option key={org.id} value={org.id}>
                {org.name}
              </option>
            ))}
            {here.viewer && <option value={NEW_ORG}>Found a new org…</option>}
          </select>
          <Icon name="down" />
        </label>
      )}
      <div class="bar-end">
        {room && (
          <ConnectionLamp
            room={room}
            onCut={() => {
              link.cut()
              room.cut()
              viewerRoom.cut()
            }}
            onMend={() => {
              link.mend()
              room.mend()
              viewerRoom.mend()
            }}
          />
        )}
        <button type="button" class="button ghost who" onClick={() => setDialog('person')}>
          <Icon name="person" />
          <span class="who-name">{name}</span>
          <span class="unseen">, switch person</span>
        </button>
        <ThemeSwitch />
      </div>
      {dialog === 'org' && (
        <Dialog title="Found a new org" onClose={() => setDialog(null)}>
          <CreateOrgForm
            token={token}
            onCreated={async (created) => {
              await viewerRoom.refresh()
              setDialog(null)
              onChoose(created)
            }}
          />
        </Dialog>
      )}
      {dialog === 'person' && (
        <Dialog title="Who are you?" onClose={() => setDialog(null)}>
          <SignIn onSignedIn={() => setDialog(null)} />
          <button
            type="button"
            class="button ghost"
            onClick={() => {
              session.value = null
            }}
          >
            <Icon name="door" />
            Sign out
          </button>
        </Dialog>
      )}
    </header>
  )
}
