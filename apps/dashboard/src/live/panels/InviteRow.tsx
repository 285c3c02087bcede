import { useState } from 'preact/hooks'
import {
  AcceptInviteDocument,
  DeclineInviteDocument,
  DeleteInviteDocument,
  RevokeInviteDocument,
} from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { deliveryNames, inviteeName, personName } from '../../model/text.js'
import type { Invite } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { ErrorNotice } from '../../ui/notices.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { RoleTags, StatusTag } from '../../ui/tags.js'
import { ResendDialog } from '../dialogs/Resend.js'
import { useOrgContext, usePermissions } from '../orgContext.js'

export function InviteRow({ invite, onErased }: { invite: Invite; onErased(): void }) {
  const { token, store } = useOrgContext()
  const can = usePermissions()
  const [dialog, setDialog] = useState<'resend' | 'revoke' | 'delete' | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
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
    onErased()
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

  return (
    <tr>
      <th scope="row" class="cell-who">
        <span class="who-line">{who}</span>
        <span class="sub-line">
          <RoleTags roles={invite.roles} appRoles={invite.appRoles} />
          <span>
            {invite.invitedBy ? `by ${personName(invite.invitedBy)}, ` : ''}
            <RelativeTime at={invite.createdAt} />
          </span>
        </span>
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
      </th>
      <td class="cell-status">
        <StatusTag status={invite.status} />
        <span class="sub-line">
          {invite.status === 'PENDING' ? (
            <span>
              runs out <RelativeTime at={invite.expiresAt} />
            </span>
          ) : (
            <RelativeTime at={invite.resolvedAt ?? invite.expiresAt} />
          )}
        </span>
      </td>
      <td class="cell-mail">
        <span class={`delivery delivery-${invite.delivery.toLowerCase()}`}>
          {deliveryNames[invite.delivery]}
        </span>
        {invite.deliveryProblem && <span class="sub-line">{invite.deliveryProblem}</span>}
        {invite.lastSentAt && (
          <span class="sub-line">
            {invite.sendCount > 1 && `${invite.sendCount} times, `}
            <RelativeTime at={invite.lastSentAt} />
          </span>
        )}
      </td>
      <td class="cell-actions">
        <div class="actions">
          {invite.viewerCanAccept && (
            <RowButton verb="Accept" who={who} onClick={() => answer(AcceptInviteDocument)} />
          )}
          {invite.viewerCanDecline && (
            <RowButton verb="Decline" who={who} onClick={() => answer(DeclineInviteDocument)} />
          )}
          {invite.viewerCanResend && (
            <RowButton
              verb={invite.status === 'EXPIRED' ? 'Renew' : 'Resend'}
              who={who}
              onClick={() => setDialog('resend')}
            />
          )}
          {invite.viewerCanRevoke && (
            <RowButton verb="Revoke" who={who} onClick={() => setDialog('revoke')} />
          )}
          {invite.status !== 'PENDING' && can('INVITE_DELETE') && (
            <RowButton verb="Delete" who={who} onClick={() => setDialog('delete')} />
          )}
        </div>
        {dialog === 'resend' && <ResendDialog invite={invite} onClose={close} />}
        {dialog === 'revoke' && (
          <Confirm title={`Revoke the invite to ${who}?`} verb="Revoke" onClose={close} onConfirm={revoke}>
            <p>The link in the e-mail stops working at once. You can invite them again.</p>
          </Confirm>
        )}
        {dialog === 'delete' && (
          <Confirm title={`Delete the invite to ${who}?`} verb="Delete" onClose={close} onConfirm={erase}>
            <p>It is deleted from this list for good. The event log keeps the events, without the address.</p>
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
