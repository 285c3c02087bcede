import { useState } from 'preact/hooks'
import type { Role } from '../../model/words.js'
import { Dialog } from '../../ui/Dialog.js'
import { Tabs } from '../../ui/Tabs.js'
import { usePlace } from '../room.js'
import { InviteMany } from './InviteMany.js'
import { InviteOne } from './InviteOne.js'
import type { Terms } from './InviteTerms.js'

export function InviteDialog({ onClose }: { onClose(): void }) {
  const assignable = usePlace().room.glance.value?.viewerAssignableRoles ?? []
  const [tab, setTab] = useState<'one' | 'many'>('one')
  const [terms, setTerms] = useState<Terms>({
    roles: lowest(assignable),
    message: '',
    days: null,
    sendEmail: true,
  })

  return (
    <Dialog title="Invite people" onClose={onClose}>
      <Tabs
        label="How many"
        tabs={[
          { key: 'one', name: 'One person' },
          { key: 'many', name: 'Many at once' },
        ]}
        chosen={tab}
        onChoose={setTab}
      >
        {tab === 'one' && <InviteOne terms={terms} onTerms={setTerms} onClose={onClose} />}
        {tab === 'many' && <InviteMany terms={terms} onTerms={setTerms} onClose={onClose} />}
      </Tabs>
    </Dialog>
  )
}

function lowest(roles: readonly Role[]): Role[] {
  if (roles.includes('USER')) return ['USER']
  return roles.slice(0, 1)
}
