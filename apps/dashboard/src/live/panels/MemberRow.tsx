import { useState } from 'preact/hooks'
import {
  ReinstateMemberDocument,
  RemoveMemberDocument,
  SuspendMemberDocument,
} from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { personName } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { ErrorNotice } from '../../ui/notices.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { RoleTags } from '../../ui/tags.js'
import { ChangeRoles } from '../dialogs/ChangeRoles.js'
import { HandOver } from '../dialogs/HandOver.js'
import { useOrgContext } from '../orgContext.js'
import { RowButton } from './InviteRow.js'

const origins: Record<Member['origin'], string> = {
  CREATOR: 'founded the org',
  INVITE: 'by invite',
  EMAIL_DOMAIN: 'by e-mail domain',
  DIRECT: 'added',
  INVITE_LINK: 'joined by a link',
}

export function MemberRow({ member, onChanged }: { member: Member; onChanged(): void }) {
  const { token, store } = useOrgContext()
  const [dialog, setDialog] = useState<'roles' | 'handOver' | 'suspend' | 'remove' | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const who = personName(member.user)
  const viewer = store.summary.value?.viewerOrgUser
  const isViewer = viewer?.id === member.id
  const close = () => setDialog(null)

  async function act(
    document: typeof RemoveMemberDocument | typeof SuspendMemberDocument | typeof ReinstateMemberDocument,
  ) {
    const input = { orgId: store.orgId, userId: member.user.id }
    const outcome = await mutate<object, typeof input>(document, input, token)
    if (outcome.kind !== 'done') return outcome.message
    onChanged()
    return null
  }

  return (
    <tr>
      <th scope="row" class="cell-who">
        <span class="who-line">
          {who} {isViewer && <span class="you">you</span>}{' '}
          {member.status === 'SUSPENDED' && <span class="tag tag-warn">Suspended</span>}
        </span>
        {member.user.email && <span class="sub-line">{member.user.email}</span>}
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
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
          {member.viewerCanChangeRoles && (
            <RowButton verb="Change roles" who={who} onClick={() => setDialog('roles')} />
          )}
          {viewer?.roles.includes('OWNER') && !isViewer && member.status === 'ACTIVE' && (
            <RowButton verb="Hand over" who={who} onClick={() => setDialog('handOver')} />
          )}
          {member.viewerCanSuspend && (
            <RowButton verb="Suspend" who={who} onClick={() => setDialog('suspend')} />
          )}
          {member.viewerCanRemove && member.status === 'SUSPENDED' && (
            <RowButton
              verb="Reinstate"
              who={who}
              onClick={async () => setProblem(await act(ReinstateMemberDocument))}
            />
          )}
          {member.viewerCanRemove && !isViewer && (
            <RowButton verb="Remove" who={who} onClick={() => setDialog('remove')} />
          )}
        </div>
        {dialog === 'roles' && <ChangeRoles member={member} onClose={close} onChanged={onChanged} />}
        {dialog === 'handOver' && <HandOver member={member} onClose={close} onChanged={onChanged} />}
        {dialog === 'suspend' && (
          <Confirm
            title={`Suspend ${who}?`}
            verb="Suspend"
            onClose={close}
            onConfirm={() => act(SuspendMemberDocument)}
          >
            <p>
              They are out at once, and the invites they made here that nobody answered yet are revoked. They
              keep their roles and take no seat, and you can reinstate them.
            </p>
          </Confirm>
        )}
        {dialog === 'remove' && (
          <Confirm
            title={`Remove ${who}?`}
            verb="Remove"
            onClose={close}
            onConfirm={() => act(RemoveMemberDocument)}
          >
            <p>They are out at once, and the invites they made here that nobody answered yet are revoked.</p>
          </Confirm>
        )}
      </td>
    </tr>
  )
}
