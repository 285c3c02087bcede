import { useState } from 'preact/hooks'
import { AcceptInviteDocument, DeclineInviteDocument } from '../../../../operations/generated/graphql.js'
import { mutate } from '../api/mutate.js'
import { asRole, personName } from '../model/text.js'
import { announce } from '../ui/announce.js'
import { Confirm } from '../ui/Confirm.js'
import { ErrorNotice } from '../ui/notices.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import { WaitButton } from '../ui/WaitButton.js'
import { words } from '../words/words.js'
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
    <section class="inbox" aria-label={words().inbox.invites}>
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
  const [declining, setDeclining] = useState(false)
  const { common, inbox: w } = words()

  async function accept() {
    setBusy(true)
    const outcome = await mutate(AcceptInviteDocument, { invite: { orgInviteId: invite.id } }, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    announce(w.joined(invite.orgName))
    onJoined(outcome.payload.orgUser.org.id)
  }

  async function decline(): Promise<string | null> {
    const outcome = await mutate(DeclineInviteDocument, { invite: { orgInviteId: invite.id } }, token)
    if (outcome.kind !== 'done') return outcome.message
    announce(w.declined(invite.orgName))
    onAnswered()
    return null
  }

  return (
    <li>
      <div class="inbox-words">
        <p>
          {w.invited(
            invite.invitedBy ? <strong>{personName(invite.invitedBy)}</strong> : common.someone,
            <strong>{invite.orgName}</strong>,
            asRole(invite.roles),
            <RelativeTime at={invite.expiresAt} />,
          )}
        </p>
        {invite.message && <blockquote dir="auto">{invite.message}</blockquote>}
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
      </div>
      <div class="actions">
        {invite.viewerCanAccept && (
          <WaitButton type="button" class="button primary" busy={busy} onClick={accept}>
            {w.accept}
            <span class="visually-hidden"> {w.theInviteTo(invite.orgName)}</span>
          </WaitButton>
        )}
        {invite.viewerCanDecline && (
          <WaitButton type="button" class="button" busy={busy} onClick={() => setDeclining(true)}>
            {w.decline}
            <span class="visually-hidden"> {w.theInviteTo(invite.orgName)}</span>
          </WaitButton>
        )}
      </div>
      {declining && (
        <Confirm
          title={w.declineTitle(invite.orgName)}
          verb={w.decline}
          onClose={() => setDeclining(false)}
          onConfirm={decline}
        >
          <p>{w.declineBody}</p>
        </Confirm>
      )}
    </li>
  )
}
