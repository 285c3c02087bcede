import { useState } from 'preact/hooks'
import { RenameOrgDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { Dialog } from '../../ui/Dialog.js'
import { Field } from '../../ui/Field.js'
import { useOrgContext } from '../orgContext.js'

export function RenameOrg({ name, onClose }: { name: string; onClose(): void }) {
  const { token, store } = useOrgContext()
  const [text, setText] = useState(name)
  const [problem, setProblem] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)

  async function rename() {
    setBusy(true)
    const outcome = await mutate(RenameOrgDocument, { orgId: store.orgId, name: text }, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    store.refreshSummary()
    onClose()
  }

  return (
    <Dialog title="Rename the org" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void rename()
        }}
      >
        <Field
          label="Name"
          error={problem}
          hint="No other org may have it, whatever the case of its letters."
        >
          {(tie) => (
            <input
              {...tie}
              autocomplete="off"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          )}
        </Field>
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            Keep it as it is
          </button>
          <button type="submit" class="button primary" disabled={busy || text.trim() === name}>
            Rename
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
