import { useId, useState } from 'react'
import type { Member } from '../api/types.js'
import { useMembers, useOrg } from '../hooks/data.js'
import type { MembersOrder } from '../store/lists.js'
import type { Words } from '../words/en.js'
import { useLook } from '../words/look.js'
import type { MembersPart } from './MemberRow.js'
import { type GivenMembers, MembersTable, type TableSlots } from './MembersTable.js'
import { Box, Panel, type PanelProps, TextField, useAbsence } from './parts.js'

/** `Row`: the members that the app gives, which can have more fields. */
export interface MembersPanelProps<Row extends Member = Member>
  extends PanelProps<MembersPart>,
    TableSlots<Row> {
  readonly orgId: string
  /**
   * The members, if your app loads them itself: the panel is the table alone. Without them they are loaded, and stay up
   * to date, with a search and an order.
   */
  readonly members?: GivenMembers<Row>
}

/** The members of an org, with their roles. What the viewer may not change is text. */
export function MembersPanel<Row extends Member = Member>({
  orgId,
  members,
  className,
  ...slots
}: MembersPanelProps<Row>) {
  if (!members) return <OwnMembers orgId={orgId} className={className} slots={slots} />
  return (
    <Box name="members" className={className}>
      <MembersTable {...members} orgId={orgId} slots={slots} />
    </Box>
  )
}

type OrderName = keyof Words['members']['order']

const orders: Record<OrderName, MembersOrder> = {
  name: { field: 'NAME' },
  role: { field: 'ROLE' },
  newest: { field: 'JOINED_AT', direction: 'DESC' },
  oldest: { field: 'JOINED_AT' },
}
const orderNames = Object.keys(orders) as OrderName[]

interface OwnMembersProps {
  readonly orgId: string
  readonly className: string | undefined
  readonly slots: TableSlots<Member>
}

function OwnMembers({ orgId, className, slots }: OwnMembersProps) {
  const { words, controls } = useLook()
  const [search, setSearch] = useState('')
  const [order, setOrder] = useState<OrderName>('name')
  const sort = useId()
  const members = useMembers(orgId, { ...(search !== '' && { search }), orderBy: orders[order] })
  const org = useOrg(orgId).data ?? null
  const absence = useAbsence(members)
  const w = words.members
  return (
    <Panel name="members" title={w.title} className={className}>
      <div className="gh-form">
        <TextField label={w.search} type="search" value={search} onChange={setSearch} />
        <div className="gh-field gh-sort">
          <label htmlFor={sort}>{w.sort}</label>
          <controls.Select
            id={sort}
            className="gh-select"
            value={order}
            onChange={({ currentTarget }) => setOrder(currentTarget.value as OrderName)}
          >
            {orderNames.map((name) => (
              <option key={name} value={name}>
                {w.order[name]}
              </option>
            ))}
          </controls.Select>
        </div>
      </div>
      {absence}
      {members.data && (
        <>
          <p className="gh-note">
            {members.data.totalCount === 0 ? w.none : w.count(members.data.totalCount)}
          </p>
          <MembersTable orgId={orgId} rows={members.data.rows} org={org} slots={slots} />
          {members.data.hasMore && (
            <controls.Button className="gh-button" onClick={members.loadMore}>
              {words.more}
            </controls.Button>
          )}
        </>
      )}
    </Panel>
  )
}
