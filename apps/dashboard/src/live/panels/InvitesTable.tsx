import { useEffect, useState } from 'preact/hooks'
import { OrgInvitesDocument } from '../../../../../operations/generated/graphql.js'
import { execute } from '../../api/execute.js'
import { type Status, statusNames } from '../../model/text.js'
import type { Invite } from '../../model/types.js'
import { EmptyState, ErrorNotice } from '../../ui/notices.js'
import { InviteDialog } from '../dialogs/Invite.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { InviteRow } from './InviteRow.js'
import { Chips, ListHeader, Pager, Search } from './ListControls.js'
import { usePages } from './usePages.js'

const SIZE = 12
const statuses = Object.entries(statusNames) as Array<[Status, string]>

export function InvitesTable() {
  const { token, store } = useOrgContext()
  const can = usePermissions()
  const [inviting, setInviting] = useState(false)
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<Status[]>([])
  const filtered = search !== '' || chosen.length > 0

  const pages = usePages<Invite>(JSON.stringify([store.orgId, search, chosen]), async (after, signal) => {
    const asOf = store.position()
    const filter = { ...(search ? { search } : {}), ...(chosen.length > 0 ? { statuses: chosen } : {}) }
    const data = await execute(
      OrgInvitesDocument,
      { orgId: store.orgId, first: SIZE, after, filter },
      token,
      signal,
    )
    store.cacheInvites(data.org?.invites?.nodes ?? [], asOf)
    return data.org?.invites ?? null
  })

  const { again } = pages
  useEffect(
    () =>
      store.onChange((event) => {
        // An event updates the rows that are shown. Which rows belong to the page, only the server knows.
        if (event === null) again()
        else if (event.__typename !== 'OrgInviteEvent') return
        else if (filtered || event.inviteEventType === 'CREATED' || event.inviteEventType === 'DELETED')
          again()
      }),
    [store, filtered, again],
  )

  const inviteCache = store.inviteCache.value
  const rows = pages.page?.nodes.map((invite) => inviteCache.get(invite.id)?.invite ?? invite) ?? []

  return (
    <div class="list" aria-busy={pages.busy}>
      <ListHeader>
        <Search label="Search by address" onSearch={setSearch} />
        <Chips label="Status" options={statuses} chosen={chosen} onChange={setChosen} />
      </ListHeader>
      {pages.problem && <ErrorNotice>{pages.problem}</ErrorNotice>}
      {rows.length === 0 && !pages.busy ? (
        <EmptyState title={filtered ? 'No invite fits' : 'Nobody was invited yet'}>
          <p>
            {filtered
              ? 'Try fewer filters, or a shorter part of the address.'
              : 'Who is invited shows up here, with what became of it.'}
          </p>
          {!filtered && can('INVITE_CREATE') && (
            <button type="button" class="button" onClick={() => setInviting(true)}>
              Invite the first
            </button>
          )}
        </EmptyState>
      ) : (
        <table class="rows invites">
          <caption class="visually-hidden">Invites, newest first</caption>
          <thead>
            <tr>
              <th scope="col">For</th>
              <th scope="col">Status</th>
              <th scope="col">E-mail</th>
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((invite) => (
              <InviteRow key={invite.id} invite={invite} onErased={pages.again} />
            ))}
          </tbody>
        </table>
      )}
      <Pager pages={pages} size={SIZE} />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </div>
  )
}
