import { useState } from 'preact/hooks'
import { AcceptInviteDocument, DeclineInviteDocument } from '../../../../operations/generated/graphql.js'
import { mutate } from '../api/mutate.js'
import { formatRoles, personName } from '../model/text.js'
import { announce } from '../ui/announce.js'
import { ErrorNotice } from '../ui/notices.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import type { Viewer } from './state/viewerStore.js'

type InboxInvite = NonNullable<Viewer['orgInvites']>['nodes'][number]

interface InboxProps {
  viewer: Viewer
  token: string
  onJoined(orgId: string): void
  onAnswered(): void
}

/** Invites addressed to the viewer that wait for an answer. */
export function Inbox({ viewer, token, onJoined, onAnswered }: InboxProps) {
  const invites = viewer.orgInvites?.nodes ?? []
  if (invites.length === 0) return null
  return (
    <section class="inbox" aria-label="Invites for you">
      <ul>
        {invites.map((invite) => (
          <InboxItem
            key={invite.id}
            invite={invite}
            token={token}
            onJoined={onJoined}
            onAnswered={onAnswered}
          />
        ))}
      </ul>
    </section>
  )
}

function InboxItem({
  invite,
  token,
  onJoined,
  onAnswered,
}: Omit<InboxProps, 'viewer'> & { invite: InboxInvite }) {
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function accept() {
    setBusy(true)
    const outcome = await mutate(AcceptInviteDocument, { invite: { orgInviteId: invite.id } }, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    announce(`You joined ${invite.orgName}`)
    onJoined(outcome.payload.orgUser.org.id)
  }

  async function decline() {
    setBusy(true)
    const outcome = await mutate(DeclineInviteDocument, { invite: { orgInviteId: invite.id } }, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    announce(`You declined the invite to ${invite.orgName}`)
    onAnswered()
  }

  return (
    <li>
      <div class="inbox-words">
        <p>
          {invite.invitedBy ? <strong>{personName(invite.invitedBy)}</strong> : 'Somebody'} invites you to{' '}
          <strong>{invite.orgName}</strong> as {formatRoles(invite.roles)}; it runs out{' '}
          <RelativeTime at={invite.expiresAt} />.
        </p>
        {invite.message && <blockquote dir="auto">{invite.message}</blockquote>}
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
      </div>
      <div class="actions">
        {invite.viewerCanAccept && (
          <button type="button" class="button primary" disabled={busy} onClick={accept}>
            Accept<span class="visually-hidden"> the invite to {invite.orgName}</span>
          </button>
        )}
        {invite.viewerCanDecline && (
          <button type="button" class="button" disabled={busy} onClick={decline}>
            Decline<span class="visually-hidden"> the invite to {invite.orgName}</span>
          </button>
        )}
      </div>
    </li>
  )
}
