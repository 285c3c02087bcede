import { OpenOrg } from '../invite/OpenOrg.js'
import { asRole, type Role } from '../model/text.js'
import { words } from '../words/words.js'

interface YouAreInProps {
  orgId: string
  orgName: string
  roles: readonly Role[]
}

/** Welcomes a new member, and leads them to the org. */
export function YouAreIn({ orgId, orgName, roles }: YouAreInProps) {
  const { invitePage } = words()
  return (
    <div role="status">
      <h1>{invitePage.joined(orgName)}</h1>
      <p class="lead">{invitePage.joinedAs(orgName, asRole(roles))}</p>
      <OpenOrg orgId={orgId} orgName={orgName} />
    </div>
  )
}
