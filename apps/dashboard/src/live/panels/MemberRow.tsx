import { useState } from 'preact/hooks'
import { RemoveMemberDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { personName } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { RoleTags } from '../../ui/tags.js'
import { ChangeRoles } from '../dialogs/ChangeRoles.js'
import { HandOver } from '../dialogs/HandOver.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { RowButton } from './InviteRow.js'

const origins: Record<Member['origin'], string> = {
  CREATOR: 'founded the org',
  INVITE: 'by invite',
  EMAIL_DOMAIN: 'by e-mail domain',
  DIRECT: 'added',
}

export function MemberRow({ member, onChanged }: { member: Member; onChanged(): void }) {
  const { token, store } = useOrgContext()
  const can = usePermissions()
  const [dialog, setDialog] = useState<'roles' | 'handOver' | 'remove' | null>(null)
  const who = personName(member.user)
  const viewer = store.summary.value?.viewerOrgUser
  const isViewer = viewer?.id === member.id
  const close = () => setDialog(null)

  async function remove() {
    const outcome = await mutate(RemoveMemberDocument, { orgId: store.orgId, userId: member.user.id }, token)
    if (outcome.kind !== 'done') return outcome.message
    onChanged()
    return null
  }

  return (
    <tr>
      <th scope="row" class="cell-who">
        <span class="who-line">
          {who} {isViewer && <span class="you">you</span>}
        </span>
        {member.user.email && <span class="sub-line">{member.user.email}</span>}
      </th>
      <td>
        <RoleTags roles={member.roles} appRoles={member.appRoles} />
      </td>
      <td class="cell-since">
        <RelativeTime at={member.joinedAt} />
        <span class="sub-line">{origins[member.origin]}</span>
      </td>
      <td class="cell-actions">
        <div class="actions">
          {can('MEMBER_UPDATE_ROLES') && (
            <RowButton verb="Change roles" who={who} onClick={() => setDialog('roles')} />
          )}
          {viewer?.roles.includes('OWNER') && !isViewer && (
            <RowButton verb="Hand over" who={who} onClick={() => setDialog('handOver')} />
          )}
          {can('MEMBER_REMOVE') && !isViewer && (
            <RowButton verb="Remove" who={who} onClick={() => setDialog('remove')} />
          )}
        </div>
        {dialog === 'roles' && <ChangeRoles member={member} onClose={close} onChanged={onChanged} />}
        {dialog === 'handOver' && <HandOver member={member} onClose={close} onChanged={onChanged} />}
        {dialog === 'remove' && (
          <Confirm title={`Remove ${who}?`} verb="Remove" onClose={close} onConfirm={remove}>
            <p>They are out at once, and the invites they made here that nobody answered yet are revoked.</p>
          </Confirm>
        )}
      </td>
    </tr>
  )
}
