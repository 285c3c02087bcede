import { useEffect, useState } from 'preact/hooks'
import {
  OrgInvitesDocument,
  ResendInviteDocument,
  RevokeInviteDocument,
} from '../../../../../operations/generated/graphql.js'
import { execute } from '../../api/execute.js'
import { mutate } from '../../api/mutate.js'
import { inviteeName, type Status } from '../../model/text.js'
import type { Invite } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { EmptyState, LoadNotice } from '../../ui/notices.js'
import { RowsSkeleton } from '../../ui/Skeleton.js'
import { words } from '../../words/words.js'
import { readAddress } from '../address.js'
import { InviteDialog } from '../dialogs/Invite.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { BulkBar, PageChoiceLine } from './BulkBar.js'
import { ExportCsv } from './ExportCsv.js'
import { GradualRows } from './GradualRows.js'
import { InviteRow } from './InviteRow.js'
import {
  AddressSearch,
  Chips,
  filterIn,
  ListHeader,
  NewRows,
  Pager,
  Sort,
  setFilter,
  sortIn,
} from './ListControls.js'
import { PageChoice } from './RowChoice.js'
import { useBulk } from './useBulk.js'
import { useChosenRows } from './useChosenRows.js'
import { type PageArgs, usePages } from './usePages.js'

const statuses: readonly Status[] = ['PENDING', 'ACCEPTED', 'DECLINED', 'REVOKED', 'EXPIRED']

const orders = {
  '-created': { field: 'CREATED_AT', direction: 'DESC' },
  created: { field: 'CREATED_AT', direction: 'ASC' },
  expires: { field: 'EXPIRES_AT', direction: 'ASC' },
  '-expires': { field: 'EXPIRES_AT', direction: 'DESC' },
  status: { field: 'STATUS', direction: 'ASC' },
} as const
type Order = keyof typeof orders
const orderKeys = Object.keys(orders) as Order[]

export function InvitesTable() {
  const { token, store } = useOrgContext()
  const can = usePermissions()
  const [inviting, setInviting] = useState(false)
  const search = readAddress().get('q') ?? ''
  const chosenStatuses = filterIn('status', statuses)
  const filter = {
    ...(search ? { search } : {}),
    ...(chosenStatuses.length > 0 ? { statuses: chosenStatuses } : {}),
  }
  const order = sortIn(orderKeys)
  const isFiltered = Object.keys(filter).length > 0
  const { invites } = words()
  const key = JSON.stringify([store.orgId, filter, order])

  const pages = usePages<Invite>(key, async ({ from: _, ...page }: PageArgs, signal) => {
    const asOf = store.position()
    const variables = { orgId: store.orgId, ...page, filter, orderBy: orders[order] }
    const data = await execute(OrgInvitesDocument, variables, token, signal)
    store.cacheInvites(data.org?.invites?.nodes ?? [], asOf)
    return data.org?.invites ?? null
  })

  const { again } = pages
  const dependsOnStatus = chosenStatuses.length > 0 || order === 'status'
  useEffect(
    () =>
      store.onChange((event) => {
        // An event updates the rows that are shown. Which rows belong to the page, only the server knows.
        if (event === null) again()
        else if (event.__typename !== 'OrgInviteEvent') return
        else if (
          dependsOnStatus ||
          event.inviteEventType === 'CREATED' ||
          event.inviteEventType === 'DELETED'
        )
          again()
      }),
    [store, dependsOnStatus, again],
  )

  const inviteCache = store.inviteCache.value
  const rows = pages.page?.nodes.map((invite) => inviteCache.get(invite.id)?.invite ?? invite) ?? []
  const renewed = new Set([...inviteCache.values()].map(({ invite }) => invite.renews?.id))
  const choosable = rows.filter(
    (invite) =>
      !pages.isGone(invite.id) &&
      (invite.viewerCanRevoke || (invite.viewerCanResend && !renewed.has(invite.id))),
  )
  const chosen = useChosenRows(JSON.stringify([store.orgId, filter]), choosable)
  const canChoose = choosable.length > 0 || chosen.rows.size > 0

  return (
    <div class="list" aria-busy={pages.busy}>
      <ListHeader>
        <AddressSearch label={invites.search} />
        <Chips
          label={words().common.status}
          options={statuses.map((status) => [status, invites.status[status]])}
          chosen={chosenStatuses}
          onChange={(next) => setFilter('status', next)}
        />
        <Sort options={orderKeys.map((name) => [name, invites.order[name]])} />
        <ExportCsv list="invites" filter={filter} total={pages.page?.totalCount ?? 0} />
      </ListHeader>
      {pages.problem && <LoadNotice text={pages.problem} />}
      {!pages.page && !pages.problem && <RowsSkeleton />}
      {pages.page && rows.length === 0 && (
        <EmptyState title={isFiltered ? invites.noMatch : invites.empty}>
          <p>{isFiltered ? invites.noMatchBody : invites.emptyBody}</p>
          {!isFiltered && can('INVITE_CREATE') && (
            <button type="button" class="button" onClick={() => setInviting(true)}>
              {words().inviteDialog.title}
            </button>
          )}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <div class="rows-frame" {...pages.inUse}>
          <NewRows pages={pages} />
          {canChoose && <PageChoiceLine chosen={chosen} />}
          <table class="rows invites">
            <caption class="visually-hidden">{invites.caption}</caption>
            <thead>
              <tr>
                {canChoose && (
                  <th scope="col" class="cell-choice">
                    <PageChoice chosen={chosen} />
                  </th>
                )}
                <th scope="col">{invites.for}</th>
                <th scope="col">{words().common.status}</th>
                <th scope="col">{words().common.email}</th>
                <th scope="col">
                  <span class="visually-hidden">{words().common.actions}</span>
                </th>
              </tr>
            </thead>
            <GradualRows
              place={pages.place}
              rows={rows.map((invite) => (
                <InviteRow
                  key={invite.id}
                  invite={invite}
                  chosen={canChoose ? chosen : null}
                  isChoosable={choosable.includes(invite)}
                  isGone={pages.isGone(invite.id)}
                  isRenewed={renewed.has(invite.id)}
                  onDeleted={pages.deleted}
                />
              ))}
            />
          </table>
          <InvitesBulk chosen={chosen} onChanged={again} />
        </div>
      )}
      <Pager pages={pages} />
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </div>
  )
}

