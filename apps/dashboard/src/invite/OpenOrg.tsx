import { words } from '../words/words.js'

interface OpenOrgProps {
  orgId: string
  orgName: string
}

/** Leads a member to their org. */
export function OpenOrg({ orgId, orgName }: OpenOrgProps) {
  return (
    <a class="button primary large" href={`/live?${new URLSearchParams({ org: orgId })}`}>
      {words().invitePage.open(orgName)}
    </a>
  )
}
