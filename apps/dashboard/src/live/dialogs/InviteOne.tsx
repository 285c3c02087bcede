import { useRef, useState } from 'preact/hooks'
import { InviteSomeoneDocument } from '../../../../../operations/generated/graphql.js'
import { act } from '../../api/act.js'
import { issuesByField } from '../../model/refusal.js'
import { inviteeName } from '../../model/words.js'
import { Field } from '../../ui/Field.js'
import { Refused } from '../../ui/Notice.js'
import { usePlace } from '../room.js'
import { InviteTerms, type Terms, termsInput } from './InviteTerms.js'

export interface InviteFormProps {
  terms: Terms
  onTerms(terms: Terms): void
  onClose(): void
}

const noIssues: ReadonlyMap<string, string> = new Map()

export function InviteOne({ terms, onTerms, onClose }: InviteFormProps) {
  const { token, room } = usePlace()
  const [email, setEmail] = useState('')
  const [refused, setRefused] = useState<{ words: string; issues: ReadonlyMap<string, string> } | null>(null)
  const [invited, setInvited] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const issues = refused?.issues ?? noIssues

  async function invite() {
    setBusy(true)
    setRefused(null)
    setInvited(null)
    const asOf = room.position()
    const input = { orgId: room.orgId, invitee: { email: email.trim() }, ...termsInput(terms) }
    const outcome = await act(InviteSomeoneDocument, input, token)
    setBusy(false)
    field.current?.focus()
    if (outcome.kind !== 'done') {
      setRefused({
        words: outcome.words,
        issues: outcome.kind === 'refused' ? issuesByField(outcome.refusal) : noIssues,
      })
      return
    }
    room.learn([outcome.payload.orgInvite], asOf)
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
      <InviteTerms terms={terms} issues={issues} onChange={onTerms} />
      {refused && !atAddress && <Refused>{refused.words}</Refused>}
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
