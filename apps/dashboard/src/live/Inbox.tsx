import { type Invite, PendingInvites } from '@guildhall/react'
import { asRole, personName } from '../model/text.js'
import { Confirm } from '../ui/Confirm.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import { words } from '../words/words.js'
import type { Viewer } from './state/viewerStore.js'

interface InboxProps {
  viewer: Viewer
  onJoined(orgId: string): void
  onAnswered(): void
}

/** Invites addressed to the viewer that wait for an answer. */
export function Inbox({ viewer, onJoined, onAnswered }: InboxProps) {
  const { inbox: w } = words()
  return (
    <PendingInvites
      invites={viewer.orgInvites?.nodes ?? []}
      hideEmpty
      className="inbox"
      classNames={{ text: 'inbox-words', answer: 'actions', problem: 'notice error' }}
      onAccepted={onJoined}
      onDeclined={onAnswered}
      renderInvite={(invite) => <InboxInvite invite={invite} />}
      renderDecline={({ invite, decline, close }) => (
        <Confirm title={w.declineTitle(invite.orgName)} verb={w.decline} onClose={close} onConfirm={decline}>
          <p>{w.declineBody}</p>
        </Confirm>
      )}
    />
  )
}

function InboxInvite({ invite }: { invite: Invite }) {
  const { common, inbox: w } = words()
  return (
    <>
      <p>
        {w.invited(
          invite.invitedBy ? <strong>{personName(invite.invitedBy)}</strong> : common.someone,
          <strong>{invite.orgName}</strong>,
          asRole(invite.roles),
          <RelativeTime at={invite.expiresAt} />,
        )}
      </p>
      {invite.message && <blockquote dir="auto">{invite.message}</blockquote>}
    </>
  )
}
