import { useContext, useRef, useState } from 'preact/hooks'
import { InviteSomeoneDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { issuesByField } from '../../model/refusal.js'
import { inviteeName } from '../../model/text.js'
import { DialogContext } from '../../ui/dialogContext.js'
import { Field } from '../../ui/Field.js'
import { DoneNotice, ErrorNotice } from '../../ui/notices.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
import { InviteLink } from './InviteLink.js'
import { InviteOptions, type InviteOptionValues, optionsInput } from './InviteOptions.js'

export interface InviteFormProps {
  /** To begin with. */
  address?: string
  options: InviteOptionValues
  onOptions(options: InviteOptionValues): void
  onClose(): void
}

interface Invited {
  readonly who: string
  /** The link that the e-mail would have carried, if none was sent. */
  readonly link: string | null
}

const noIssues: ReadonlyMap<string, string> = new Map()

export function InviteOne({ address = '', options, onOptions, onClose }: InviteFormProps) {
  const { token, store } = useOrgContext()
  const [email, setEmail] = useState(address)
  const [refused, setRefused] = useState<{ message: string; issues: ReadonlyMap<string, string> } | null>(
    null,
  )
  const [invited, setInvited] = useState<Invited | null>(null)
  const [busy, setBusy] = useState(false)
  const { settle } = useContext(DialogContext)
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
    const { orgInvite, acceptUrl } = outcome.payload
    setInvited({ who: inviteeName(orgInvite), link: acceptUrl })
    setEmail('')
    // A personal message is for this person, so the next one doesn't get it.
    onOptions({ ...options, message: '' })
    settle()
  }

  const { inviteDialog, common } = words()
  const atAddress = issues.get('email') ?? issues.get('invitee')
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void invite()
      }}
    >
      {invited && (
        <>
          <DoneNotice
            text={inviteDialog.invited(invited.who)}
            announced={store.watching.value !== 'everything'}
          />
          {invited.link && <InviteLink link={invited.link} />}
        </>
      )}
      <Field label={common.emailAddress} error={atAddress}>
        {(tie) => (
          <input
            {...tie}
            ref={field}
            type="email"
            autocomplete="off"
            placeholder={common.exampleEmail}
            value={email}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        )}
      </Field>
      <InviteOptions options={options} issues={issues} onChange={onOptions} />
      {refused && !atAddress && <ErrorNotice>{refused.message}</ErrorNotice>}
      <footer class="dialog-foot">
        <button type="button" class="button" onClick={onClose}>
          {invited ? common.done : common.cancel}
        </button>
        <WaitButton type="submit" class="button primary" busy={busy} disabled={email.trim() === ''}>
          {inviteDialog.submit}
        </WaitButton>
      </footer>
    </form>
  )
}
