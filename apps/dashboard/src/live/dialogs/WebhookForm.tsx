import { useState } from 'preact/hooks'
import { CreateWebhookDocument, UpdateWebhookDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { issuesByField } from '../../model/refusal.js'
import type { Webhook } from '../../model/types.js'
import { eventTypeName, webhookEventTypes } from '../../model/webhookEvents.js'
import { Dialog } from '../../ui/Dialog.js'
import { Field } from '../../ui/Field.js'
import { ErrorNotice } from '../../ui/notices.js'
import { SecretDialog } from '../../ui/SecretDialog.js'
import { WaitButton } from '../../ui/WaitButton.js'
import { allWords } from '../../words/allWords.js'
import { useOrgContext } from '../orgContext.js'

interface WebhookFormProps {
  /** The webhook to change. Left out: a new one is made, and its secret shown once. */
  webhook?: Webhook
  onSaved(): void
  onClose(): void
}

export function WebhookForm({ webhook, onSaved, onClose }: WebhookFormProps) {
  const { token, store } = useOrgContext()
  const { common, webhooks: w } = allWords()
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [some, setSome] = useState(webhook !== undefined && webhook.eventTypes.length > 0)
  const [chosen, setChosen] = useState<readonly string[]>(webhook?.eventTypes ?? [])
  const [secret, setSecret] = useState<string | null>(null)
  const [problem, setProblem] = useState<{ message: string; fields: ReadonlyMap<string, string> } | null>(
    null,
  )
  const [busy, setBusy] = useState(false)

  async function save() {
    setBusy(true)
    setProblem(null)
    const eventTypes = some ? [...chosen] : []
    const typed = url.trim()
    const outcome = webhook
      ? await mutate(
          UpdateWebhookDocument,
          { webhookId: webhook.id, url: typed === webhook.url ? null : typed, eventTypes },
          token,
        )
      : await mutate(CreateWebhookDocument, { orgId: store.orgId, url: typed, eventTypes }, token)
    setBusy(false)
    if (outcome.kind !== 'done') {
      const fields = outcome.kind === 'refused' ? issuesByField(outcome.refusal) : new Map<string, string>()
      return setProblem({ message: outcome.message, fields })
    }
    onSaved()
    if ('secret' in outcome.payload && outcome.payload.secret !== null) setSecret(outcome.payload.secret)
    else onClose()
  }

  if (secret !== null) {
    return <SecretDialog title={w.created} lead={w.secretLead} secret={secret} onClose={onClose} />
  }
  return (
    <Dialog permission="WEBHOOK_MANAGE" title={webhook ? w.change : w.new} wide onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Field label={w.address} hint={w.addressHint} error={problem?.fields.get('url')}>
          {(tie) => (
            <input
              {...tie}
              inputMode="url"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              placeholder={common.exampleUrl}
              value={url}
              onInput={(event) => setUrl(event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={w.events}>
          {(tie) => (
            <select
              {...tie}
              value={some ? 'some' : 'all'}
              onChange={(event) => setSome(event.currentTarget.value === 'some')}
            >
              <option value="all">{w.allEvents}</option>
              <option value="some">{w.someEvents}</option>
            </select>
          )}
        </Field>
        {some && <EventTypes chosen={chosen} onChange={setChosen} />}
        {problem && !problem.fields.has('url') && <ErrorNotice>{problem.message}</ErrorNotice>}
        <footer class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            {common.cancel}
          </button>
          <WaitButton
            type="submit"
            class="button primary"
            busy={busy}
            disabled={url.trim() === '' || (some && chosen.length === 0)}
          >
            {webhook ? common.save : w.create}
          </WaitButton>
        </footer>
      </form>
    </Dialog>
  )
}

interface EventTypesProps {
  chosen: readonly string[]
  onChange(chosen: readonly string[]): void
}

function EventTypes({ chosen, onChange }: EventTypesProps) {
  return webhookEventTypes.map(([about, types]) => (
    <fieldset key={about} class="permissions">
      <legend>{allWords().webhooks.eventGroups[about]}</legend>
      {types.map((type) => (
        <label key={type} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(type)}
            onChange={(event) =>
              onChange(
                event.currentTarget.checked ? [...chosen, type] : chosen.filter((held) => held !== type),
              )
            }
          />
          <span title={type}>{eventTypeName(type)}</span>
        </label>
      ))}
    </fieldset>
  ))
}
