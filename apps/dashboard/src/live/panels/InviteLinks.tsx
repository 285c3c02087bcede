import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import {
  type InviteLinkRowFragment,
  OrgInviteLinksDocument,
  RevokeInviteLinkDocument,
} from '../../../../../operations/generated/graphql.js'
import { execute } from '../../api/execute.js'
import { mutate } from '../../api/mutate.js'
import { domainText } from '../../model/domainName.js'
import { formatRoles, personName } from '../../model/text.js'
import type { OrgEvent } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { EmptyState } from '../../ui/notices.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { allWords } from '../../words/allWords.js'
import { list } from '../../words/format.js'
import { NewInviteLink } from '../dialogs/NewInviteLink.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { CardList, useCards } from './CardList.js'
import { Ended } from './Ended.js'
import { RowButton } from './InviteRow.js'

/** All active links and the newest others fit into this many. */
const SHOWN = 50

const readLinks = async (orgId: string, token: string) => {
  const { org } = await execute(OrgInviteLinksDocument, { orgId, first: SHOWN }, token)
  return org?.inviteLinks?.nodes ?? []
}

/** Who joins may have used a link, and who leaves may have made one. */
const mayChangeLinks = (event: OrgEvent) => event.__typename !== 'OrgInviteEvent'

/** The org's invite links, newest first. */
export function InviteLinks() {
  const can = usePermissions()
  const cards = useCards(readLinks, mayChangeLinks)
  const [making, setMaking] = useState(false)
  const w = allWords()
  const links = cards.rows ?? []
  const ended = links.filter(({ status }) => status !== 'ACTIVE')
  const card = (link: InviteLinkRowFragment) => <LinkCard key={link.id} link={link} onRevoked={cards.again} />

  return (
    <>
      <CardList
        cards={{ ...cards, rows: cards.rows && links.filter(({ status }) => status === 'ACTIVE') }}
        empty={<EmptyState title={ended.length > 0 ? w.orgSettings.noActiveLinks : w.inviteLinks.empty} />}
        foot={
          <>
            {can('INVITE_CREATE') && (
              <div class="list-foot">
                <button type="button" class="button" onClick={() => setMaking(true)}>
                  {w.inviteLinks.new}
                </button>
              </div>
            )}
            <Ended summary={w.orgSettings.endedLinks(ended.length)}>{ended.map(card)}</Ended>
          </>
        }
      >
        {card}
      </CardList>
      {making && <NewInviteLink onMade={cards.again} onClose={() => setMaking(false)} />}
    </>
  )
}

function LinkCard({ link, onRevoked }: { link: InviteLinkRowFragment; onRevoked(): void }) {
  const { token } = useOrgContext()
  const [asking, setAsking] = useState(false)
  const granted = list([formatRoles(link.roles), ...link.appRoles.map(({ name }) => name)])
  const w = allWords()

  async function revoke() {
    const outcome = await mutate(RevokeInviteLinkDocument, { orgInviteLinkId: link.id }, token)
    if (outcome.kind !== 'done') return outcome.message
    onRevoked()
    return null
  }

  return (
    <li class={link.status === 'ACTIVE' ? 'card' : 'card card-ended'}>
      <div class="card-words">
        <p class="who-line">{w.inviteLinks.grants(granted)}</p>
        <p class="sub-line">
          {link.createdBy && <span>{w.common.by(personName(link.createdBy))}</span>}
          <RelativeTime at={link.createdAt} />
          <span>{ending(link)}</span>
        </p>
        <p class="sub-line">
          <span>
            {link.maxUses === null
              ? w.inviteLinks.joined(link.uses)
              : w.inviteLinks.joinedOf(link.uses, link.maxUses)}
          </span>
          {link.emailDomains.length > 0 && (
            <span>{w.inviteLinks.onlyDomains(link.emailDomains.map((domain) => domainText(domain)))}</span>
          )}
        </p>
      </div>
      {link.viewerCanRevoke && (
        <div class="actions">
          <RowButton
            verb={w.common.revoke}
            who={w.inviteLinks.revokeOf(granted)}
            onClick={() => setAsking(true)}
          />
        </div>
      )}
      {asking && (
        <Confirm
          title={w.inviteLinks.revokeTitle}
          verb={w.common.revoke}
          onClose={() => setAsking(false)}
          onConfirm={revoke}
        >
          <p>{w.inviteLinks.revokeBody}</p>
        </Confirm>
      )}
    </li>
  )
}

function ending({ status, expiresAt, revokedAt }: InviteLinkRowFragment): ComponentChildren {
  const w = allWords().inviteLinks
  switch (status) {
    case 'ACTIVE':
      return w.expires<ComponentChildren>(<RelativeTime at={expiresAt} />)
    case 'EXPIRED':
      return w.expired<ComponentChildren>(<RelativeTime at={expiresAt} />)
    case 'REVOKED':
      return revokedAt ? w.revoked<ComponentChildren>(<RelativeTime at={revokedAt} />) : w.status.REVOKED
    case 'USED_UP':
      return w.status.USED_UP
  }
}
