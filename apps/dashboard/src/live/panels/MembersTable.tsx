import { type MembersColumn, MembersPanel, type MembersPart } from '@guildhall/react'
import { useEffect } from 'preact/hooks'
import { OrgMembersDocument } from '../../../../../operations/generated/graphql.js'
import { execute } from '../../api/execute.js'
import { personName, type Role } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { EmptyState, LoadNotice } from '../../ui/notices.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { RowsSkeleton } from '../../ui/Skeleton.js'
import { words } from '../../words/words.js'
import { readAddress } from '../address.js'
import { useOrgContext } from '../orgContext.js'
import { PageChoiceLine } from './BulkBar.js'
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
import { MembersBulk } from './MembersBulk.js'
import { ProductRoles } from './ProductRoles.js'
import { ChoiceBox, PageChoice } from './RowChoice.js'
import { type ChosenRows, useChosenRows } from './useChosenRows.js'
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
          <MembersPanel<Member>
            orgId={store.orgId}
            members={{
              rows,
              org: store.summary.value,
              isGone: ({ id }) => pages.isGone(id),
              onChanged: again,
              onRemoved: ({ id }) => pages.deleted(id),
            }}
            columns={columnsOf(canChoose ? chosen : null, choosable)}
            classNames={classNames}
            renderRows={(drawn) => <GradualRows place={pages.place} rows={drawn} />}
            renderExtra={(member) => <ProductRoles member={member} onChanged={again} />}
            renderQuestion={({ title, notes, verb, confirm, close }) => (
              <Confirm title={title} verb={verb} onClose={close} onConfirm={confirm}>
                {notes.map((note) => (
                  <p key={note}>{note}</p>
                ))}
              </Confirm>
            )}
          />
          <MembersBulk chosen={chosen} onChanged={again} />
        </div>
      )}
      <Pager pages={pages} />
    </div>
  )
}

const classNames = {
  table: 'rows members',
  gone: 'row-gone',
  member: 'cell-who',
  name: 'who-line',
  you: 'you',
  email: 'sub-line',
  suspended: 'tag-warn',
  problem: 'notice error',
  role: 'cell-role',
  select: 'role-select',
  tags: 'tags',
  tag: 'tag',
  actions: 'cell-actions',
  buttons: 'actions',
  button: 'quiet',
  note: 'sub-line',
} satisfies Partial<Record<MembersPart, string>>

/** @param chosen null if no row of the list can be chosen */
function columnsOf(chosen: ChosenRows<Member> | null, choosable: readonly Member[]): MembersColumn<Member>[] {
  const { members } = words()
  const choice: MembersColumn<Member>[] = chosen
    ? [
        {
          key: 'choice',
          title: <PageChoice chosen={chosen} />,
          className: 'cell-choice',
          isFirst: true,
          cell: (member) =>
            choosable.includes(member) && (
              <ChoiceBox chosen={chosen} row={member} name={personName(member.user)} />
            ),
        },
      ]
    : []
  return [
    ...choice,
    {
      key: 'since',
      title: members.since,
      className: 'cell-since',
      cell: ({ joinedAt, origin }) => (
        <>
          <RelativeTime at={joinedAt} />
          <span class="sub-line">{members.origin[origin]}</span>
        </>
      ),
    },
  ]
}
