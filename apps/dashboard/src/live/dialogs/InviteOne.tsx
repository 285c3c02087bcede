import { useRef, useState } from 'preact/hooks'
import { InviteSomeoneDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { issuesByField } from '../../model/refusal.js'
import { inviteeName } from '../../model/text.js'
import { Field } from '../../ui/Field.js'
import { ErrorNotice } from '../../ui/notices.js'
import { useOrgContext } from '../orgContext.js'
import { InviteOptions, type InviteOptionValues, optionsInput } from './InviteOptions.js'

export interface InviteFormProps {
  options: InviteOptionValues
  onOptions(options: InviteOptionValues): void
  onClose(): void
}

const noIssues: ReadonlyMap<string, string> = new Map()

export function InviteOne({ options, onOptions, onClose }: InviteFormProps) {
  const { token, store } = useOrgContext()
  const [email, setEmail] = useState('')
  const [refused, setRefused] = useState<{ message: string; issues: ReadonlyMap<string, string> } | null>(
    null,
  )
  const [invited, setInvited] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const issues = refused?.issues ?? noIssues

  async function invite() {
    setBusy(true)
    setRefused(null)
    setInvited(null)
    const asOf = store.position()
    const input = { orgId: store.orgId, invitee: { email: email.trim() }, ...optionsInput(options) }
    const outcome = await mutate(InviteSomeoneDocument, input, token)
    setBusy(false)
    field.current?.focus()
    if (outcome.kind !== 'done') {
      setRefused({
        message: outcome.message,
        issues: outcome.kind === 'refused' ? issuesByField(outcome.refusal) : noIssues,
      })
      return
    }
    store.cacheInvites([outcome.payload.orgInvite], asOf)
    setInvited(inviteeName(outcome.payload.orgInvite))
    setEmail('')
  }

  const atAddress = issues.get('email') ?? issues.get('invitee')
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void invite()
      }}
    >
      <Field label="E-mail address" error={atAddress}>
        {(tie) => (
          <input
            {...tie}
            ref={field}
            type="email"
            autocomplete="off"
            placeholder="grace@example.com"
            value={email}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        )}
      </Field>
      <InviteOptions options={options} issues={issues} onChange={onOptions} />
      {refused && !atAddress && <ErrorNotice>{refused.message}</ErrorNotice>}
      {invited && (
        <p class="notice done" role="status">
          {invited} is invited. One more?
        </p>
      )}
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          Done
        </button>
        <button type="submit" class="button primary" disabled={busy || email.trim() === ''}>
          Invite
        </button>
      </footer>
    </form>
  )
}
