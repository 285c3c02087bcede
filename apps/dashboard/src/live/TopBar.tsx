import { OrgSwitcher } from '@guildhall/react'
import { useState } from 'preact/hooks'
import { page } from '../api/page.js'
import type { SubscriptionClient } from '../api/subscriptionClient.js'
import { Dialog } from '../ui/Dialog.js'
import { ThemeSwitch } from '../ui/theme.js'
import { Wordmark } from '../ui/Wordmark.js'
import { words } from '../words/words.js'
import { AccountMenu } from './AccountMenu.js'
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

export function TopBar({ viewerData, orgId, token, client, store, viewerStore, onChoose }: TopBarProps) {
  const [dialog, setDialog] = useState<'org' | null>(null)

  return (
    <header class="bar">
      <Wordmark />
      {viewerData && viewerData.orgs.length > 0 && (
        <OrgSwitcher
          search
          orgs={viewerData.orgs}
          totalCount={viewerData.orgCount}
          value={orgId}
          valueName={store?.summary.value?.name ?? null}
          onChange={onChoose}
          {...(viewerData.viewer && {
            renderEnd: (close) => (
              <button
                type="button"
                class="button ghost"
                onClick={() => {
                  close()
                  setDialog('org')
                }}
              >
                {words().dashboard.createOrg}
              </button>
            ),
          })}
        />
      )}
      <div class="bar-end">
        {(store || !viewerData) && (
          <ConnectionStatus
            store={store}
            {...(page.isDemo && {
              onDisconnect() {
                client.disconnect()
                store?.disconnect()
                viewerStore.disconnect()
              },
            })}
            onReconnect={() => {
              client.reconnect()
              store?.reconnect()
              viewerStore.reconnect()
            }}
          />
        )}
        <AccountMenu viewer={viewerData?.viewer ?? null} />
        <ThemeSwitch />
      </div>
      {dialog === 'org' && (
        <Dialog title={words().settings.createTitle} onClose={() => setDialog(null)}>
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
    </header>
  )
}
