import { throttle } from '@guildhall/client/events'
import { useEffect, useRef, useState } from 'preact/hooks'
import {
  DeleteWebhookDocument,
  OrgWebhooksDocument,
  PingWebhookDocument,
  RotateWebhookSecretDocument,
  UpdateWebhookDocument,
} from '../../../../../operations/generated/graphql.js'
import { serverNow } from '../../api/clock.js'
import { execute } from '../../api/execute.js'
import { mutate } from '../../api/mutate.js'
import { personName } from '../../model/text.js'
import type { OrgEvent, Webhook } from '../../model/types.js'
import { eventTypeName } from '../../model/webhookEvents.js'
import { Confirm } from '../../ui/Confirm.js'
import { EmptyState, ErrorNotice } from '../../ui/notices.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { SecretDialog } from '../../ui/SecretDialog.js'
import { allWords } from '../../words/allWords.js'
import { WebhookForm } from '../dialogs/WebhookForm.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { CardList, useCards } from './CardList.js'
import { Attempts, Deliveries } from './Deliveries.js'
import { RowButton } from './InviteRow.js'

/** Each with the message that it fails to deliver, if there is one. */
const readWebhooks = async (orgId: string, token: string) =>
  (await execute(OrgWebhooksDocument, { orgId, first: 1, statuses: ['PENDING'] }, token)).webhooks

const isChange = (event: OrgEvent) =>
  event.__typename === 'OrgChangeEvent' && event.orgEventType.startsWith('WEBHOOK_')

/** The usual longest time from an event to what came of its delivery, ms. */
const DELIVERED_AFTER_MS = 1_000

/** The org's webhooks, oldest first, and their deliveries. */
export function Webhooks() {
  const { store } = useOrgContext()
  const can = usePermissions()
  const cards = useCards(readWebhooks, isChange)
  const [making, setMaking] = useState(false)
  const { again, rows } = cards
  const [soon] = useState(() => throttle(again, DELIVERED_AFTER_MS, 3_000))

  // Every event may be delivered, or fail to be. No event tells which.
  useEffect(() => store.onChange((event) => event && soon.schedule()), [store, soon])
  useEffect(() => soon.stop, [soon])
  useEffect(() => {
    const nextTries = (rows ?? []).flatMap(({ enabled, deliveries }) =>
      enabled ? deliveries.nodes.flatMap(({ nextAttemptAt }) => Date.parse(nextAttemptAt ?? '') || []) : [],
    )
    if (nextTries.length === 0) return
    const wait = Math.min(...nextTries) - serverNow() + DELIVERED_AFTER_MS
    const timer = setTimeout(again, Math.max(wait, 5_000))
    return () => clearTimeout(timer)
  }, [rows, again])

  const newButton = useRef<HTMLButtonElement>(null)
  const isDeleted = useRef(false)
  // The button that had the focus is gone with its webhook. Without this the keyboard would start at the top of the page.
  useEffect(() => {
    if (isDeleted.current && document.activeElement === document.body) newButton.current?.focus()
    isDeleted.current = false
  }, [rows])

  return (
    <>
      <CardList
        cards={cards}
        empty={<EmptyState title={allWords().webhooks.empty} />}
        foot={
          <div class="list-foot actions">
            {can('WEBHOOK_MANAGE') && (
              <button ref={newButton} type="button" class="button" onClick={() => setMaking(true)}>
                {allWords().webhooks.new}
              </button>
            )}
            <button type="button" class="button" onClick={again}>
              {allWords().common.refresh}
            </button>
          </div>
        }
      >
        {(webhook) => (
          <WebhookCard
            key={webhook.id}
            webhook={webhook}
            canManage={can('WEBHOOK_MANAGE')}
            onChanged={again}
            onSentAgain={soon.schedule}
            onDeleted={() => {
              isDeleted.current = true
              again()
            }}
          />
        )}
      </CardList>
      {making && <WebhookForm onSaved={again} onClose={() => setMaking(false)} />}
    </>
  )
}

interface WebhookCardProps {
  webhook: Webhook
  canManage: boolean
  onChanged(): void
  onSentAgain(): void
  onDeleted(): void
}

type Open = 'change' | 'rotate' | 'delete' | { secret: string }

