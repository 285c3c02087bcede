import { useEffect, useState } from 'preact/hooks'
import { OrgOfHostDocument, type OrgOfHostQuery } from '../../../../../operations/generated/graphql.js'
import { errorMessage } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import { ErrorNotice } from '../../ui/notices.js'
import { allWords } from '../../words/allWords.js'
import { useOrgContext } from '../orgContext.js'
import { OfHostForm } from './OfHostForm.js'

/** What the host application keeps with the org. Only its own tokens can change it. */
export function OfHost() {
  const { token, store } = useOrgContext()
  const [org, setOrg] = useState<OrgOfHostQuery['org'] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  async function read() {
    try {
      const answer = await execute(OrgOfHostDocument, { orgId: store.orgId }, token)
      setOrg(answer.org ?? null)
      setProblem(null)
    } catch (error) {
      setProblem(errorMessage(error))
    }
  }
  useEffect(() => {
    void read()
    return store.onChange((event) => {
      if (event === null || event.__typename === 'OrgChangeEvent') void read()
    })
  }, [store, token])

  return (
    <section class="settings-part" aria-labelledby="of-host">
      <h3 id="of-host">{allWords().orgSettings.ofProduct}</h3>
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      {org && (
        <OfHostForm
          held={{ externalId: org.externalId ?? '', metadata: JSON.stringify(org.metadata, null, 2) }}
          onSaved={() => void read()}
        />
      )}
    </section>
  )
}
