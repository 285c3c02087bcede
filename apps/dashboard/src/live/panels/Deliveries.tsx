import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import {
  RedeliverMessageDocument,
  WebhookDeliveriesDocument,
  type WebhookDeliveriesQuery,
} from '../../../../../operations/generated/graphql.js'
import { errorMessage } from '../../api/apiError.js'
import { now } from '../../api/clock.js'
import { execute } from '../../api/execute.js'
import { mutate } from '../../api/mutate.js'
import type { DeliveryStatus } from '../../model/text.js'
import type { Webhook, WebhookDelivery } from '../../model/types.js'
import { eventTypeName } from '../../model/webhookEvents.js'
import { EmptyState, ErrorNotice } from '../../ui/notices.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { allWords } from '../../words/allWords.js'
import { useOrgContext } from '../orgContext.js'
import { RowButton } from './InviteRow.js'
import { Chips, ListHeader } from './ListControls.js'

const SIZE = 10
/** The most that one request reads. */
const MOST_AT_ONCE = 100

const statuses = () => Object.entries(allWords().webhooks.deliveryStatus) as Array<[DeliveryStatus, string]>
const tones: Record<DeliveryStatus, string> = {
  DELIVERED: 'accepted',
  PENDING: 'pending',
  FAILED: 'declined',
}

interface List {
  readonly nodes: readonly WebhookDelivery[]
  readonly hasMore: boolean
}

interface DeliveriesProps {
  /** They are loaded again whenever it was loaded again. */
  webhook: Webhook
  canSend: boolean
  onSentAgain(): void
}

/** The messages of a webhook, newest first. */
export function Deliveries({ webhook, canSend, onSentAgain }: DeliveriesProps) {
  const { token } = useOrgContext()
  const [chosen, setChosen] = useState<DeliveryStatus[]>([])
  const [wanted, setWanted] = useState(SIZE)
  const [list, setList] = useState<List | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [said, setSaid] = useState<string | null>(null)

  useEffect(() => {
    const abort = new AbortController()
    readDeliveries(webhook.id, chosen, wanted, token, abort.signal).then(
      (read) => {
        if (abort.signal.aborted) return
        setList(read)
        setProblem(null)
      },
      (error) => !abort.signal.aborted && setProblem(errorMessage(error)),
    )
    return () => abort.abort()
  }, [webhook, chosen, wanted, token])

  async function sendAgain({ id, seq }: WebhookDelivery) {
    setSaid(null)
    const outcome = await mutate(RedeliverMessageDocument, { webhookDeliveryId: id }, token)
    setProblem(outcome.kind === 'done' ? null : outcome.message)
    if (outcome.kind !== 'done') return
    setSaid(allWords().orgSettings.sentAgain(seq))
    onSentAgain()
  }

  return (
    <section class="deliveries" aria-label={allWords().orgSettings.deliveriesTo(webhook.url)}>
      <ListHeader>
        <Chips label={allWords().common.status} options={statuses()} chosen={chosen} onChange={setChosen} />
      </ListHeader>
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      {said && (
        <p class="notice" role="status">
          {said}
        </p>
      )}
      {list?.nodes.length === 0 && (
        <EmptyState
          title={chosen.length > 0 ? allWords().webhooks.noMatch : allWords().webhooks.noDeliveries}
        />
      )}
      {list && list.nodes.length > 0 && (
        <table class="rows">
          <caption class="visually-hidden">{allWords().orgSettings.deliveriesCaption}</caption>
          <thead>
            <tr>
              <th scope="col">{allWords().orgSettings.event}</th>
              <th scope="col">{allWords().common.status}</th>
              <th scope="col">{allWords().orgSettings.response}</th>
              <th scope="col">
                <span class="visually-hidden">{allWords().common.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {list.nodes.map((delivery) => (
              <DeliveryRow
                key={delivery.id}
                delivery={delivery}
                onSend={canSend ? () => void sendAgain(delivery) : null}
              />
            ))}
          </tbody>
        </table>
      )}
      {list?.hasMore && (
        <div class="list-foot">
          <button type="button" class="button ghost" onClick={() => setWanted(list.nodes.length + SIZE)}>
            {allWords().orgSettings.olderDeliveries}
          </button>
        </div>
      )}
    </section>
  )
}

async function readDeliveries(
  webhookId: string,
  chosen: DeliveryStatus[],
  wanted: number,
  token: string,
  signal: AbortSignal,
): Promise<List> {
  const filter = chosen.length > 0 ? { statuses: chosen } : {}
  const nodes: WebhookDelivery[] = []
  let after: string | null = null
  for (;;) {
    const first: number = Math.min(wanted - nodes.length, MOST_AT_ONCE)
    const answer: WebhookDeliveriesQuery = await execute(
      WebhookDeliveriesDocument,
      { webhookId, first, after, ...filter },
      token,
      signal,
    )
    const { node } = answer
    // It is deleted.
    if (node?.__typename !== 'Webhook') return { nodes: [], hasMore: false }
    nodes.push(...node.deliveries.nodes)
    const { hasNextPage, endCursor } = node.deliveries.pageInfo
    if (!hasNextPage || nodes.length >= wanted) return { nodes, hasMore: hasNextPage }
    after = endCursor
  }
}

function DeliveryRow({ delivery, onSend }: { delivery: WebhookDelivery; onSend: (() => void) | null }) {
  const { eventType, seq, status, responseStatus, error } = delivery
  const w = allWords()
  return (
    <tr>
      <th scope="row" class="cell-who">
        <span class="who-line">{eventTypeName(eventType)}</span>
        <span class="sub-line">{w.orgSettings.eventNumber(seq)}</span>
      </th>
      <td class="cell-status">
        <span class={`status status-${tones[status]}`}>{w.webhooks.deliveryStatus[status]}</span>
      </td>
      <td class="cell-answer">
        {error ?? (responseStatus !== null && w.orgSettings.answered(responseStatus))}
        <span class="sub-line">
          <Attempts delivery={delivery} />
        </span>
      </td>
      <td class="cell-actions">
        {onSend && (
          <div class="actions">
            <RowButton
              verb={w.webhooks.sendAgain}
              who={`${eventTypeName(eventType)}, ${w.orgSettings.eventNumber(seq)}`}
              onClick={onSend}
            />
          </div>
        )}
      </td>
    </tr>
  )
}

/** How often a message was tried, and when it is tried next. */
export function Attempts({ delivery }: { delivery: WebhookDelivery }) {
  const { status, attempts, lastAttemptAt, nextAttemptAt } = delivery
  const w = allWords().orgSettings
  const isNow = nextAttemptAt !== null && Date.parse(nextAttemptAt) <= now.value
  return (
    <>
      <span>{w.tried(attempts)}</span>
      {lastAttemptAt && <span>{w.lastTried<ComponentChildren>(<RelativeTime at={lastAttemptAt} />)}</span>}
      {status === 'PENDING' && nextAttemptAt && (
        <span>{isNow ? w.nextNow : w.nextTry<ComponentChildren>(<RelativeTime at={nextAttemptAt} />)}</span>
      )}
    </>
  )
}
