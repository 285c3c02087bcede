// A page with <InvitePeople> as the query asks for it: beneath its list, or as the form of a dialog of the app's own.
import { type CreatedInvite, GuildhallProvider, german, InvitePeople, useOrg } from '@guildhall/react'
import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

const query = new URLSearchParams(location.search)
const of = (name: string) => query.get(name)

function Dialog({ orgId }: { orgId: string }) {
  const [made, setMade] = useState<readonly CreatedInvite[]>([])
  const [isOpen, setOpen] = useState(true)
  if (!isOpen) return <p>The dialog is closed.</p>
  return (
    <>
      <InvitePeople
        orgId={orgId}
        list={false}
        showOptions
        invite={{ email: of('email') ?? '', roles: ['ADMIN', 'OWNER'], message: 'Again!', days: 3 }}
        classNames={{ form: 'my-form', error: 'my-error', options: 'my-options' }}
        onInvited={setMade}
        renderDone={(invited) => <p role="status">The app invited {invited.map(({ email }) => email)}.</p>}
        renderActions={({ buttons, isPending, isDone }) => (
          <p>
            <button type="button" onClick={() => setOpen(false)}>
              {isDone ? 'Close' : 'Cancel'}
            </button>
            {buttons} {isPending && 'Sending'}
          </p>
        )}
      />
      <p>
        Appended:{' '}
        {made.map(({ email, roles, appRoles, status }) => `${email} ${roles} ${appRoles.length} ${status}`)}
      </p>
    </>
  )
}

/** An org that is loaded already when it is chosen. */
function Known({ orgId, onChoose }: { orgId: string; onChoose(): void }) {
  return (
    <button type="button" onClick={onChoose}>
      {useOrg(orgId).data?.name}
    </button>
  )
}

function Workspace() {
  const [orgId, setOrgId] = useState(of('org') ?? '')
  const next = of('next')
  return (
    <main>
      <h1>Workspace</h1>
      {of('dialog') === 'yes' ? <Dialog orgId={orgId} /> : <InvitePeople orgId={orgId} />}
      {next !== null && <Known orgId={next} onChoose={() => setOrgId(next)} />}
    </main>
  )
}

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <GuildhallProvider
        endpoint={of('endpoint') ?? ''}
        credential={() => of('token')}
        {...(of('words') === 'de' && { words: german, locale: 'de' })}
      >
        <Workspace />
      </GuildhallProvider>
    </StrictMode>,
  )
