import { LeaveOrgDocument } from '../../../../../operations/generated/graphql.js'
import { act } from '../../api/act.js'
import { Confirm } from '../../ui/Confirm.js'
import { usePlace } from '../room.js'

export function LeaveOrg({ name, onClose, onLeft }: { name: string; onClose(): void; onLeft(): void }) {
  const { token, room } = usePlace()

  async function leave() {
    const outcome = await act(LeaveOrgDocument, { orgId: room.orgId }, token)
    if (outcome.kind !== 'done') return outcome.words
    onLeft()
    return null
  }

  return (
    <Confirm title={`Leave ${name}?`} verb="Leave" onClose={onClose} onConfirm={leave}>
      <p>You lose sight of it at once, and the invites you made here that nobody answered yet are revoked.</p>
    </Confirm>
  )
}
