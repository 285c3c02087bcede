import { GraphiQL } from 'graphiql'
import { useMemo, useState } from 'react'
import type { DemoPerson } from '../../dashboard/src/api/demoPeople.js'
import { fetcherAs } from './fetcher.js'
import { SignIn } from './SignIn.js'
import { tabs } from './tabs.js'

/** Only a name is remembered, and only while the browser's tab lives. Tokens are kept nowhere. */
const REMEMBERED = 'guildhall:signed-in-as'

export const rememberedPerson = (people: readonly DemoPerson[]): DemoPerson | undefined => {
  const name = sessionStorage.getItem(REMEMBERED)
  return name === '' ? undefined : (people.find((person) => person.name === name) ?? people[0])
}

export const App = ({ people, orgId }: { people: readonly DemoPerson[]; orgId: string }) => {
  const [first] = useState(() => rememberedPerson(people))
  const [token, setToken] = useState(first?.token)
  const fetcher = useMemo(() => fetcherAs(token), [token])
  const defaultTabs = useMemo(() => tabs({ orgId }), [orgId])

  const onToken = (newToken: string | undefined, name: string) => {
    setToken(newToken)
    sessionStorage.setItem(REMEMBERED, name)
  }

  return (
    <GraphiQL
      fetcher={fetcher}
      defaultTabs={defaultTabs}
      defaultEditorToolsVisibility="variables"
      // Variables may hold the token of an invite: what is typed here ends with the browser's tab.
      storage={sessionStorage}
      shouldPersistHeaders={false}
      showPersistHeadersSettings={false}
      inputValueDeprecation
      schemaDescription
    >
      <GraphiQL.Logo>
        <SignIn people={people} initial={first?.name ?? ''} onToken={onToken} />
      </GraphiQL.Logo>
    </GraphiQL>
  )
}
