import type { ReactNode } from 'react'
import type { InvitePreview, Viewer } from '../../api/types.js'
import { useOrgSearch } from '../../hooks/data.js'
import { useLook } from '../../words/look.js'
import { AskForNewLink } from './AskForNewLink.js'
import { fits } from './inviteAddress.js'
import { Title } from './Title.js'

/** An org that an invite led to. */
export interface JoinedOrg {
  /** Null: somebody accepted the invite, but the viewer is not known to be a member. */
  readonly orgId: string | null
  readonly orgName: string
}

interface EndedInviteProps {
  readonly token: string
  readonly invite: InvitePreview
  readonly status: Exclude<InvitePreview['status'], 'PENDING'>
  readonly viewer: Viewer | null
  readonly titleClassName: string | undefined
  onStale(): void
  readonly renderAccepted: ((org: JoinedOrg) => ReactNode) | undefined
}

/** An invite that can no longer be answered: why, and what the visitor can do. */
export function EndedInvite(props: EndedInviteProps) {
  const { token, invite, status, viewer, titleClassName, onStale, renderAccepted } = props
  const { words, controls } = useLook()
  const joined = useJoinedOrg(invite, viewer)
  const w = words.page
  const { title, body, next } = w.ended[status]
  if (joined !== null)
    return (
      <>
        <Title className={titleClassName}>{w.alreadyIn(invite.orgName)}</Title>
        <p className="gh-lead">{w.alreadyInBody}</p>
        {renderAccepted?.({ orgId: joined, orgName: invite.orgName })}
      </>
    )
  const then = next(invite.invitedByName ?? w.theInviter)
  return (
    <>
      <Title className={titleClassName}>{title}</Title>
      <p className="gh-lead">{body(invite.orgName, <controls.Time key="when" at={invite.expiresAt} />)}</p>
      {then !== '' && <p>{then}</p>}
      {status === 'EXPIRED' && (
        <AskForNewLink token={token} requestedAt={invite.renewalRequestedAt} onRefused={onStale} />
      )}
      {status === 'ACCEPTED' && renderAccepted?.({ orgId: null, orgName: invite.orgName })}
    </>
  )
}

/**
 * The id of the viewer's own org that the invite led to: they accepted it. Null if they did not, or if that is not known
 * yet. Names of orgs are unique.
 */
function useJoinedOrg(invite: InvitePreview, viewer: Viewer | null): string | null {
  const isPossible = invite.status === 'ACCEPTED' && viewer !== null && fits(invite, viewer) === 'maybe'
  const { orgs } = useOrgSearch(isPossible ? invite.orgName : '')
  return orgs?.find(({ name }) => name === invite.orgName)?.id ?? null
}
