import { GraphiQL } from 'graphiql'
import { useMemo, useState } from 'react'
import type { DemoPerson } from '../../dashboard/src/api/demoPeople.js'
import { fetcherAs } from './fetcher.js'
import { SignIn } from './SignIn.js'
import { tabs } from './tabs.js'

/** Only the name is stored, until the tab is closed. Tokens are never stored. */
const NAME_KEY = 'guildhall:signed-in-as'

export const rememberedPerson = (people: readonly DemoPerson[]): DemoPerson | undefined => {
  const name = sessionStorage.getItem(NAME_KEY)
  return name === '' ? undefined : (people.find((person) => person.name === name) ?? people[0])
}

interface AppProps {
  people: readonly DemoPerson[]
  orgId: string
  /** Whether this server has a mailbox to link to. */
  hasMailbox: boolean
}

export const App = ({ people, orgId, hasMailbox }: AppProps) => {
  const [first] = useState(() => rememberedPerson(people))
  const [token, setToken] = useState(first?.token)
  const fetcher = useMemo(() => fetcherAs(token), [token])
  const defaultTabs = useMemo(() => tabs({ orgId }), [orgId])

  const onToken = (newToken: string | undefined, name: string) => {
    setToken(newToken)
    sessionStorage.setItem(NAME_KEY, name)
  }

  return (
    <>
      <h1 className="only-heard">GraphiQL</h1>
      <GraphiQL
        fetcher={fetcher}
        defaultTabs={defaultTabs}
        defaultEditorToolsVisibility="variables"
        // Variables may contain the token of an invite, so everything typed is forgotten when the tab is closed.
        storage={sessionStorage}
        shouldPersistHeaders={false}
        showPersistHeadersSettings={false}
        inputValueDeprecation
        schemaDescription
      >
        <GraphiQL.Logo>
          <SignIn people={people} initial={first?.name ?? ''} onToken={onToken} />
          <nav className="pages" aria-label="Other pages">
            <a href="/live">Dashboard</a>
            {hasMailbox && <a href="/mail">Mailbox</a>}
          </nav>
        </GraphiQL.Logo>
      </GraphiQL>
    </>
  )
}
