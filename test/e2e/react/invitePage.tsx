// The page of an invite's link. With `own` in the query it has everything that an app can put into it.
import {
  type DeclineQuestion,
  english,
  GuildhallProvider,
  german,
  InvitePage,
  type InvitePageProps,
  type InvitePreview,
  type Words,
} from '@guildhall/react'
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

const query = new URLSearchParams(location.search)
const of = (name: string) => query.get(name)
const isOwn = of('own') !== null
document.documentElement.dir = of('dir') ?? 'ltr'

const ownWords: Partial<Words> = {
  page: {
    ...english.page,
    invitesYou: (inviter) => <em>From {inviter}</em>,
    can: { ...english.page.can, USER: '' },
  },
}
const Time = ({ at }: { readonly at: string }) => <b>the year {at.slice(0, 4)}</b>

function Question({ invite, decline, close }: DeclineQuestion<InvitePreview>) {
  const [reason, setReason] = useState<string | null>(null)
  return (
    <div role="alertdialog" aria-label={`Not to ${invite.orgName}?`}>
      <button type="button" onClick={close}>
        No
      </button>
      <button type="button" onClick={async () => setReason(await decline())}>
        Yes
      </button>
      {reason}
    </div>
  )
}

function App() {
  const [token, setToken] = useState(of('token'))
  const [said, setSaid] = useState('')
  const signIn = () => setToken(of('account'))
  const own: Partial<InvitePageProps> = {
    signIn: (
      <button type="button" onClick={signIn}>
        The app’s own sign-in
      </button>
    ),
    onChangeAccount: signIn,
    renderDecline: (question) => <Question {...question} />,
    renderAccepted: ({ orgId, orgName }) => (
      <a href={`#${orgId}`}>{orgId === null ? 'To the app' : `Open ${orgName}`}</a>
    ),
    renderProblem: (viewer) =>
      viewer === null && token !== null && <p role="alert">A program can’t answer.</p>,
  }
  return (
    <GuildhallProvider
      endpoint={of('endpoint') ?? ''}
      credential={(refused) => (refused === undefined ? token : null)}
      user={token}
      {...(of('words') === 'de' && { words: german, locale: 'de' })}
      {...(of('words') === 'own' && { words: ownWords, controls: { Time } })}
    >
      <main>
        <InvitePage
          token={of('invite') ?? ''}
          onSignIn={signIn}
          onAccepted={() => setSaid('The app knows it.')}
          classNames={{ title: 'my-title' }}
          {...(isOwn && own)}
        />
        <p>{said}</p>
      </main>
    </GuildhallProvider>
  )
}

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
