import { useEffect, useState } from 'preact/hooks'
import { OrgInvitesDocument } from '../../../../../operations/generated/graphql.js'
import { execute } from '../../api/execute.js'
import type { Invite } from '../../model/types.js'
import { type Status, statusNames } from '../../model/words.js'
import { Empty, Refused } from '../../ui/Notice.js'
import { InviteDialog } from '../dialogs/Invite.js'
import { useMay, usePlace } from '../room.js'
import { InviteRow } from './InviteRow.js'
import { Chips, ListHead, Pager, Search } from './ListTools.js'
import { usePages } from './usePages.js'

const SIZE = 12
const statuses = Object.entries(statusNames) as Array<[Status, string]>

export function InvitesTable() {
  const { token, room } = usePlace()
  const may = useMay()
  const [inviting, setInviting] = useState(false)
  const [search, setSearch] = useState('')
  const [chosen, setChosen] = useState<Status[]>([])
  const filtered = search !== '' || chosen.length > 0

  const pages = usePages<Invite>(JSON.stringify([room.orgId, search, chosen]), async (after, signal) => {
    const asOf = room.position()
    const filter = { ...(search ? { search } : {}), ...(chosen.length > 0 ? { statuses: chosen } : {}) }
    const data = await execute(
      OrgInvitesDocument,
      { orgId: room.orgId, first: SIZE, after, filter },
      token,
      signal,
    )
    room.learn(data.org?.invites?.nodes ?? [], asOf)
    return data.org?.invites ?? null
  })

  const { again } = pages
  useEffect(
    () =>
      room.onChange((event) => {
        // What a row shows comes with the event; which rows there are must be asked.
        if (event === null) again()
        else if (event.__typename !== 'OrgInviteEvent') return
        else if (filtered || event.inviteEventType === 'CREATED' || event.inviteEventType === 'DELETED')
          again()
      }),
    [room, filtered, again],
  )

  const book = room.book.value
  const rows = pages.page?.nodes.map((invite) => book.get(invite.id)?.invite ?? invite) ?? []

  return (
    <div class="list" aria-busy={pages.busy}>
      <ListHead>
        <Search label="Search by address" onSearch={setSearch} />
        <Chips label="Status" options={statuses} chosen={chosen} onChange={setChosen} />
      </ListHead>
      {pages.problem && <Refused>{pages.problem}</Refused>}
      {rows.length === 0 && !pages.busy ? (
        <Empty title={filtered ? 'No invite fits' : 'Nobody was invited yet'}>
          <p>
            {filtered
              ? 'Try fewer filters, or a shorter part of the address.'
              : 'Who is invited shows up here, with what became of it.'}
          </p>
          {!filtered && may('INVITE_CREATE') && (
            <button type="button" class="button" onClick={() => setInviting(true)}>
              Invite the first
            </button>
          )}
        </Empty>
      ) : (
        <table class="rows invites">
          <caption class="unseen">Invites, newest first</caption>
          <thead>
            <tr>
              <th scope="col">For</th>
              <th scope="col">Status</th>
              <th scope="col">E-mail</th>
              <th scope="col">
                <span class="unseen">Actions</span>
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
