import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { UpdateOrgDocument, type UpdateOrgInput } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { issuesByField } from '../../model/refusal.js'
import { announce } from '../../ui/announce.js'
import { ErrorNotice } from '../../ui/notices.js'
import { allWords } from '../../words/allWords.js'
import { useOrgContext } from '../orgContext.js'

type Problems = ReadonlyMap<string, string>
/** Undefined: the field is as it was. */
export type Changes<Values> = { readonly [Key in keyof Values]?: Values[Key] | undefined }

interface ProfileFormProps<Values extends Record<string, string>> {
  /** The values in force. A field that is not changed here follows them. */
  held: Values
  /** The input for the changed fields, or what is wrong with them. */
  inputOf(changes: Changes<Values>): Omit<UpdateOrgInput, 'orgId'> | { problems: Problems }
  onSaved(): void
  children(form: {
    values: Values
    problems: Problems
    change(changes: Partial<Values>): void
  }): ComponentChildren
}

/** The fields that a refusal is about, if it is about one. */
const fieldOfRefusal: Record<string, string> = {
  OrgNameTakenError: 'name',
  OrgSlugTakenError: 'slug',
  OrgExternalIdTakenError: 'externalId',
}

const none: Problems = new Map()

/** Changes some fields of the org. */
export function ProfileForm<Values extends Record<string, string>>({
  held,
  inputOf,
  onSaved,
  children,
}: ProfileFormProps<Values>) {
  const { token, store } = useOrgContext()
  const [typed, setTyped] = useState<Partial<Values>>({})
  const [problem, setProblem] = useState<string | null>(null)
  const [problems, setProblems] = useState<Problems>(none)
  const [isSaved, setSaved] = useState(false)
  const [busy, setBusy] = useState(false)
  const values: Values = { ...held, ...typed }
  const changes = Object.fromEntries(
    Object.entries(typed).filter(([key, value]) => value !== held[key]),
  ) as Changes<Values>
  const isSame = isSaved || Object.keys(changes).length === 0

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
    const input = inputOf(changes)
    if ('problems' in input) return setProblems(input.problems)
    setBusy(true)
    setProblem(null)
    setProblems(none)
    const outcome = await mutate(UpdateOrgDocument, { orgId: store.orgId, ...input }, token)
    setBusy(false)
    if (outcome.kind === 'done') {
      setSaved(true)
      announce(allWords().orgSettings.saved)
      return onSaved()
    }
    const field = outcome.kind === 'refused' ? fieldOfRefusal[outcome.refusal.__typename] : undefined
    const byField = field
      ? new Map([[field, outcome.message]])
      : outcome.kind === 'refused'
        ? issuesByField(outcome.refusal)
        : none
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
      {children({ values, problems, change })}
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      <div class="actions">
        <button type="submit" class="button primary" disabled={busy || isSame}>
          {allWords().common.save}
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
            {allWords().orgSettings.discard}
          </button>
        )}
        {isSaved && <span class="saved">{allWords().orgSettings.saved}</span>}
      </div>
    </form>
  )
}
