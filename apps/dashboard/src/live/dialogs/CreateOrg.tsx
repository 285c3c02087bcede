import { useState } from 'preact/hooks'
import { CreateOrgDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { Field } from '../../ui/Field.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { words } from '../../words/words.js'

export function CreateOrgForm({ token, onCreated }: { token: string; onCreated(orgId: string): void }) {
  const [name, setName] = useState('')
  const [problem, setProblem] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)

  async function create() {
    setBusy(true)
    setProblem(undefined)
    const outcome = await mutate(CreateOrgDocument, { name }, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    onCreated(outcome.payload.org.id)
  }

  return (
    <form
      class="create-org"
      onSubmit={(event) => {
        event.preventDefault()
        void create()
      }}
    >
      <Field label={words().settings.name} error={problem}>
        {(tie) => (
          <input
            {...tie}
            autocomplete="off"
            value={name}
            onInput={(event) => {
              setName(event.currentTarget.value)
              setProblem(undefined)
            }}
          />
        )}
      </Field>
      <WaitButton type="submit" class="button primary" busy={busy} disabled={name.trim() === ''}>
        {words().settings.create}
      </WaitButton>
    </form>
  )
}
