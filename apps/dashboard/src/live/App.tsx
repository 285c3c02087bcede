import { signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { session } from '../api/session.js'
import { openSubscriptionClient, type SubscriptionClient } from '../api/subscriptionClient.js'
import { Announcer } from '../ui/announce.js'
import { ErrorNotice } from '../ui/notices.js'
import { SignIn } from '../ui/SignIn.js'
import { ThemeSwitch } from '../ui/theme.js'
import { Wordmark } from '../ui/Wordmark.js'
import { Dashboard } from './Dashboard.js'
import { OrgIllustration } from './OrgIllustration.js'
import { openViewerStore, type ViewerStore } from './state/viewerStore.js'

const signedOut = signal<string | null>(null)

export function App() {
  const current = session.value
  return (
    <>
      {current ? <SignedIn key={current.token} token={current.token} /> : <Welcome />}
      <Announcer />
    </>
  )
}

function SignedIn({ token }: { token: string }) {
  const [open, setOpen] = useState<{ client: SubscriptionClient; viewerStore: ViewerStore } | null>(null)

  useEffect(() => {
    const onSignedOut = () => {
      signedOut.value = 'This sign-in is no longer accepted: it expired or was revoked. Sign in again.'
      session.value = null
    }
    const client = openSubscriptionClient(token)
    const viewerStore = openViewerStore(token, client, onSignedOut)
    setOpen({ client, viewerStore })
    return () => {
      viewerStore.close()
      client.close()
    }
  }, [token])

  return open && <Dashboard token={token} client={open.client} viewerStore={open.viewerStore} />
}

function Welcome() {
  return (
    <div class="welcome">
      <header class="welcome-head">
        <Wordmark />
        <ThemeSwitch />
      </header>
      <main class="welcome-main">
        <h1>Sign in to the dashboard</h1>
        <p class="lead">
          Orgs, their members and their invites, live. Everything here goes through the public API.
        </p>
        {signedOut.value && <ErrorNotice>{signedOut.value}</ErrorNotice>}
        <SignIn
          onSignedIn={() => {
            signedOut.value = null
          }}
        />
      </main>
      <OrgIllustration members={40} />
    </div>
  )
}
