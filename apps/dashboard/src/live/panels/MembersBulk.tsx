import { useState } from 'preact/hooks'
import { ChangeRolesDocument, RemoveMemberDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { byRank, personName, type Role } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
import { BulkBar } from './BulkBar.js'
import { roleChange } from './roleChange.js'
import { useBulk } from './useBulk.js'
import type { ChosenRows } from './useChosenRows.js'

interface MembersBulkProps {
  chosen: ChosenRows<Member>
  onChanged(): void
}

/** What can be done to the chosen members at once. */
export function MembersBulk({ chosen, onChanged }: MembersBulkProps) {
  const { token, store } = useOrgContext()
  const [asks, setAsks] = useState<{ to: Role } | 'remove' | null>(null)
  const bulk = useBulk<Member>()
  const { members } = words()
  const all = [...chosen.rows.values()]
  const assignable = byRank(store.summary.value?.viewerAssignableRoles ?? [])
  const can = (name: 'viewerCanRemove' | 'viewerCanChangeRoles') => all.some((member) => member[name])

  async function run(done: (count: number) => string, act: (member: Member) => Promise<string | null>) {
    setAsks(null)
    const left = await bulk.run(all, { done, nameOf: ({ user }) => personName(user), act })
    chosen.keep(left)
    onChanged()
  }

  const remove = () =>
    run(members.removedCount, async ({ user, viewerCanRemove }) => {
      if (!viewerCanRemove) return members.cannotRemove
      const outcome = await mutate(RemoveMemberDocument, { orgId: store.orgId, userId: user.id }, token)
      return outcome.kind === 'done' ? null : outcome.message
    })

  const change = (to: Role) =>
    run(members.changedCount, async (member) => {
      if (!member.viewerCanChangeRoles) return members.cannotChange
      const input = { orgId: store.orgId, userId: member.user.id, ...roleChange(member.roles, to) }
      if (!('add' in input) && !('remove' in input)) return null
      const outcome = await mutate(ChangeRolesDocument, input, token)
      return outcome.kind === 'done' ? null : outcome.message
    })

  return (
    <>
      <BulkBar chosen={chosen} bulk={bulk}>
        {can('viewerCanChangeRoles') && (
          <select
            aria-label={members.changeRoleOfChosen}
            value=""
            onChange={(event) => {
              const to = assignable.find((role) => role === event.currentTarget.value)
              event.currentTarget.value = ''
              if (to) setAsks({ to })
            }}
          >
            <option value="">{members.changeRoleTo}</option>
            {assignable.map((role) => (
              <option key={role} value={role}>
                {words().roles.name[role]}
              </option>
            ))}
          </select>
        )}
        {can('viewerCanRemove') && (
          <button type="button" class="button" onClick={() => setAsks('remove')}>
            {members.remove}
          </button>
        )}
      </BulkBar>
      {asks === 'remove' && (
        <Confirm
          title={members.removeManyTitle(all.length)}
          verb={members.remove}
          onClose={() => setAsks(null)}
          onConfirm={async () => {
            void remove()
            return null
          }}
        >
          <p>{members.removeBody}</p>
        </Confirm>
      )}
      {asks !== null && asks !== 'remove' && (
        <Confirm
          title={members.changeManyTitle(all.length, words().roles.name[asks.to])}
          verb={members.changeRole}
          onClose={() => setAsks(null)}
          onConfirm={async () => {
            void change(asks.to)
            return null
          }}
        >
          <p>{members.roleMeans(words().roles.name[asks.to], words().roles.can[asks.to])}</p>
        </Confirm>
      )}
    </>
  )
}
