import { LeaveOrgDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { Confirm } from '../../ui/Confirm.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'

export function LeaveOrg({ name, onClose, onLeft }: { name: string; onClose(): void; onLeft(): void }) {
  const { token, store } = useOrgContext()

  async function leave() {
    const outcome = await mutate(LeaveOrgDocument, { orgId: store.orgId }, token)
    if (outcome.kind !== 'done') return outcome.message
    onLeft()
    return null
  }

  return (
    <Confirm
      title={words().settings.leaveTitle(name)}
      verb={words().settings.leave}
      onClose={onClose}
      onConfirm={leave}
    >
      <p>{words().settings.leaveBody}</p>
    </Confirm>
  )
}
