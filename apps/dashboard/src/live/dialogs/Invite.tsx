import { useState } from 'preact/hooks'
import type { Role } from '../../model/text.js'
import { Dialog } from '../../ui/Dialog.js'
import { Tabs } from '../../ui/Tabs.js'
import { useOrgContext } from '../orgContext.js'
import { InviteMany } from './InviteMany.js'
import { InviteOne } from './InviteOne.js'
import type { InviteOptionValues } from './InviteOptions.js'

export function InviteDialog({ onClose }: { onClose(): void }) {
  const assignable = useOrgContext().store.summary.value?.viewerAssignableRoles ?? []
  const [tab, setTab] = useState<'one' | 'many'>('one')
  const [options, setOptions] = useState<InviteOptionValues>({
    roles: lowest(assignable),
    appRoleIds: [],
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
        {tab === 'one' && <InviteOne options={options} onOptions={setOptions} onClose={onClose} />}
        {tab === 'many' && <InviteMany options={options} onOptions={setOptions} onClose={onClose} />}
      </Tabs>
    </Dialog>
  )
}

function lowest(roles: readonly Role[]): Role[] {
  if (roles.includes('USER')) return ['USER']
  return roles.slice(0, 1)
}
