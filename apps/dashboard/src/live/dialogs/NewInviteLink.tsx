import { useState } from 'preact/hooks'
import { CreateInviteLinkDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { issuesByField } from '../../model/refusal.js'
import { Dialog } from '../../ui/Dialog.js'
import { Field } from '../../ui/Field.js'
import { ErrorNotice } from '../../ui/notices.js'
import { SecretDialog } from '../../ui/SecretDialog.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { allWords } from '../../words/allWords.js'
import { useOrgContext } from '../orgContext.js'
import { type Grant, GrantChoice } from './GrantChoice.js'

/** Makes an invite link and shows its address once. */
export function NewInviteLink({ onMade, onClose }: { onMade(): void; onClose(): void }) {
  const { token, store } = useOrgContext()
  const { common, inviteLinks: w } = allWords()
  const [grant, setGrant] = useState<Grant>({ roles: ['USER'], appRoleIds: [] })
  const [domains, setDomains] = useState('')
  const [maxUses, setMaxUses] = useState('')
  const [url, setUrl] = useState<string | null>(null)
  const [problem, setProblem] = useState<{ message: string; fields: ReadonlyMap<string, string> } | null>(
    null,
  )
  const [busy, setBusy] = useState(false)

  async function make() {
    setBusy(true)
    setProblem(null)
    const input = {
      orgId: store.orgId,
      roles: [...grant.roles],
      appRoleIds: [...grant.appRoleIds],
      emailDomains: domains.split(/[\s,]+/).filter((domain) => domain !== ''),
      maxUses: maxUses === '' ? null : Number(maxUses),
    }
    const outcome = await mutate(CreateInviteLinkDocument, input, token)
    setBusy(false)
    if (outcome.kind !== 'done') {
      const fields = outcome.kind === 'refused' ? issuesByField(outcome.refusal) : new Map<string, string>()
      return setProblem({ message: outcome.message, fields })
    }
    setUrl(outcome.payload.url)
    onMade()
  }

  if (url !== null) {
    return <SecretDialog title={w.created} lead={w.createdBody} secret={url} onClose={onClose} />
  }
  return (
    <Dialog permission="INVITE_CREATE" title={w.new} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <GrantChoice legend={w.role} chosen={grant} without="OWNER" onChange={setGrant} />
        <Field label={w.onlyAt} hint={w.onlyAtHint} error={problem?.fields.get('emailDomains')}>
          {(tie) => (
            <input
              {...tie}
              autocomplete="off"
              placeholder={common.exampleDomain}
              value={domains}
              onInput={(event) => setDomains(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={w.maxUses} hint={w.maxUsesHint} error={problem?.fields.get('maxUses')}>
          {(tie) => (
            <input
              {...tie}
              type="number"
              min="1"
              max="10000"
              value={maxUses}
              onInput={(event) => setMaxUses(event.currentTarget.value)}
            />
          )}
        </Field>
        {problem && problem.fields.size === 0 && <ErrorNotice>{problem.message}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <WaitButton type="submit" class="button primary" busy={busy} disabled={grant.roles.length === 0}>
            {w.create}
          </WaitButton>
        </footer>
      </form>
    </Dialog>
  )
}
