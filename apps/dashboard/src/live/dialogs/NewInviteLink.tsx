import { useState } from 'preact/hooks'
import { CreateInviteLinkDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { issuesByField } from '../../model/refusal.js'
import type { Role } from '../../model/text.js'
import { Dialog } from '../../ui/Dialog.js'
import { Field } from '../../ui/Field.js'
import { Icon } from '../../ui/icons.js'
import { ErrorNotice } from '../../ui/notices.js'
import { RoleChoice } from '../../ui/RoleChoice.js'
import { useOrgContext } from '../orgContext.js'

/** Makes an invite link and shows its address once. */
export function NewInviteLink({ onMade, onClose }: { onMade(): void; onClose(): void }) {
  const { token, store } = useOrgContext()
  const assignable = (store.summary.value?.viewerAssignableRoles ?? []).filter((role) => role !== 'OWNER')
  const [roles, setRoles] = useState<Role[]>(['USER'])
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
      roles,
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
    return (
      <Dialog title="The link is made" onClose={onClose}>
        <p class="dialog-lead">Whoever has it can join. It is shown this once: copy it now.</p>
        <p class="secret">
          <code>{url}</code>
          <button type="button" class="button" onClick={() => void navigator.clipboard?.writeText(url)}>
            <Icon name="copy" />
            Copy
          </button>
        </p>
        <footer class="dialog-foot">
          <button type="button" class="button primary" onClick={onClose}>
            I have copied it
          </button>
        </footer>
      </Dialog>
    )
  }
  return (
    <Dialog title="New invite link" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <RoleChoice legend="Who joins gets" assignable={assignable} chosen={roles} onChange={setRoles} />
        <Field
          label="Only addresses at"
          hint="Domains, separated by commas. Empty: any address."
          error={problem?.fields.get('emailDomains')}
        >
          {(tie) => (
            <input
              {...tie}
              autocomplete="off"
              placeholder="example.com"
              value={domains}
              onInput={(event) => setDomains(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field
          label="How many may join"
          hint="Empty: any number. The link runs out after seven days."
          error={problem?.fields.get('maxUses')}
        >
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
        {problem && <ErrorNotice>{problem.message}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            Make none
          </button>
          <button type="submit" class="button primary" disabled={busy || roles.length === 0}>
            Make link
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
