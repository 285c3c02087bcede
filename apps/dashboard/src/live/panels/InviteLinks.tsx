import { useCallback, useEffect, useState } from 'preact/hooks'
import {
  type InviteLinkRowFragment,
  OrgInviteLinksDocument,
  RevokeInviteLinkDocument,
} from '../../../../../operations/generated/graphql.js'
import { errorMessage } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import { mutate } from '../../api/mutate.js'
import { formatRoles, personName } from '../../model/text.js'
import { Confirm } from '../../ui/Confirm.js'
import { EmptyState, ErrorNotice } from '../../ui/notices.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { NewInviteLink } from '../dialogs/NewInviteLink.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { RowButton } from './InviteRow.js'

/** All active links and the newest others fit into this many. */
const SHOWN = 50

/** The org's invite links, newest first. */
export function InviteLinks() {
  const { token, store } = useOrgContext()
  const can = usePermissions()
  const [links, setLinks] = useState<readonly InviteLinkRowFragment[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [making, setMaking] = useState(false)

  const read = useCallback(async () => {
    try {
      const { org } = await execute(OrgInviteLinksDocument, { orgId: store.orgId, first: SHOWN }, token)
      setLinks(org?.inviteLinks?.nodes ?? [])
      setProblem(null)
    } catch (error) {
      setProblem(errorMessage(error))
    }
  }, [store, token])

  useEffect(() => {
    void read()
    // Who joins may have used a link, and who leaves may have made one.
    return store.onChange((event) => {
      if (event === null || event.__typename !== 'OrgInviteEvent') void read()
    })
  }, [read, store])

  return (
    <div class="list">
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      {links?.length === 0 && (
        <EmptyState title="No invite link yet">
          <p>Whoever has a link can join by it, until it runs out, is used up or is revoked.</p>
        </EmptyState>
      )}
      {links && links.length > 0 && (
        <ul class="cards">
          {links.map((link) => (
            <LinkCard key={link.id} link={link} onRevoked={read} />
          ))}
        </ul>
      )}
      {/* Not before the list: it would move away under the pointer. */}
      {(links || problem) && can('INVITE_CREATE') && (
        <div class="list-foot">
          <button type="button" class="button" onClick={() => setMaking(true)}>
            New invite link
          </button>
        </div>
      )}
      {making && <NewInviteLink onMade={read} onClose={() => setMaking(false)} />}
    </div>
  )
}

function LinkCard({ link, onRevoked }: { link: InviteLinkRowFragment; onRevoked(): void }) {
  const { token } = useOrgContext()
  const [asking, setAsking] = useState(false)
  const granted = [formatRoles(link.roles), ...link.appRoles.map(({ name }) => name)].join(', ')
  const maker = link.createdBy ? personName(link.createdBy) : null

  async function revoke() {
    const outcome = await mutate(RevokeInviteLinkDocument, { orgInviteLinkId: link.id }, token)
    if (outcome.kind !== 'done') return outcome.message
    onRevoked()
    return null
  }

  return (
    <li class={link.status === 'ACTIVE' ? 'card' : 'card card-ended'}>
      <div class="card-words">
        <p class="who-line">To join as {granted}</p>
        <p class="sub-line">
          <span>
            {maker ? `by ${maker}, ` : ''}
            <RelativeTime at={link.createdAt} />, {ending(link)}
          </span>
        </p>
        <p class="sub-line">
          <span>
            {link.maxUses === null ? `${link.uses} joined` : `${link.uses} of ${link.maxUses} joined`}
            {link.emailDomains.length > 0 && `, only addresses at ${link.emailDomains.join(', ')}`}
          </span>
        </p>
      </div>
      {link.viewerCanRevoke && (
        <div class="actions">
          <RowButton verb="Revoke" who={`the link to join as ${granted}`} onClick={() => setAsking(true)} />
        </div>
      )}
      {asking && (
        <Confirm title="Revoke this link?" verb="Revoke" onClose={() => setAsking(false)} onConfirm={revoke}>
          <p>Nobody can join by it any more. Those who have joined stay.</p>
        </Confirm>
      )}
    </li>
  )
}

function ending({ status, expiresAt, revokedAt }: InviteLinkRowFragment) {
  switch (status) {
    case 'ACTIVE':
      return (
        <>
          runs out <RelativeTime at={expiresAt} />
        </>
      )
    case 'EXPIRED':
      return (
        <>
          ran out <RelativeTime at={expiresAt} />
        </>
      )
    case 'REVOKED':
      return <>revoked {revokedAt && <RelativeTime at={revokedAt} />}</>
    case 'USED_UP':
      return 'used up'
  }
}
