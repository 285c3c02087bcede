import { useContext, useState } from 'preact/hooks'
import { pastedAddresses } from '../../model/addresses.js'
import { DialogContext } from '../../ui/dialogContext.js'
import { Field } from '../../ui/Field.js'
import { ErrorNotice } from '../../ui/notices.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
import type { InviteFormProps } from './InviteOne.js'
import { InviteOptions } from './InviteOptions.js'
import { type InviteResult, InviteResults } from './InviteResults.js'
import { inviteInBulk, MAX_INVITES } from './inviteInBulk.js'

export function InviteMany({ options, onOptions, onClose }: InviteFormProps) {
  const context = useOrgContext()
  const [text, setText] = useState('')
  const [results, setResults] = useState<readonly InviteResult[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const { settle } = useContext(DialogContext)
  const { addresses, repeated } = pastedAddresses(text)
  const { inviteDialog, common } = words()

  async function invite() {
    setBusy(true)
    setProblem(null)
    setResults(null)
    const outcome = await inviteInBulk(context, addresses, options)
    setBusy(false)
    if (outcome.kind === 'failed') return setProblem(outcome.message)
    setResults(outcome.results)
    settle()
    // Keep the refused addresses, so that the user can correct them.
    setText(outcome.results.flatMap((result) => (result.refused === null ? [] : [result.address])).join('\n'))
  }

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void invite()
      }}
    >
      {results && <InviteResults results={results} />}
      <Field label={inviteDialog.addresses} hint={found(addresses.length, repeated)}>
        {(tie) => (
          <textarea
            {...tie}
            rows={6}
            spellcheck={false}
            placeholder={inviteDialog.addressesExample}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </Field>
      <InviteOptions options={options} issues={new Map()} onChange={onOptions} />
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          {results ? common.done : common.cancel}
        </button>
        <WaitButton
          type="submit"
          class="button primary"
          busy={busy}
          disabled={addresses.length === 0 || addresses.length > MAX_INVITES}
        >
          {addresses.length > 1 ? inviteDialog.submitMany(addresses.length) : inviteDialog.submit}
        </WaitButton>
      </footer>
    </form>
  )
}

function found(count: number, repeated: number): string {
  const { inviteDialog } = words()
  if (count === 0) return inviteDialog.addressesHint
  return [
    inviteDialog.found(count),
    ...(repeated > 0 ? [inviteDialog.duplicates(repeated)] : []),
    ...(count > MAX_INVITES ? [inviteDialog.atMost(MAX_INVITES)] : []),
  ].join('. ')
}
