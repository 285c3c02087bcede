// A page that loads the members itself, and gives them to the panel with columns and a question of its own.
import { guildhallApi } from '@guildhall/client'
import { type MemberRowFragment, OrgMembersDocument } from '@guildhall/client/operations'
import { GuildhallProvider, type MembersColumn, MembersPanel, useOrg } from '@guildhall/react'
import { type ReactElement, StrictMode, useCallback, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

const query = new URLSearchParams(location.search)
const of = (name: string) => query.get(name) ?? ''
const api = guildhallApi({ url: of('endpoint'), token: of('token') })
const orgId = of('org')

function Members() {
  const org = useOrg(orgId).data ?? null
  const [rows, setRows] = useState<readonly MemberRowFragment[]>([])
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [gone, setGone] = useState<readonly string[]>([])
  const load = useCallback(async () => {
    const { org } = await api.query(OrgMembersDocument, { orgId, first: 100 })
    setRows(org?.users?.nodes ?? [])
  }, [])
  useEffect(() => {
    void load()
  }, [load])

  const columns: MembersColumn<MemberRowFragment>[] = [
    {
      key: 'choice',
      title: <span>{chosen.length} chosen</span>,
      className: 'choice',
      isFirst: true,
      cell: ({ id, user }) => (
        <input
          type="checkbox"
          aria-label={`Choose ${user.name}`}
          onChange={() => setChosen((held) => [...held, id])}
        />
      ),
    },
    { key: 'origin', title: 'Came', cell: ({ origin }) => <em>{origin}</em> },
  ]
  return (
    <MembersPanel<MemberRowFragment>
      orgId={orgId}
      members={{
        rows,
        org,
        isGone: ({ id }) => gone.includes(id),
        onChanged: load,
        onRemoved: ({ id }) => setGone((held) => [...held, id]),
      }}
      columns={columns}
      classNames={{ table: 'my-table', gone: 'my-gone' }}
      renderRows={(drawn) => <Slowly rows={drawn} />}
      renderQuestion={({ title, notes, verb, confirm, close }) => (
        <Question title={title} notes={notes} verb={verb} confirm={confirm} close={close} />
      )}
    />
  )
}

/** All rows but the last one, until somebody asks for it. */
function Slowly({ rows }: { rows: readonly ReactElement[] }) {
  const [isWhole, setWhole] = useState(false)
  return (
    <tbody>
      {isWhole ? rows : rows.slice(0, -1)}
      {!isWhole && (
        <tr>
          <td colSpan={5}>
            <button type="button" onClick={() => setWhole(true)}>
              And one more
            </button>
          </td>
        </tr>
      )}
    </tbody>
  )
}

interface QuestionProps {
  readonly title: string
  readonly notes: readonly string[]
  readonly verb: string
  confirm(): Promise<string | null>
  close(): void
}

function Question({ title, notes, verb, confirm, close }: QuestionProps) {
  const [why, setWhy] = useState<string | null>(null)
  return (
    <dialog open aria-label={title}>
      {notes.join(' ')} {why !== null && <strong>Not done: {why}</strong>}
      <button type="button" onClick={close}>
        Back
      </button>
      <button
        type="button"
        onClick={async () => {
          const refused = await confirm()
          setWhy(refused)
          if (refused === null) close()
        }}
      >
        {verb}!
      </button>
    </dialog>
  )
}

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StrictMode>
      <GuildhallProvider endpoint={of('endpoint')} credential={() => of('token')}>
        <main>
          <h1>People</h1>
          <Members />
        </main>
      </GuildhallProvider>
    </StrictMode>,
  )
