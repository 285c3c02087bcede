import { useState } from 'preact/hooks'
import { CreateApiTokenDocument } from '../../../../../operations/generated/graphql.js'
import { serverNow } from '../../api/clock.js'
import { mutate } from '../../api/mutate.js'
import { groupPermissions } from '../../model/permissions.js'
import { issuesByField } from '../../model/refusal.js'
import { Dialog } from '../../ui/Dialog.js'
import { Field } from '../../ui/Field.js'
import { ErrorNotice } from '../../ui/notices.js'
import { SecretDialog } from '../../ui/SecretDialog.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { allWords } from '../../words/allWords.js'
import { useOrgContext } from '../orgContext.js'

const DAY = 86_400_000
/** After how many days a token can expire. */
const lifetimes = [30, 90, 365]

export function NewApiToken({ onMade, onClose }: { onMade(): void; onClose(): void }) {
  const { token, store } = useOrgContext()
  const { common, apiTokens: w } = allWords()
  const offered = store.summary.value?.viewerPermissions ?? []
  const [name, setName] = useState('')
  const [days, setDays] = useState<number | null>(null)
  const [permissions, setPermissions] = useState<typeof offered>([])
  const [secret, setSecret] = useState<string | null>(null)
  const [problem, setProblem] = useState<{ message: string; fields: ReadonlyMap<string, string> } | null>(
    null,
  )
  const [busy, setBusy] = useState(false)

  async function make() {
    setBusy(true)
    setProblem(null)
    const input = {
      orgId: store.orgId,
      name,
      permissions,
      ...(days ? { expiresAt: new Date(serverNow() + days * DAY).toISOString() } : {}),
    }
    const outcome = await mutate(CreateApiTokenDocument, input, token)
    setBusy(false)
    if (outcome.kind !== 'done') {
      const fields = outcome.kind === 'refused' ? issuesByField(outcome.refusal) : new Map<string, string>()
      return setProblem({ message: outcome.message, fields })
    }
    setSecret(outcome.payload.secret)
    onMade()
  }

  if (secret !== null) {
    return <SecretDialog title={w.created(name)} lead={w.secretLead} secret={secret} onClose={onClose} />
  }
  return (
    <Dialog permission="API_TOKEN_MANAGE" title={w.new} wide onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <Field label={w.name} hint={w.nameHint} error={problem?.fields.get('name')}>
          {(tie) => (
            <input
              {...tie}
              autocomplete="off"
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={w.expires} error={problem?.fields.get('expiresAt')}>
          {(tie) => (
            <select
              {...tie}
              value={days ?? ''}
              onChange={(event) => setDays(Number(event.currentTarget.value) || null)}
            >
              <option value="">{w.never}</option>
              {lifetimes.map((count) => (
                <option key={count} value={count}>
                  {w.inDays(count)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <PermissionChoice offered={offered} chosen={permissions} onChange={setPermissions} />
        {problem && !problem.fields.has('name') && <ErrorNotice>{problem.message}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <WaitButton
            type="submit"
            class="button primary"
            busy={busy}
            disabled={name.trim() === '' || permissions.length === 0}
          >
            {w.create}
          </WaitButton>
        </footer>
      </form>
    </Dialog>
  )
}

type Permissions = Parameters<typeof groupPermissions>[0]

interface PermissionChoiceProps {
  offered: Permissions
  chosen: Permissions
  onChange(chosen: Array<Permissions[number]>): void
}

/** What the token may do, in groups, each with what it means. */
function PermissionChoice({ offered, chosen, onChange }: PermissionChoiceProps) {
  const { groups, names } = allWords().permissions
  return groupPermissions(offered).map(([group, permissions]) => (
    <fieldset key={group} class="permissions">
      <legend>{groups[group]}</legend>
      {permissions.map((permission) => {
        const [name, meaning] = names[permission]
        return (
          <label key={permission} class="check">
            <input
              type="checkbox"
              checked={chosen.includes(permission)}
              onChange={(event) =>
                onChange(
                  event.currentTarget.checked
                    ? [...chosen, permission]
                    : chosen.filter((held) => held !== permission),
                )
              }
            />
            <span>
              {name} <span class="permission-meaning">{meaning}</span>
            </span>
          </label>
        )
      })}
    </fieldset>
  ))
}
