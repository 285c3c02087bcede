import { type CreatedInvite, InvitePeople } from '@guildhall/react'
import type { ComponentChildren } from 'preact'
import { useContext, useLayoutEffect, useRef } from 'preact/hooks'
import { serverNow } from '../../api/clock.js'
import type { Invite } from '../../model/types.js'
import { DialogContext } from '../../ui/dialogContext.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
import { GrantChoice } from './GrantChoice.js'
import { Invited } from './InviteResults.js'

const classNames = {
  field: 'field',
  error: 'field-error',
  hint: 'field-hint',
  options: 'invite-options',
  pair: 'field-pair',
  check: 'check',
}

interface InviteByAddressProps {
  /** An ended invite: the same person is invited to the same roles again. */
  like?: Invite | undefined
  onClose(): void
}

/** Invites one person or several, by their addresses. */
export function InviteByAddress({ like, onClose }: InviteByAddressProps) {
  const { store } = useOrgContext()
  const { settle } = useContext(DialogContext)
  const asOf = useRef(0)
  const org = store.summary.value
  if (!org) return null
  const again = like && {
    email: like.email ?? '',
    roles: like.roles,
    appRoleIds: like.appRoles.map(({ id }) => id),
    message: like.message ?? '',
  }
  return (
    <InvitePeople
      orgId={store.orgId}
      org={org}
      list={false}
      showOptions
      // Whoever reads German here may invite people who don't: the mail has the server's language.
      invite={{ ...again, locale: null }}
      now={serverNow}
      classNames={classNames}
      onSend={() => {
        asOf.current = store.position()
      }}
      onInvited={(invites) => {
        store.cacheInvites(invites.map(asRow), asOf.current)
        settle()
      }}
      renderRoles={({ roles, appRoleIds, onChange }) => (
        <GrantChoice legend={words().inviteDialog.role} chosen={{ roles, appRoleIds }} onChange={onChange} />
      )}
      renderDone={(invited) => <Invited invited={invited} />}
      renderActions={({ buttons, ...form }) => (
        <Foot {...form} onClose={onClose}>
          {buttons}
        </Foot>
      )}
    />
  )
}

/** The package's rows can't be changed, and this page's types don't say so of theirs. */
const asRow = (invite: CreatedInvite): Invite => ({
  ...invite,
  roles: [...invite.roles],
  appRoles: [...invite.appRoles],
})

interface FootProps {
  isPending: boolean
  isDone: boolean
  children: ComponentChildren
  onClose(): void
}

function Foot({ isPending, isDone, children, onClose }: FootProps) {
  const { hold } = useContext(DialogContext)
  // While it waits, the dialog doesn't close: the answer would have no place. An effect after the paint could come too late
  // for the Escape key.
  useLayoutEffect(() => (isPending ? hold() : undefined), [isPending, hold])
  const { common } = words()
  return (
    <footer class="dialog-foot">
      <button type="button" class="button" onClick={onClose}>
        {isDone ? common.done : common.cancel}
      </button>
      {children}
    </footer>
  )
}
