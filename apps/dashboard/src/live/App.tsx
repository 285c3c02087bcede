import { useEffect, useRef, useState } from 'preact/hooks'
import { keepRequests, pauseRequests } from '../api/credential.js'
import { page } from '../api/page.js'
import { pause, session } from '../api/session.js'
import { starting } from '../api/signIn.js'
import { openSubscriptionClient, type SubscriptionClient } from '../api/subscriptionClient.js'
import { Announcements } from '../ui/announce.js'
import { focusMainHeading, keepFocus } from '../ui/keepFocus.js'
import { LanguageMenu } from '../ui/LanguageMenu.js'
import { ErrorNotice } from '../ui/notices.js'
import { SignIn } from '../ui/SignIn.js'
import { SignInKeeper } from '../ui/SignInKeeper.js'
import { SignInRefused } from '../ui/SignInRefused.js'
import { PageSkeleton } from '../ui/Skeleton.js'
import { Support } from '../ui/Support.js'
import { ThemeSwitch } from '../ui/theme.js'
import { Wordmark } from '../ui/Wordmark.js'
import { words } from '../words/words.js'
import type { DashboardProps } from './Dashboard.js'
import { later } from './panels/later.js'
import { openViewerStore, type ViewerStore } from './state/viewerStore.js'

/** Nobody needs it to sign in. */
function Loading() {
  return (
    <main>
      <PageSkeleton />
    </main>
  )
}

const Dashboard = later<DashboardProps>(async () => (await import('./Dashboard.js')).Dashboard, Loading)
const OrgIllustration = later<{ members: number }>(
  async () => (await import('./OrgIllustration.js')).OrgIllustration,
)

export function App() {
  const current = session.value
  const wasSignedOut = useRef(false)
  const isStarting = starting.value

  useEffect(keepFocus, [])
  useEffect(keepRequests, [])

  // Not if the person was signed in when the page was opened: then it begins at its top.
  useEffect(() => {
    if (current === null) wasSignedOut.current = !isStarting
    else if (wasSignedOut.current) {
      wasSignedOut.current = false
      focusMainHeading()
    }
  }, [current, isStarting])

  return (
    <>
      {current ? <SignedIn key={current.token} token={current.token} /> : <Welcome />}
      <Announcements />
    </>
  )
}

function SignedIn({ token }: { token: string }) {
  const [open, setOpen] = useState<{ client: SubscriptionClient; viewerStore: ViewerStore } | null>(null)

  useEffect(() => {
    const client = openSubscriptionClient(token)
    const viewerStore = openViewerStore(token, client, () => pauseRequests('expired'))
    setOpen({ client, viewerStore })
    return () => {
      viewerStore.close()
      client.close()
    }
  }, [token])

  // Otherwise there is nothing yet that could stay on the page.
  const canWait = pause.value !== 'refused' && open?.viewerStore.viewerData.value
  if (pause.value && !canWait) return <Welcome />
  if (!open) return null
  return (
    <>
      <SignInKeeper />
      <Dashboard token={token} client={open.client} viewerStore={open.viewerStore} />
    </>
  )
}

function Welcome() {
  return (
    <div class="welcome">
      <header class="welcome-head">
        <Wordmark />
        <LanguageMenu />
        <ThemeSwitch />
      </header>
      <main class="welcome-main">
        <WelcomeText />
      </main>
      {page.isDemo && <OrgIllustration members={40} />}
      <Support />
    </div>
  )
}

function WelcomeText() {
  const { signIn } = words()
  if (starting.value) return <p class="lead">{signIn.starting}</p>
  return (
    <>
      <h1>{signIn.title(page.brand.name)}</h1>
      {pause.value === 'expired' && <ErrorNotice>{signIn.expired}</ErrorNotice>}
      {pause.value === 'refused' ? <SignInRefused /> : <SignIn />}
    </>
  )
}
