import { useState } from 'preact/hooks'
import { DeleteOrgDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { formatList } from '../../model/text.js'
import type { OrgSummary } from '../../model/types.js'
import { Dialog } from '../../ui/Dialog.js'
import { Field } from '../../ui/Field.js'
import { ErrorNotice } from '../../ui/notices.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { allWords } from '../../words/allWords.js'
import { useOrgContext } from '../orgContext.js'

interface DeleteOrgProps {
  org: OrgSummary
  onClose(): void
  onDeleted(): void
}

/** Deletes the org, after its name was typed: nothing brings it back. */
export function DeleteOrg({ org, onClose, onDeleted }: DeleteOrgProps) {
  const { token, store } = useOrgContext()
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const isConfirmed = plain(typed) === plain(org.name)
  const owned = listOwned(org.resources)
  const w = allWords()

  async function remove() {
    setBusy(true)
    setProblem(null)
    const outcome = await mutate(DeleteOrgDocument, { orgId: store.orgId }, token)
    setBusy(false)
    if (outcome.kind === 'done') return onDeleted()
    const left =
      outcome.kind === 'refused' && outcome.refusal.__typename === 'OrgHasResourcesError'
        ? listOwned(outcome.refusal.resources)
        : ''
    setProblem(left === '' ? outcome.message : allWords().orgSettings.owns(left))
  }

  return (
    <Dialog permission="ORG_DELETE" title={w.settings.deleteTitle(org.name)} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isConfirmed && !busy) void remove()
        }}
      >
        <div class="dialog-body">
          <p>{w.orgSettings.deleteFollows}</p>
          <ul class="bullets">
            <li>{w.orgSettings.deletedMembers(org.limits.seatsUsed)}</li>
            <li>{w.orgSettings.deletedRest}</li>
            <li>{w.orgSettings.deletedHistory}</li>
          </ul>
          {owned !== '' && <p>{w.orgSettings.owns(owned)}</p>}
        </div>
        <Field label={w.orgSettings.typeName(org.name)}>
          {(tie) => (
            <input
              {...tie}
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          )}
        </Field>
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {w.common.cancel}
          </button>
          <WaitButton type="submit" class="button danger" busy={busy} disabled={!isConfirmed}>
            {w.orgSettings.deleteForGood}
          </WaitButton>
        </footer>
      </form>
    </Dialog>
  )
}

/** As people type it. */
const plain = (name: string) => name.normalize().replace(/\s+/g, ' ').trim()

const listOwned = (resources: ReadonlyArray<{ readonly kind: string; readonly count: number }>) =>
  formatList(
    resources.flatMap(({ kind, count }) => (count > 0 ? [`${count.toLocaleString()} × ${kind}`] : [])),
  )
