import { useState } from 'preact/hooks'
import {
  ChangeRolesDocument,
  ReinstateMemberDocument,
  RemoveMemberDocument,
  SuspendMemberDocument,
} from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { byRank, personName, type Role } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { ErrorNotice } from '../../ui/notices.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { RoleTags } from '../../ui/tags.js'
import { words } from '../../words/words.js'
import { ChangeRoles } from '../dialogs/ChangeRoles.js'
import { useOrgContext } from '../orgContext.js'
import { RowButton } from './InviteRow.js'
import { RowChoice } from './RowChoice.js'
import { roleChange } from './roleChange.js'
import type { ChosenRows } from './useChosenRows.js'

interface MemberRowProps {
  member: Member
  /** Null if no row of the list can be chosen. */
  chosen: ChosenRows<Member> | null
  isChoosable: boolean
  /** Whether they are no longer in the list. The row stays until the user looks away. */
  isGone: boolean
  onChanged(): void
  onRemoved(id: string): void
}

export function MemberRow({ member, chosen, isChoosable, isGone, onChanged, onRemoved }: MemberRowProps) {
  const { token, store } = useOrgContext()
  const [dialog, setDialog] = useState<'roles' | 'suspend' | 'remove' | { to: Role } | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const { members } = words()
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
    if (document === RemoveMemberDocument) onRemoved(member.id)
    else onChanged()
    return null
  }

  async function changeTo(role: Role) {
    const input = { orgId: store.orgId, userId: member.user.id, ...roleChange(member.roles, role) }
    const outcome = await mutate(ChangeRolesDocument, input, token)
    if (outcome.kind !== 'done') return outcome.message
    onChanged()
    return null
  }

  return (
    <tr class={isGone ? 'row-gone' : undefined} data-chosen={chosen?.rows.has(member.id) || undefined}>
      {chosen &&
        (isChoosable ? <RowChoice chosen={chosen} row={member} name={who} /> : <td class="cell-choice" />)}
      <th scope="row" class="cell-who">
        <span class="who-line">
          {who} {isViewer && <span class="you">{members.you}</span>}{' '}
          {member.status === 'SUSPENDED' && <span class="tag tag-warn">{members.suspended}</span>}
        </span>
        {member.user.email && member.user.name && <span class="sub-line">{member.user.email}</span>}
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
      </th>
      <td class="cell-role">
        {member.viewerCanChangeRoles && !isGone ? (
          <RoleSelect
            member={member}
            who={who}
            onChoose={async (role) => {
              setProblem(null)
              // What takes or gives everything is asked about first.
              if (role === 'OWNER' || isViewer) setDialog({ to: role })
              else setProblem(await changeTo(role))
            }}
          />
        ) : (
          <RoleTags roles={member.roles} />
        )}
        {member.appRoles.length > 0 && <RoleTags roles={[]} appRoles={member.appRoles} />}
      </td>
      <td class="cell-since">
        <RelativeTime at={member.joinedAt} />
        <span class="sub-line">{members.origin[member.origin]}</span>
      </td>
      <td class="cell-actions">
        {isGone ? (
          <span class="sub-line">{members.gone}</span>
        ) : (
          <div class="actions">
            {member.viewerCanChangeRoles && store.appRoles.value.length > 0 && (
              <RowButton verb={members.appRoles} who={who} onClick={() => setDialog('roles')} />
            )}
            {member.viewerCanSuspend && !isViewer && (
              <RowButton verb={members.suspend} who={who} onClick={() => setDialog('suspend')} />
            )}
            {member.viewerCanRemove && member.status === 'SUSPENDED' && (
              <RowButton
                verb={members.reinstate}
                who={who}
                onClick={async () => setProblem(await act(ReinstateMemberDocument))}
              />
            )}
            {member.viewerCanRemove && !isViewer && (
              <RowButton verb={members.remove} who={who} onClick={() => setDialog('remove')} />
            )}
          </div>
        )}
        {dialog === 'roles' && <ChangeRoles member={member} onClose={close} onChanged={onChanged} />}
        {dialog === 'suspend' && (
          <Confirm
            title={members.suspendTitle(who)}
            verb={members.suspend}
            onClose={close}
            onConfirm={() => act(SuspendMemberDocument)}
          >
            <p>{members.suspendBody}</p>
          </Confirm>
        )}
        {dialog === 'remove' && (
          <Confirm
            title={members.removeTitle(who)}
            verb={members.remove}
            onClose={close}
            onConfirm={() => act(RemoveMemberDocument)}
          >
            <p>{members.removeBody}</p>
          </Confirm>
        )}
        {typeof dialog === 'object' && dialog !== null && (
          <Confirm
            title={
              isViewer
                ? members.ownRoleTitle(words().roles.name[dialog.to])
                : members.roleTitle(who, words().roles.as[dialog.to])
            }
            verb={members.changeRole}
            onClose={close}
            onConfirm={() => changeTo(dialog.to)}
          >
            <p>{members.roleMeans(words().roles.name[dialog.to], words().roles.can[dialog.to])}</p>
            {isViewer && <p>{members.ownRoleBody}</p>}
          </Confirm>
        )}
      </td>
    </tr>
  )
}

interface RoleSelectProps {
  member: Member
  who: string
  onChoose(role: Role): Promise<void>
}

/** The member's highest role: whoever holds a higher one gains nothing by a lower one. */
function RoleSelect({ member, who, onChoose }: RoleSelectProps) {
  const { store } = useOrgContext()
  const [busy, setBusy] = useState(false)
  const held = byRank(member.roles)[0]
  const offered = byRank([...(store.summary.value?.viewerAssignableRoles ?? []), ...(held ? [held] : [])])
  return (
    <select
      class="role-select"
      aria-label={words().members.roleOf(who)}
      aria-busy={busy}
      value={held}
      onChange={async (event) => {
        const select = event.currentTarget
        const role = offered.find((option) => option === select.value)
        // The row shows what is, until the server has said yes.
        select.value = held ?? ''
        if (!role || role === held || busy) return
        setBusy(true)
        await onChoose(role)
        setBusy(false)
      }}
    >
      {offered.map((role) => (
        <option key={role} value={role}>
          {words().roles.name[role]}
        </option>
      ))}
    </select>
  )
}