function WebhookCard({ webhook, canManage, onChanged, onSentAgain, onDeleted }: WebhookCardProps) {
  const { token } = useOrgContext()
  const [dialog, setDialog] = useState<Open | null>(null)
  const [showing, setShowing] = useState(false)
  const [said, setSaid] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const { id, url, enabled, eventTypes, createdAt, createdBy } = webhook
  const { host } = new URL(url)
  const close = () => setDialog(null)
  const w = allWords()

  async function ping() {
    setSaid(null)
    const outcome = await mutate(PingWebhookDocument, { webhookId: id }, token)
    setProblem(outcome.kind === 'done' ? null : outcome.message)
    if (outcome.kind === 'done') setSaid(allWords().webhooks.testSent(host))
  }

  async function switchTo(on: boolean) {
    setSaid(null)
    const outcome = await mutate(UpdateWebhookDocument, { webhookId: id, enabled: on }, token)
    setProblem(outcome.kind === 'done' ? null : outcome.message)
    if (outcome.kind === 'done') onChanged()
  }

  async function rotate() {
    const outcome = await mutate(RotateWebhookSecretDocument, { webhookId: id }, token)
    if (outcome.kind !== 'done') return outcome.message
    setDialog({ secret: outcome.payload.secret })
    return null
  }

  async function erase() {
    const outcome = await mutate(DeleteWebhookDocument, { webhookId: id }, token)
    if (outcome.kind !== 'done') return outcome.message
    onDeleted()
    return null
  }

  return (
    <li class="card">
      <div class="card-words">
        <p class="who-line">{url}</p>
        <State webhook={webhook} />
        <p class="tags">
          {eventTypes.length === 0 && <span class="tag">{w.webhooks.allEvents}</span>}
          {eventTypes.map((type) => (
            <span key={type} class="tag">
              {eventTypeName(type)}
            </span>
          ))}
        </p>
        <p class="sub-line">
          {createdBy && <span>{w.common.by(personName(createdBy))}</span>}
          <RelativeTime at={createdAt} />
        </p>
        {said && (
          <p class="notice" role="status">
            {said}
          </p>
        )}
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
      </div>
      <div class="actions">
        <button
          type="button"
          class="button quiet"
          aria-expanded={showing}
          onClick={() => setShowing((shown) => !shown)}
        >
          {w.webhooks.deliveries}
          <span class="visually-hidden"> {url}</span>
        </button>
        {canManage && (
          <>
            {enabled && <RowButton verb={w.webhooks.sendTest} who={url} onClick={ping} />}
            <RowButton
              verb={enabled ? w.webhooks.pause : w.webhooks.turnOn}
              who={url}
              onClick={() => void switchTo(!enabled)}
            />
            <RowButton verb={w.webhooks.edit} who={url} onClick={() => setDialog('change')} />
            <RowButton verb={w.webhooks.newSecret} who={url} onClick={() => setDialog('rotate')} />
            <RowButton verb={w.common.delete} who={url} onClick={() => setDialog('delete')} />
          </>
        )}
      </div>
      {showing && <Deliveries webhook={webhook} canSend={canManage && enabled} onSentAgain={onSentAgain} />}
      {dialog === 'change' && <WebhookForm webhook={webhook} onSaved={onChanged} onClose={close} />}
      {dialog === 'rotate' && (
        <Confirm
          title={w.webhooks.newSecretTitle(host)}
          verb={w.webhooks.newSecret}
          // Not the secret that has taken its place.
          onClose={() => setDialog((held) => (held === 'rotate' ? null : held))}
          onConfirm={rotate}
        >
          <p>{w.webhooks.newSecretBody}</p>
        </Confirm>
      )}
      {typeof dialog === 'object' && dialog && (
        <SecretDialog
          title={w.webhooks.newSecretOf(host)}
          lead={w.webhooks.newSecretLead}
          secret={dialog.secret}
          onClose={close}
        />
      )}
      {dialog === 'delete' && (
        <Confirm
          title={w.webhooks.deleteTitle(host)}
          verb={w.common.delete}
          onClose={close}
          onConfirm={erase}
        >
          <p>{w.webhooks.deleteBody}</p>
        </Confirm>
      )}
    </li>
  )
}

/** Whether it is on, why not, and what it fails to deliver. */
function State({ webhook: { enabled, disabledReason, deliveries } }: { webhook: Webhook }) {
  const w = allWords().webhooks
  if (!enabled) {
    return (
      <>
        <p class={disabledReason ? 'status status-declined' : 'status status-expired'}>
          {disabledReason ? w.turnedOff : w.paused}
        </p>
        <p class="sub-line">
          {disabledReason} {w.resumes}
        </p>
      </>
    )
  }
  const [failing] = deliveries.nodes
  if (!failing) return <p class="status status-accepted">{w.on}</p>
  return (
    <>
      <p class="status status-pending">{w.failing}</p>
      <p class="sub-line">
        <span>
          {failing.error} {allWords().orgSettings.eventWaits(failing.seq)}
        </span>
        <Attempts delivery={failing} />
      </p>
    </>
  )
}
