import { useState } from 'preact/hooks'
import type { Invite } from '../../model/types.js'
import { Dialog } from '../../ui/Dialog.js'
import { Tabs } from '../../ui/Tabs.js'
import { words } from '../../words/words.js'
import { later } from '../panels/later.js'
import { InviteByAddress } from './InviteByAddress.js'

const InviteFile = later<{ onClose(): void }>(async () => (await import('./InviteFile.js')).InviteFile)

interface InviteDialogProps {
  /** An ended invite: the same person is invited to the same roles again. */
  like?: Invite
  onClose(): void
}

export function InviteDialog({ like, onClose }: InviteDialogProps) {
  const [tab, setTab] = useState<'address' | 'file'>('address')
  const { inviteDialog } = words()
  return (
    <Dialog permission="INVITE_CREATE" title={inviteDialog.title} wide={tab === 'file'} onClose={onClose}>
      {like ? (
        <InviteByAddress like={like} onClose={onClose} />
      ) : (
        <Tabs
          label={inviteDialog.tabs}
          tabs={[
            { key: 'address', name: inviteDialog.byAddress },
            { key: 'file', name: inviteDialog.file },
          ]}
          chosen={tab}
          onChoose={setTab}
        >
          {tab === 'address' ? <InviteByAddress onClose={onClose} /> : <InviteFile onClose={onClose} />}
        </Tabs>
      )}
    </Dialog>
  )
}
