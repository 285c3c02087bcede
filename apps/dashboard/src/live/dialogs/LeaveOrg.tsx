import { LeaveOrgDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { Confirm } from '../../ui/Confirm.js'
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
    <Confirm title={`Leave ${name}?`} verb="Leave" onClose={onClose} onConfirm={leave}>
      <p>You lose sight of it at once, and the invites you made here that nobody answered yet are revoked.</p>
    </Confirm>
  )
}
