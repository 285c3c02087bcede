import { useState } from 'preact/hooks'
import {
  AcceptInviteDocument,
  DeclineInviteDocument,
  DeleteInviteDocument,
  RevokeInviteDocument,
} from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { inviteeName, personName } from '../../model/text.js'
import type { Invite } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { ErrorNotice } from '../../ui/notices.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { RoleTags, StatusTag } from '../../ui/tags.js'
import { words } from '../../words/words.js'
import { InviteDialog } from '../dialogs/Invite.js'
import { ResendDialog } from '../dialogs/Resend.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { RowChoice } from './RowChoice.js'
import type { ChosenRows } from './useChosenRows.js'

interface InviteRowProps {
  invite: Invite
  /** Null if no row of the list can be chosen. */
  chosen: ChosenRows<Invite> | null
  isChoosable: boolean
  /** Whether it is no longer in the list. The row stays until the user looks away. */
  isGone: boolean
  /** Whether another invite took its place. */
  isRenewed: boolean
  onDeleted(id: string): void
}

export function InviteRow({ invite, chosen, isChoosable, isGone, isRenewed, onDeleted }: InviteRowProps) {
  const { token, store } = useOrgContext()
  const can = usePermissions()
  const [dialog, setDialog] = useState<'resend' | 'revoke' | 'delete' | 'again' | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const { invites, common } = words()
  const who = inviteeName(invite)
  const close = () => setDialog(null)
  const id = invite.id

  async function revoke() {
    const asOf = store.position()
    const outcome = await mutate(RevokeInviteDocument, { orgInviteId: id }, token)
    if (outcome.kind !== 'done') return outcome.message
    store.cacheInvites([outcome.payload.orgInvite], asOf)
    return null
  }

  async function erase() {
    const outcome = await mutate(DeleteInviteDocument, { orgInviteId: id }, token)
    if (outcome.kind !== 'done') return outcome.message
    store.uncacheInvite(id)
    onDeleted(id)
    return null
  }

  async function answer(document: typeof AcceptInviteDocument | typeof DeclineInviteDocument) {
    setProblem(null)
    const outcome = await mutate<object, { invite: { orgInviteId: string } }>(
      document,
      { invite: { orgInviteId: id } },
      token,
    )
    if (outcome.kind !== 'done') setProblem(outcome.message)
    else store.refreshSummary()
  }

  const isEnded = invite.status === 'REVOKED' || invite.status === 'DECLINED'
  return (
    <tr class={isGone ? 'row-gone' : undefined}>
      {chosen &&
        (isChoosable ? <RowChoice chosen={chosen} row={invite} name={who} /> : <td class="cell-choice" />)}
      <th scope="row" class="cell-who">
        <span class="who-line">{who}</span>
        <span class="sub-line">
          <RoleTags roles={invite.roles} appRoles={invite.appRoles} />
          <span>
            {invite.invitedBy ? `${common.by(personName(invite.invitedBy))}, ` : ''}
            <RelativeTime at={invite.createdAt} />
          </span>
        </span>
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
      </th>
      <td class="cell-status">
        <StatusTag status={invite.status} />
        <span class="sub-line">
          {invite.status === 'PENDING' ? (
            <span>{invites.expires(<RelativeTime at={invite.expiresAt} />)}</span>
          ) : (
            <RelativeTime at={invite.resolvedAt ?? invite.expiresAt} />
          )}
        </span>
      </td>
      <td class="cell-mail">
        <span class={`delivery delivery-${invite.delivery.toLowerCase()}`}>
          {invites.delivery[invite.delivery]}
        </span>
        {invite.deliveryProblem && <span class="sub-line">{invite.deliveryProblem}</span>}
        {invite.lastSentAt && (
          <span class="sub-line">
            {invite.sendCount > 1 && `${invites.timesSent(invite.sendCount)}, `}
            <RelativeTime at={invite.lastSentAt} />
          </span>
        )}
      </td>
      <td class="cell-actions">
        {isGone ? (
          <span class="sub-line">{invites.gone}</span>
        ) : (
          <div class="actions">
            {invite.viewerCanAccept && (
              <RowButton verb={invites.accept} who={who} onClick={() => answer(AcceptInviteDocument)} />
            )}
            {invite.viewerCanDecline && (
              <RowButton verb={invites.decline} who={who} onClick={() => answer(DeclineInviteDocument)} />
            )}
            {invite.viewerCanResend && !isRenewed && (
              <RowButton
                verb={invite.status === 'EXPIRED' ? invites.renew : invites.resend}
                who={who}
                onClick={() => setDialog('resend')}
              />
            )}
            {isEnded && invite.email && can('INVITE_CREATE') && (
              <RowButton verb={invites.inviteAgain} who={who} onClick={() => setDialog('again')} />
            )}
            {invite.viewerCanRevoke && (
              <RowButton verb={invites.revoke} who={who} onClick={() => setDialog('revoke')} />
            )}
            {invite.status !== 'PENDING' && can('INVITE_DELETE') && (
              <RowButton verb={invites.delete} who={who} onClick={() => setDialog('delete')} />
            )}
          </div>
        )}
        {dialog === 'resend' && <ResendDialog invite={invite} onClose={close} />}
        {dialog === 'again' && <InviteDialog like={invite} onClose={close} />}
        {dialog === 'revoke' && (
          <Confirm title={invites.revokeTitle(who)} verb={invites.revoke} onClose={close} onConfirm={revoke}>
            <p>{invites.revokeBody}</p>
          </Confirm>
        )}
        {dialog === 'delete' && (
          <Confirm title={invites.deleteTitle(who)} verb={invites.delete} onClose={close} onConfirm={erase}>
            <p>{invites.deleteBody}</p>
          </Confirm>
        )}
      </td>
    </tr>
  )
}

export function RowButton({ verb, who, onClick }: { verb: string; who: string; onClick(): void }) {
  return (
    <button type="button" class="button quiet" onClick={onClick}>
      {verb}
      <span class="visually-hidden"> {who}</span>
    </button>
  )
}