/** What can be done to the chosen invites at once. */
function InvitesBulk({
  chosen,
  onChanged,
}: {
  chosen: ReturnType<typeof useChosenRows<Invite>>
  onChanged(): void
}) {
  const { token, store } = useOrgContext()
  const [asks, setAsks] = useState(false)
  const bulk = useBulk<Invite>()
  const { invites } = words()
  // As they are now, not as they were when they were chosen.
  const all = [...chosen.rows.values()].map(
    (invite) => store.inviteCache.value.get(invite.id)?.invite ?? invite,
  )

  async function run(
    done: (count: number) => string,
    may: 'viewerCanRevoke' | 'viewerCanResend',
    document: typeof RevokeInviteDocument | typeof ResendInviteDocument,
  ) {
    setAsks(false)
    const left = await bulk.run(all, {
      done,
      nameOf: inviteeName,
      act: async (invite) => {
        if (!invite[may]) return invites.notNow(invites.status[invite.status])
        const asOf = store.position()
        const outcome = await mutate<{ result: InviteResult }, { orgInviteId: string }>(
          document as never,
          { orgInviteId: invite.id },
          token,
        )
        if (outcome.kind !== 'done') return outcome.message
        store.cacheInvites([outcome.payload.orgInvite], asOf)
        return null
      },
    })
    chosen.keep(left)
    onChanged()
  }

  return (
    <>
      <BulkBar chosen={chosen} bulk={bulk}>
        {all.some((invite) => invite.viewerCanResend) && (
          <button
            type="button"
            class="button"
            onClick={() => void run(invites.resentCount, 'viewerCanResend', ResendInviteDocument)}
          >
            {invites.resend}
          </button>
        )}
        {all.some((invite) => invite.viewerCanRevoke) && (
          <button type="button" class="button" onClick={() => setAsks(true)}>
            {invites.revoke}
          </button>
        )}
      </BulkBar>
      {asks && (
        <Confirm
          title={invites.revokeManyTitle(all.length)}
          verb={invites.revoke}
          onClose={() => setAsks(false)}
          onConfirm={async () => {
            void run(invites.revokedCount, 'viewerCanRevoke', RevokeInviteDocument)
            return null
          }}
        >
          <p>{invites.revokeManyBody}</p>
        </Confirm>
      )}
    </>
  )
}

interface InviteResult {
  readonly __typename: 'ResendOrgInvitePayload'
  readonly orgInvite: Invite
}
