import { byRank, formatRoles, isLong, type Role } from '../model/text.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import { words } from '../words/words.js'

interface LinkDetailsProps {
  inviterName: string | null
  orgName: string
  roles: readonly Role[]
  /** Whom it is for, in words. */
  audience: string
  expiresAt: string
}

/** Who invites to what, as the heading of the page. */
export function LinkDetails({ inviterName, orgName, roles, audience, expiresAt }: LinkDetailsProps) {
  const { invitePage, roles: roleWords } = words()
  const [highest] = byRank(roles)
  return (
    <>
      <p class="invite-from">
        {inviterName ? invitePage.invitesYou(<strong>{inviterName}</strong>) : invitePage.youAreInvited}
      </p>
      <h1 class={isLong(orgName) ? 'long' : ''}>{orgName}</h1>
      <dl class="invite-details">
        <div>
          <dt>{invitePage.role}</dt>
          <dd>
            {formatRoles(roles)}
            {highest && <span class="invite-role-can">{roleWords.can[highest]}</span>}
          </dd>
        </div>
        <div>
          <dt>{invitePage.for}</dt>
          <dd>{audience}</dd>
        </div>
        <div>
          <dt>{invitePage.expires}</dt>
          <dd>
            <RelativeTime at={expiresAt} />
          </dd>
        </div>
      </dl>
    </>
  )
}
