import { useState } from 'preact/hooks'
import { session } from '../api/session.js'
import type { SubscriptionClient } from '../api/subscriptionClient.js'
import { personName } from '../model/text.js'
import { Dialog } from '../ui/Dialog.js'
import { Icon } from '../ui/icons.js'
import { SignIn } from '../ui/SignIn.js'
import { ThemeSwitch } from '../ui/theme.js'
import { Wordmark } from '../ui/Wordmark.js'
import { ConnectionStatus } from './ConnectionStatus.js'
import { CreateOrgForm } from './dialogs/CreateOrg.js'
import type { OrgStore } from './state/orgStore.js'
import type { ViewerData, ViewerStore } from './state/viewerStore.js'

interface TopBarProps {
  viewerData: ViewerData | null
  orgId: string | null
  token: string
  client: SubscriptionClient
  store: OrgStore | null
  viewerStore: ViewerStore
  onChoose(orgId: string): void
}

const NEW_ORG = 'new'

export function TopBar({ viewerData, orgId, token, client, store, viewerStore, onChoose }: TopBarProps) {
  const [dialog, setDialog] = useState<'org' | 'person' | null>(null)
  const name = viewerData?.viewer ? personName(viewerData.viewer) : (session.value?.name ?? 'API token')

  return (
    <header class="bar">
      <Wordmark />
      {viewerData && viewerData.orgs.length > 0 && (
        <label class="switch">
          <span class="visually-hidden">Org</span>
          <select
            value={orgId ?? ''}
            onChange={(event) => {
              const chosen = event.currentTarget.value
              if (chosen !== NEW_ORG) return onChoose(chosen)
              event.currentTarget.value = orgId ?? ''
              setDialog('org')
            }}
          >
            {viewerData.orgs.map((org) => (
              <option key={org.id} value={org.id}>
                {org.name}
              </option>
            ))}
            {viewerData.viewer && <option value={NEW_ORG}>Create a new org…</option>}
          </select>
          <Icon name="down" />
        </label>
      )}
      <div class="bar-end">
        {store && (
          <ConnectionStatus
            store={store}
            onDisconnect={() => {
              client.disconnect()
              store.disconnect()
              viewerStore.disconnect()
            }}
            onReconnect={() => {
              client.reconnect()
              store.reconnect()
              viewerStore.reconnect()
            }}
          />
        )}
        <button type="button" class="button ghost who" onClick={() => setDialog('person')}>
          <Icon name="person" />
          <span class="who-name">{name}</span>
          <span class="visually-hidden">, switch person</span>
        </button>
        <ThemeSwitch />
      </div>
      {dialog === 'org' && (
        <Dialog title="Create a new org" onClose={() => setDialog(null)}>
          <CreateOrgForm
            token={token}
            onCreated={async (created) => {
              await viewerStore.refresh()
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
