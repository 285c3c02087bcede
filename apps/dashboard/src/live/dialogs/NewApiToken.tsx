import { useState } from 'preact/hooks'
import { CreateApiTokenDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { Dialog } from '../../ui/Dialog.js'
import { Field } from '../../ui/Field.js'
import { Icon } from '../../ui/icons.js'
import { ErrorNotice } from '../../ui/notices.js'
import { useOrgContext } from '../orgContext.js'

export function NewApiToken({ onMade, onClose }: { onMade(): void; onClose(): void }) {
  const { token, store } = useOrgContext()
  const offered = store.summary.value?.viewerPermissions ?? []
  const [name, setName] = useState('')
  const [permissions, setPermissions] = useState<typeof offered>([])
  const [secret, setSecret] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function make() {
    setBusy(true)
    setProblem(null)
    const outcome = await mutate(CreateApiTokenDocument, { orgId: store.orgId, name, permissions }, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    setSecret(outcome.payload.secret)
    onMade()
  }

  if (secret !== null) {
    return (
      <Dialog title={`${name} is made`} onClose={onClose}>
        <p class="dialog-lead">This is its secret. It is shown this once: copy it now.</p>
        <p class="secret">
          <code>{secret}</code>
          <button type="button" class="button" onClick={() => void navigator.clipboard?.writeText(secret)}>
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
    <Dialog title="New API token" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <Field label="Name" hint="The program that uses it, so that you know later what a revocation stops.">
          {(tie) => (
            <input
              {...tie}
              autocomplete="off"
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <fieldset class="permissions">
          <legend>What it may do</legend>
          {offered.map((permission) => (
            <label key={permission} class="check">
              <input
                type="checkbox"
                checked={permissions.includes(permission)}
                onChange={(event) =>
                  setPermissions(
                    event.currentTarget.checked
                      ? [...permissions, permission]
                      : permissions.filter((held) => held !== permission),
                  )
                }
              />
              <code>{permission}</code>
            </label>
          ))}
        </fieldset>
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            Make none
          </button>
          <button
            type="submit"
            class="button primary"
            disabled={busy || name.trim() === '' || permissions.length === 0}
          >
            Make token
          </button>
        </footer>
      </form>
    </Dialog>
  )
}
