import { session } from '../api/session.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import type { InvitePreview } from './usePreview.js'

/** An invite that can no longer be answered: why, and what the visitor can do. */
export function EndedInvite({ preview }: { preview: InvitePreview }) {
  const inviter = preview.invitedByName ?? 'the person who invited you'
  const org = preview.orgName
  switch (preview.status) {
    case 'EXPIRED':
      return (
        <>
          <h1>This invite has expired</h1>
          <p class="lead">
            The invite to {org} was open until <RelativeTime at={preview.expiresAt} />.
          </p>
          <p>Ask {inviter} to send it again: you get a new link with new time.</p>
        </>
      )
    case 'REVOKED':
      return (
        <>
          <h1>This invite was taken back</h1>
          <p class="lead">The invite to {org} was revoked before it was answered.</p>
          <p>If you think that's a mistake, ask {inviter}.</p>
        </>
      )
    case 'DECLINED':
      return (
        <>
          <h1>You declined this invite</h1>
          <p class="lead">The invite to {org} was declined.</p>
          <p>Changed your mind? Ask {inviter} to invite you again.</p>
        </>
      )
    case 'ACCEPTED':
    case 'PENDING':
      return (
        <>
          <h1>This invite is already accepted</h1>
          <p class="lead">The invitee is a member of {org} now.</p>
          {session.value && (
            <a class="button primary large" href="/live">
              See your orgs
            </a>
          )}
        </>
      )
  }
}
