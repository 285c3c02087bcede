import { signal } from '@preact/signals'
import { useEffect, useState } from 'preact/hooks'
import { type Link, openLink } from '../api/link.js'
import { session } from '../api/session.js'
import { Announcer } from '../ui/announce.js'
import { Refused } from '../ui/Notice.js'
import { SignIn } from '../ui/SignIn.js'
import { ThemeSwitch } from '../ui/theme.js'
import { Wordmark } from '../ui/Wordmark.js'
import { Desk } from './Desk.js'
import { Skyline } from './Skyline.js'
import { openViewerRoom, type ViewerRoom } from './state/viewerRoom.js'

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
  const [open, setOpen] = useState<{ link: Link; viewerRoom: ViewerRoom } | null>(null)

  useEffect(() => {
    const onSignedOut = () => {
      signedOut.value = 'This sign-in is no longer accepted: it ran out, or it was revoked. Sign in again.'
      session.value = null
    }
    const link = openLink(token)
    const viewerRoom = openViewerRoom(token, link, onSignedOut)
    setOpen({ link, viewerRoom })
    return () => {
      viewerRoom.close()
      link.close()
    }
  }, [token])

  return open && <Desk token={token} link={open.link} viewerRoom={open.viewerRoom} />
}

function Welcome() {
  return (
    <div class="welcome">
      <header class="welcome-head">
        <Wordmark />
        <ThemeSwitch />
      </header>
      <main class="welcome-main">
        <h1>Who is at the door?</h1>
        <p class="lead">
          Orgs, their members and their invites, live. Everything here goes through the public API.
        </p>
        {signedOut.value && <Refused>{signedOut.value}</Refused>}
        <SignIn
          onSignedIn={() => {
            signedOut.value = null
          }}
        />
      </main>
      <Skyline members={40} />
    </div>
  )
}
