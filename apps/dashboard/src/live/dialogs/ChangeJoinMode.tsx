import { useState } from 'preact/hooks'
import { UpdateEmailDomainDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { domainText } from '../../model/domainName.js'
import type { EmailDomain } from '../../model/types.js'
import { Dialog } from '../../ui/Dialog.js'
import { JoinModeField } from '../../ui/JoinModeField.js'
import { ErrorNotice } from '../../ui/notices.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { allWords } from '../../words/allWords.js'
import { useOrgContext } from '../orgContext.js'

interface ChangeJoinModeProps {
  domain: EmailDomain
  onClose(): void
  onChanged(): void
}

/** Changes who may join by an e-mail domain. */
export function ChangeJoinMode({ domain, onClose, onChanged }: ChangeJoinModeProps) {
  const { token, store } = useOrgContext()
  const [joinMode, setJoinMode] = useState(domain.joinMode)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function change() {
    setBusy(true)
    setProblem(null)
    const input = { orgId: store.orgId, domain: domain.domain, joinMode }
    const outcome = await mutate(UpdateEmailDomainDocument, input, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    onChanged()
    onClose()
  }

  return (
    <Dialog
      permission="EMAIL_DOMAIN_MANAGE"
      title={allWords().domains.joinModeTitle(domainText(domain.domain))}
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void change()
        }}
      >
        <JoinModeField chosen={joinMode} onChange={setJoinMode} />
        <p class="dialog-lead">{allWords().domains.joinModeBody}</p>
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {allWords().common.cancel}
          </button>
          <WaitButton
            type="submit"
            class="button primary"
            busy={busy}
            disabled={joinMode === domain.joinMode}
          >
            {allWords().common.save}
          </WaitButton>
        </footer>
      </form>
    </Dialog>
  )
}
