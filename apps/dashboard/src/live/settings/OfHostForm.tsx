import { useEffect, useState } from 'preact/hooks'
import { UpdateOrgDocument, type UpdateOrgInput } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { issuesByField } from '../../model/refusal.js'
import { announce } from '../../ui/announce.js'
import { Field } from '../../ui/Field.js'
import { ErrorNotice } from '../../ui/notices.js'
import { allWords } from '../../words/allWords.js'
import { useOrgContext } from '../orgContext.js'

interface Values {
  externalId: string
  metadata: string
}
type Problems = ReadonlyMap<string, string>

interface OfHostFormProps {
  /** The values in force. A field that is not changed here follows them. */
  held: Values
  onSaved(): void
}

const none: Problems = new Map()

export function OfHostForm({ held, onSaved }: OfHostFormProps) {
  const { token, store } = useOrgContext()
  const [typed, setTyped] = useState<Partial<Values>>({})
  const [problem, setProblem] = useState<string | null>(null)
  const [problems, setProblems] = useState<Problems>(none)
  const [isSaved, setSaved] = useState(false)
  const [busy, setBusy] = useState(false)
  const values: Values = { ...held, ...typed }
  const isSame = isSaved || (values.externalId === held.externalId && values.metadata === held.metadata)
  const w = allWords()

  // What was saved is in force now, perhaps in another form: JSON is written anew.
  const inForce = JSON.stringify(held)
  useEffect(() => {
    if (isSaved) setTyped({})
  }, [inForce])

  function change(more: Partial<Values>) {
    setTyped({ ...typed, ...more })
    // What was wrong with a field is no longer said once it is mended.
    setProblems(new Map([...problems].filter(([field]) => !(field in more))))
    setSaved(false)
  }

  async function save() {
    const input: Omit<UpdateOrgInput, 'orgId'> = {}
    if (values.externalId !== held.externalId) input.externalId = values.externalId || null
    if (values.metadata !== held.metadata) {
      const metadata = objectOf(values.metadata)
      if (!metadata) return setProblems(new Map([['metadata', w.orgSettings.notJson]]))
      input.metadata = metadata
    }
    setBusy(true)
    setProblem(null)
    setProblems(none)
    const outcome = await mutate(UpdateOrgDocument, { orgId: store.orgId, ...input }, token)
    setBusy(false)
    if (outcome.kind === 'done') {
      setSaved(true)
      announce(w.settings.saved)
      return onSaved()
    }
    const byField = outcome.kind === 'refused' ? problemsOf(outcome) : none
    setProblems(byField)
    if (byField.size === 0) setProblem(outcome.message)
  }

  return (
    <form
      class="settings-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!isSame) void save()
      }}
    >
      <Field
        label={w.orgSettings.externalId}
        hint={w.orgSettings.externalIdHint}
        error={problems.get('externalId')}
      >
        {(tie) => (
          <input
            {...tie}
            autocomplete="off"
            spellcheck={false}
            maxLength={255}
            value={values.externalId}
            onInput={(event) => change({ externalId: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field
        label={w.orgSettings.metadata}
        hint={w.orgSettings.metadataHint}
        error={problems.get('metadata')}
      >
        {(tie) => (
          <textarea
            {...tie}
            class="code"
            rows={6}
            spellcheck={false}
            value={values.metadata}
            onInput={(event) => change({ metadata: event.currentTarget.value })}
          />
        )}
      </Field>
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      <div class="actions">
        <button type="submit" class="button primary" disabled={busy || isSame}>
          {w.common.save}
        </button>
        {!isSame && (
          <button
            type="button"
            class="button"
            onClick={() => {
              setTyped({})
              setProblems(none)
              setProblem(null)
            }}
          >
            {w.settings.discard}
          </button>
        )}
        {isSaved && <span class="saved">{w.settings.saved}</span>}
      </div>
    </form>
  )
}

function problemsOf({ refusal, message }: { refusal: Parameters<typeof issuesByField>[0]; message: string }) {
  return refusal.__typename === 'OrgExternalIdTakenError'
    ? new Map([['externalId', message]])
    : issuesByField(refusal)
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text.trim() || '{}')
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}
