import { useState } from 'preact/hooks'
import {
  RequestToJoinDocument,
  type RequestToJoinMutation,
} from '../../../../../operations/generated/graphql.js'
import { mutate, type Outcome } from '../../api/mutate.js'
import { issuesByField } from '../../model/refusal.js'
import type { JoinableOrg } from '../../model/types.js'
import { Dialog } from '../../ui/Dialog.js'
import { Field } from '../../ui/Field.js'
import { ErrorNotice } from '../../ui/notices.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { words } from '../../words/words.js'

/** Why the viewer can't join an org or ask to. */
export function joinProblem(
  outcome: Exclude<Outcome<RequestToJoinMutation['requestToJoinOrg']>, { kind: 'done' }>,
  { name, domain }: JoinableOrg,
): string {
  return outcome.kind === 'refused' && outcome.refusal.__typename === 'NotFoundError'
    ? words().inbox.closed(domain, name)
    : outcome.message
}

interface AskToJoinProps {
  org: JoinableOrg
  token: string
  onClose(): void
  onAsked(): void
}

/** Asks the people who run an org to let the viewer in. */
export function AskToJoin({ org, token, onClose, onAsked }: AskToJoinProps) {
  const { common, inbox: w } = words()
  const [message, setMessage] = useState('')
  const [refused, setRefused] = useState<{ message: string; field: string | undefined } | null>(null)
  const [busy, setBusy] = useState(false)

  async function ask() {
    setBusy(true)
    setRefused(null)
    const input = { orgId: org.orgId, ...(message.trim() ? { message: message.trim() } : {}) }
    const outcome = await mutate(RequestToJoinDocument, input, token)
    setBusy(false)
    if (outcome.kind === 'done') {
      onAsked()
      return onClose()
    }
    const field = outcome.kind === 'refused' ? issuesByField(outcome.refusal).get('message') : undefined
    setRefused({ message: joinProblem(outcome, org), field })
  }

  return (
    <Dialog title={w.askTitle(org.name)} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void ask()
        }}
      >
        <p class="dialog-lead">{w.askBody(org.name)}</p>
        <Field label={w.askMessage} hint={common.optional} error={refused?.field}>
          {(tie) => (
            <textarea
              {...tie}
              rows={3}
              maxLength={500}
              value={message}
              onInput={(event) => setMessage(event.currentTarget.value)}
            />
          )}
        </Field>
        {refused && !refused.field && <ErrorNotice>{refused.message}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <WaitButton type="submit" class="button primary" busy={busy}>
            {w.ask}
          </WaitButton>
        </footer>
      </form>
    </Dialog>
  )
}
