import { TransferOwnershipDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { personName } from '../../model/text.js'
import type { Member } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'

/** The viewer, an owner, makes a member the owner in their place. */
export function HandOver({
  member,
  onClose,
  onChanged,
}: {
  member: Member
  onClose(): void
  onChanged(): void
}) {
  const { token, store } = useOrgContext()
  const who = personName(member.user)

  async function handOver() {
    const input = { orgId: store.orgId, userId: member.user.id }
    const outcome = await mutate(TransferOwnershipDocument, input, token)
    if (outcome.kind !== 'done') return outcome.message
    onChanged()
    return null
  }

  return (
    <Confirm
      title={words().settings.handOverTitle(who)}
      verb={words().settings.handOver}
      onClose={onClose}
      onConfirm={handOver}
    >
      <p>{words().settings.handOverBody(who)}</p>
    </Confirm>
  )
}
