import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import {
  DeclineJoinRequestDocument,
  OrgJoinRequestsDocument,
} from '../../../../../operations/generated/graphql.js'
import { execute } from '../../api/execute.js'
import { mutate } from '../../api/mutate.js'
import { personName, type RequestStatus } from '../../model/text.js'
import type { JoinRequest } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { EmptyState, LoadNotice } from '../../ui/notices.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { RowsSkeleton } from '../../ui/Skeleton.js'
import { words } from '../../words/words.js'
import { changeAddress, noPlace } from '../address.js'
import { ApproveRequest } from '../dialogs/ApproveRequest.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { RowButton } from './InviteRow.js'
import { Chips, ListHeader, Pager } from './ListControls.js'
import { usePages } from './usePages.js'

const statuses = () => Object.entries(words().joinRequests.status) as Array<[RequestStatus, string]>

/** The requests of people who want to join the org, newest first. */
export function JoinRequests() {
  const { token, store } = useOrgContext()
  const [chosen, setChosen] = useState<RequestStatus[]>(['PENDING'])
  const [dialog, setDialog] = useState<{ kind: 'approve' | 'decline'; request: JoinRequest } | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const close = () => setDialog(null)
  const choose = (next: RequestStatus[]) => {
    changeAddress(noPlace, { replace: true })
    setChosen(next)
  }

  const pages = usePages<JoinRequest>(
    JSON.stringify([store.orgId, chosen]),
    async ({ from: _, ...place }, signal) => {
      const filter = chosen.length > 0 ? { statuses: chosen } : {}
      const variables = { orgId: store.orgId, ...place, ...filter }
      const { org } = await execute(OrgJoinRequestsDocument, variables, token, signal)
      return org?.joinRequests ?? null
    },
  )

  const { again, page } = pages
  useEffect(
    () =>
      store.onChange((event) => {
        if (event === null || event.__typename === 'OrgJoinRequestEvent') again()
      }),
    [store, again],
  )

  const isAnswered = useRef(false)
  function answered() {
    isAnswered.current = true
    again()
  }
  // The button that had the focus is gone with its request. Without this the keyboard would start at the top of the page.
  useEffect(() => {
    if (isAnswered.current && document.activeElement === document.body) list.current?.focus()
  }, [page])

  const rows = page?.nodes ?? []
  const onlyPending = chosen.join() === 'PENDING'
  return (
    <div ref={list} class="list" aria-busy={pages.busy} tabIndex={-1}>
      <ListHeader>
        <Chips label={words().common.status} options={statuses()} chosen={chosen} onChange={choose} />
      </ListHeader>
      {pages.problem && <LoadNotice text={pages.problem} />}
      {page === null ? (
        !pages.problem && <RowsSkeleton />
      ) : rows.length === 0 ? (
        <EmptyState title={onlyPending ? words().joinRequests.empty : words().joinRequests.noMatch}>
          {onlyPending && <p>{words().joinRequests.emptyBody}</p>}
        </EmptyState>
      ) : (
        <ul class="cards">
          {rows.map((request) => (
            <RequestCard
              key={request.id}
              request={request}
              onApprove={() => setDialog({ kind: 'approve', request })}
              onDecline={() => setDialog({ kind: 'decline', request })}
            />
          ))}
        </ul>
      )}
      <Pager pages={pages} />
      {/* Not in the card, which goes away if somebody else answers the request. */}
      {dialog?.kind === 'approve' && (
        <ApproveRequest request={dialog.request} onClose={close} onApproved={answered} />
      )}
      {dialog?.kind === 'decline' && (
        <DeclineRequest request={dialog.request} onClose={close} onDeclined={answered} />
      )}
    </div>
  )
}

interface RequestCardProps {
  request: JoinRequest
  onApprove(): void
  onDecline(): void
}

function RequestCard({ request, onApprove, onDecline }: RequestCardProps) {
  const { user, message, status, createdAt, resolvedAt, resolvedBy } = request
  const who = personName(user)
  const may = usePermissions()
  const w = words().joinRequests
  // An org that is not ACTIVE takes nobody in, but a request can still be declined.
  const canDecline = status === 'PENDING' && may('INVITE_CREATE') && !request.viewerCanWithdraw
  return (
    <li class="card">
      <div class="card-words">
        <p class="who-line">{who}</p>
        {user.email && user.email !== who && <p class="sub-line">{user.email}</p>}
        {message && (
          <blockquote class="card-message" dir="auto">
            {message}
          </blockquote>
        )}
        <p class="sub-line">
          <span class={`status status-${status.toLowerCase()}`}>{w.status[status]}</span>
          <span>{w.asked<ComponentChildren>(<RelativeTime at={createdAt} />)}</span>
          {resolvedAt && status !== 'WITHDRAWN' && (
            <span>
              {resolvedBy
                ? w.answeredBy<ComponentChildren>(personName(resolvedBy), <RelativeTime at={resolvedAt} />)
                : w.answered<ComponentChildren>(<RelativeTime at={resolvedAt} />)}
            </span>
          )}
        </p>
      </div>
      {canDecline && (
        <div class="actions">
          {request.viewerCanApprove && <RowButton verb={w.approve} who={who} onClick={onApprove} />}
          <RowButton verb={w.decline} who={who} onClick={onDecline} />
        </div>
      )}
    </li>
  )
}

interface DeclineRequestProps {
  request: JoinRequest
  onClose(): void
  onDeclined(): void
}

function DeclineRequest({ request, onClose, onDeclined }: DeclineRequestProps) {
  const { token } = useOrgContext()

  async function decline() {
    const outcome = await mutate(DeclineJoinRequestDocument, { orgJoinRequestId: request.id }, token)
    if (outcome.kind !== 'done') return outcome.message
    onDeclined()
    return null
  }

  return (
    <Confirm
      title={words().joinRequests.declineTitle(personName(request.user))}
      verb={words().joinRequests.decline}
      onClose={onClose}
      onConfirm={decline}
    >
      <p>{words().joinRequests.declineBody}</p>
    </Confirm>
  )
}
