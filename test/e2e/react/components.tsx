// A page with all components, as a product puts them together. With an invite's token it is the invite page.
import {
  GuildhallProvider,
  german,
  InvitePage,
  InvitePeople,
  MembersPanel,
  OrgProfile,
  OrgSwitcher,
  PendingInvites,
  type Words,
} from '@guildhall/react'
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

const query = new URLSearchParams(location.search)
const of = (name: string) => query.get(name)
document.documentElement.dir = of('dir') ?? 'ltr'

function Workspace() {
  const [orgId, setOrgId] = useState(of('org'))
  const [saved, setSaved] = useState('')
  return (
    <>
      <h1>Workspace</h1>
      <OrgSwitcher
        value={orgId}
        onChange={setOrgId}
        {...(of('search') === 'yes' && {
          search: true,
          renderEnd: (close) => (
            <button type="button" onClick={close}>
              Create an org
            </button>
          ),
        })}
      />
      <PendingInvites onAccepted={setOrgId} />
      {orgId !== null && (
        <>
          <OrgProfile
            orgId={orgId}
            className="my-profile"
            onSaved={({ slug }) => setSaved(slug)}
            renderEnd={({ isSaved }) => isSaved && <span>The app saw {saved}.</span>}
          />
          <MembersPanel
            orgId={orgId}
            classNames={{ row: 'my-row' }}
            renderExtra={({ user }) => <a href={`#${user.id}`}>Open the page of {user.name}</a>}
          />
          <InvitePeople orgId={orgId} />
        </>
      )}
    </>
  )
}

const ownButton = (props: React.ButtonHTMLAttributes<HTMLButtonElement>) => (
  <button type="button" {...props} data-own="yes" />
)

const ownWords: Partial<Words> = {
  loading: 'One moment',
  refusals: { LastOwnerError: ({ mutation }) => `The server said no to ${mutation}.` },
}
const say = (text: string) => {
  document.title = text
}

function Page() {
  const token = of('invite')
  const [signIns, setSignIns] = useState(0)
  return (
    <GuildhallProvider
      endpoint={of('endpoint') ?? ''}
      credential={() => of('token')}
      // The tests don't wait 20 s for what a plain member sees.
      pollMs={1_000}
      {...(of('words') === 'de' && { words: german, locale: 'de' })}
      {...(of('words') === 'own' && { words: ownWords, controls: { Button: ownButton }, say })}
    >
      <main>
        {token === null ? (
          <Workspace />
        ) : (
          <InvitePage token={token} onSignIn={() => setSignIns((count) => count + 1)} />
        )}
        {signIns > 0 && <p>The app signs in.</p>}
      </main>
    </GuildhallProvider>
  )
}

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
