import { useState } from 'preact/hooks'
import { AcceptInviteDocument, DeclineInviteDocument } from '../../../../operations/generated/graphql.js'
import { act } from '../api/act.js'
import { personName, rolesInWords } from '../model/words.js'
import { announce } from '../ui/announce.js'
import { Refused } from '../ui/Notice.js'
import { When } from '../ui/When.js'
import type { Viewer } from './state/viewerRoom.js'

type Waiting = NonNullable<Viewer['orgInvites']>['nodes'][number]

interface InboxProps {
  viewer: Viewer
  token: string
  onJoined(orgId: string): void
  onAnswered(): void
}

/** Invites addressed to the viewer that wait for an answer. */
export function Inbox({ viewer, token, onJoined, onAnswered }: InboxProps) {
  const waiting = viewer.orgInvites?.nodes ?? []
  if (waiting.length === 0) return null
  return (
    <section class="inbox" aria-label="Invites for you">
      <ul>
        {waiting.map((invite) => (
          <WaitingInvite
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

function WaitingInvite({
  invite,
  token,
  onJoined,
  onAnswered,
}: Omit<InboxProps, 'viewer'> & { invite: Waiting }) {
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function accept() {
    setBusy(true)
    const outcome = await act(AcceptInviteDocument, { invite: { orgInviteId: invite.id } }, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.words)
    announce(`You joined ${invite.orgName}`)
    onJoined(outcome.payload.orgUser.org.id)
  }

  async function decline() {
    setBusy(true)
    const outcome = await act(DeclineInviteDocument, { invite: { orgInviteId: invite.id } }, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.words)
    announce(`You declined the invite to ${invite.orgName}`)
    onAnswered()
  }

  return (
    <li>
      <div class="inbox-words">
        <p>
          {invite.invitedBy ? <strong>{personName(invite.invitedBy)}</strong> : 'Somebody'} invites you to{' '}
          <strong>{invite.orgName}</strong> as {rolesInWords(invite.roles)}; it runs out{' '}
          <When at={invite.expiresAt} />.
        </p>
        {invite.message && <blockquote dir="auto">{invite.message}</blockquote>}
        {problem && <Refused>{problem}</Refused>}
      </div>
      <div class="actions">
        {invite.viewerCanAccept && (
          <button type="button" class="button primary" disabled={busy} onClick={accept}>
            Accept<span class="unseen"> the invite to {invite.orgName}</span>
          </button>
        )}
        {invite.viewerCanDecline && (
          <button type="button" class="button" disabled={busy} onClick={decline}>
            Decline<span class="unseen"> the invite to {invite.orgName}</span>
          </button>
        )}
      </div>
    </li>
  )
}
