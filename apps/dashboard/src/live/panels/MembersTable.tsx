import { useEffect, useState } from 'preact/hooks'
import { OrgMembersDocument } from '../../../../../operations/generated/graphql.js'
import { execute } from '../../api/execute.js'
import { type Role, roleNames } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { EmptyState, ErrorNotice } from '../../ui/notices.js'
import { useOrgContext } from '../orgContext.js'
import { Chips, ListHeader, Pager, Search } from './ListControls.js'
import { MemberRow } from './MemberRow.js'
import { usePages } from './usePages.js'

const SIZE = 12
const roles = Object.entries(roleNames) as Array<[Role, string]>
const statuses = [['SUSPENDED', 'Suspended']] as const

interface MembersTableProps {
  /** Shows only members who have this app role. Null shows all. */
  appRoleId: string | null
  onAppRole(id: string | null): void
}

export function MembersTable({ appRoleId, onAppRole }: MembersTableProps) {
  const { token, store } = useOrgContext()
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<Role[]>([])
  const [status, setStatus] = useState<Array<'SUSPENDED'>>([])
  const filtered = search !== '' || chosen.length > 0 || status.length > 0 || appRoleId !== null

  const pages = usePages<Member>(
    JSON.stringify([store.orgId, search, chosen, status, appRoleId]),
    async (after, signal) => {
      const filter = {
        ...(search ? { search } : {}),
        ...(chosen.length > 0 ? { roles: chosen } : {}),
        ...(status.length > 0 ? { statuses: status } : {}),
        ...(appRoleId ? { appRoleId } : {}),
      }
      const data = await execute(
        OrgMembersDocument,
        { orgId: store.orgId, first: SIZE, after, filter },
        token,
        signal,
      )
      return data.org?.users ?? null
    },
  )

  const { again } = pages
  useEffect(
    () =>
      store.onChange((event) => {
        if (event === null || event.__typename === 'OrgUserEvent') again()
      }),
    [store, again],
  )

  const rows = pages.page?.nodes ?? []
  return (
    <div class="list" aria-busy={pages.busy}>
      <ListHeader>
        <Search label="Search by name or address" onSearch={setSearch} />
        <Chips label="Roles" options={roles} chosen={chosen} onChange={setChosen} />
        <Chips label="Status" options={statuses} chosen={status} onChange={setStatus} />
        {store.appRoles.value.length > 0 && (
          <select
            aria-label="Role in the product"
            value={appRoleId ?? ''}
            onChange={(event) => onAppRole(event.currentTarget.value || null)}
          >
            <option value="">Any role in the product</option>
            {store.appRoles.value.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </ListHeader>
      {pages.problem && <ErrorNotice>{pages.problem}</ErrorNotice>}
      {rows.length === 0 && !pages.busy ? (
        <EmptyState title={filtered ? 'No member fits' : 'Nobody is in'}>
          {filtered && <p>Try fewer filters, or a shorter part of the name.</p>}
        </EmptyState>
      ) : (
        <table class="rows members">
          <caption class="visually-hidden">Members, oldest first</caption>
          <thead>
            <tr>
              <th scope="col">Member</th>
              <th scope="col">Roles</th>
              <th scope="col">Since</th>
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((member) => (
              <MemberRow key={member.id} member={member} onChanged={again} />
            ))}
          </tbody>
        </table>
      )}
      <Pager pages={pages} size={SIZE} />
    </div>
  )
}
