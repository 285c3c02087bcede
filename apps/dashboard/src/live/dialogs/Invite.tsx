import { useState } from 'preact/hooks'
import { lowestRole } from '../../model/text.js'
import type { Invite } from '../../model/types.js'
import { Dialog } from '../../ui/Dialog.js'
import { Tabs } from '../../ui/Tabs.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'
import { later } from '../panels/later.js'
import { InviteMany } from './InviteMany.js'
import { type InviteFormProps, InviteOne } from './InviteOne.js'
import type { InviteOptionValues } from './InviteOptions.js'

const InviteFile = later<InviteFormProps>(async () => (await import('./InviteFile.js')).InviteFile)

interface InviteDialogProps {
  /** An ended invite: the same person is invited to the same roles again. */
  like?: Invite
  onClose(): void
}

export function InviteDialog({ like, onClose }: InviteDialogProps) {
  const assignable = useOrgContext().store.summary.value?.viewerAssignableRoles ?? []
  const [tab, setTab] = useState<'one' | 'many' | 'file'>('one')
  const allowed = like?.roles.filter((role) => assignable.includes(role)) ?? []
  const [options, setOptions] = useState<InviteOptionValues>({
    roles: allowed.length > 0 ? allowed : lowestRole(assignable),
    appRoleIds: like?.appRoles.map(({ id }) => id) ?? [],
    message: like?.message ?? '',
    days: null,
    locale: null,
    sendEmail: true,
  })
  const { inviteDialog } = words()
  const form = { options, onOptions: setOptions, onClose }

  if (like)
    return (
      <Dialog permission="INVITE_CREATE" title={inviteDialog.title} onClose={onClose}>
        <InviteOne {...form} address={like.email ?? ''} />
      </Dialog>
    )
  return (
    <Dialog permission="INVITE_CREATE" title={inviteDialog.title} wide={tab === 'file'} onClose={onClose}>
      <Tabs
        label={inviteDialog.tabs}
        tabs={[
          { key: 'one', name: inviteDialog.one },
          { key: 'many', name: inviteDialog.many },
          { key: 'file', name: inviteDialog.file },
        ]}
        chosen={tab}
        onChoose={setTab}
      >
        {tab === 'one' && <InviteOne {...form} />}
        {tab === 'many' && <InviteMany {...form} />}
        {tab === 'file' && <InviteFile {...form} />}
      </Tabs>
    </Dialog>
  )
}
