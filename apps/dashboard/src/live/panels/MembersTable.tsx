import { useEffect, useState } from 'preact/hooks'
import {
  ChangeRolesDocument,
  OrgMembersDocument,
  RemoveMemberDocument,
} from '../../../../../operations/generated/graphql.js'
import { execute } from '../../api/execute.js'
import { mutate } from '../../api/mutate.js'
import { byRank, personName, type Role } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { EmptyState, LoadNotice } from '../../ui/notices.js'
import { RowsSkeleton } from '../../ui/Skeleton.js'
import { words } from '../../words/words.js'
import { readAddress } from '../address.js'
import { useOrgContext } from '../orgContext.js'
import { BulkBar, PageChoiceLine } from './BulkBar.js'
import { ExportCsv } from './ExportCsv.js'
import { GradualRows } from './GradualRows.js'
import {
  AddressSearch,
  Chips,
  filterIn,
  Letters,
  ListHeader,
  NewRows,
  Pager,
  Sort,
  setFilter,
  sortIn,
} from './ListControls.js'
import { MemberRow } from './MemberRow.js'
import { PageChoice } from './RowChoice.js'
import { roleChange } from './roleChange.js'
import { useBulk } from './useBulk.js'
import { useChosenRows } from './useChosenRows.js'
import { type PageArgs, usePages } from './usePages.js'

const roles: readonly Role[] = ['OWNER', 'ADMIN', 'USER']
const statuses = ['SUSPENDED'] as const

const orders = {
  joined: { field: 'JOINED_AT', direction: 'ASC' },
  '-joined': { field: 'JOINED_AT', direction: 'DESC' },
  name: { field: 'NAME', direction: 'ASC' },
  '-name': { field: 'NAME', direction: 'DESC' },
  role: { field: 'ROLE', direction: 'ASC' },
} as const
type Order = keyof typeof orders
const orderKeys = Object.keys(orders) as Order[]

/** What the address says that the list shows. */
function listInAddress() {
  const address = readAddress()
  const search = address.get('q') ?? ''
  const chosenRoles = filterIn('role', roles)
  const chosenStatuses = filterIn('status', statuses)
  const appRoleId = address.get('app')
  const filter = {
    ...(search ? { search } : {}),
    ...(chosenRoles.length > 0 ? { roles: chosenRoles } : {}),
    ...(chosenStatuses.length > 0 ? { statuses: chosenStatuses } : {}),
    ...(appRoleId ? { appRoleId } : {}),
  }
  return { filter, appRoleId, order: sortIn(orderKeys), isFiltered: Object.keys(filter).length > 0 }
}

export function MembersTable() {
  const { token, store } = useOrgContext()
  const { filter, appRoleId, order, isFiltered } = listInAddress()
  const { members } = words()
  const key = JSON.stringify([store.orgId, filter, order])

  const read = async ({ from, ...page }: PageArgs, signal: AbortSignal) => {
    const orderBy = { ...orders[order], ...(from && orders[order].field === 'NAME' ? { from } : {}) }
    const data = await execute(
      OrgMembersDocument,
      { orgId: store.orgId, ...page, filter, orderBy },
      token,
      signal,
    )
    return data.org?.users ?? null
  }
  const pages = usePages<Member>(key, read)
  const { again } = pages
  useEffect(
    () =>
      store.onChange((event) => {
        if (event === null || event.__typename === 'OrgUserEvent') again()
      }),
    [store, again],
  )

  const rows = pages.page?.nodes ?? []
  const viewerId = store.summary.value?.viewerOrgUser?.id
  const choosable = rows.filter(
    (member) =>
      member.id !== viewerId &&
      (member.viewerCanRemove || member.viewerCanChangeRoles) &&
      !pages.isGone(member.id),
  )
  const chosen = useChosenRows(JSON.stringify([store.orgId, filter]), choosable)
  const canChoose = choosable.length > 0 || chosen.rows.size > 0

  return (
    <div class="list" aria-busy={pages.busy}>
      <ListHeader>
        <AddressSearch label={members.search} />
        <Chips
          label={words().common.roles}
          options={roles.map((role) => [role, words().roles.name[role]])}
          chosen={filterIn('role', roles)}
          onChange={(chosen) => setFilter('role', chosen)}
        />
        <Chips
          label={words().common.status}
          options={statuses.map((status) => [status, members.suspended])}
          chosen={filterIn('status', statuses)}
          onChange={(chosen) => setFilter('status', chosen)}
        />
        {store.appRoles.value.length > 0 && (
          <select
            aria-label={members.appRole}
            value={appRoleId ?? ''}
            onChange={(event) => setFilter('app', [event.currentTarget.value])}
          >
            <option value="">{members.anyAppRole}</option>
            {store.appRoles.value.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
        <Sort options={orderKeys.map((name) => [name, members.order[name]])} />
        {orders[order].field === 'NAME' && <Letters pages={pages} />}
        <ExportCsv list="members" filter={filter} total={pages.page?.totalCount ?? 0} />
      </ListHeader>
      {pages.problem && <LoadNotice text={pages.problem} />}
      {!pages.page && !pages.problem && <RowsSkeleton />}
      {pages.page && rows.length === 0 && (
        <EmptyState title={isFiltered ? members.noMatch : members.empty}>
          {isFiltered && <p>{members.noMatchBody}</p>}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <div class="rows-frame" {...pages.inUse}>
          <NewRows pages={pages} />
          {canChoose && <PageChoiceLine chosen={chosen} />}
          <table class="rows members">
            <caption class="visually-hidden">{members.caption}</caption>
            <thead>
              <tr>
                {canChoose && (
                  <th scope="col" class="cell-choice">
                    <PageChoice chosen={chosen} />
                  </th>
                )}
                <th scope="col">{members.member}</th>
                <th scope="col">{members.role}</th>
                <th scope="col">{members.since}</th>
                <th scope="col">
                  <span class="visually-hidden">{words().common.actions}</span>
                </th>
              </tr>
            </thead>
            <GradualRows
              place={pages.place}
              rows={rows.map((member) => (
                <MemberRow
                  key={member.id}
                  member={member}
                  chosen={canChoose ? chosen : null}
                  isChoosable={choosable.includes(member)}
                  isGone={pages.isGone(member.id)}
                  onChanged={again}
                  onRemoved={pages.deleted}
                />
              ))}
            />
          </table>
          <MembersBulk chosen={chosen} onChanged={again} />
        </div>
      )}
      <Pager pages={pages} />
    </div>
  )
}

/** What can be done to the chosen members at once. */
function MembersBulk({
  chosen,
  onChanged,
}: {
  chosen: ReturnType<typeof useChosenRows<Member>>
  onChanged(): void
}) {
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
