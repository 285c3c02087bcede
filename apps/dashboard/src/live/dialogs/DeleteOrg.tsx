import { DeleteOrgDocument } from '../../../../../operations/generated/graphql.js'
import { act } from '../../api/act.js'
import { listInWords } from '../../model/words.js'
import { Confirm } from '../../ui/Confirm.js'
import { usePlace } from '../room.js'

export function DeleteOrg({
  name,
  onClose,
  onDeleted,
}: {
  name: string
  onClose(): void
  onDeleted(): void
}) {
  const { token, room } = usePlace()

  async function remove() {
    const outcome = await act(DeleteOrgDocument, { orgId: room.orgId }, token)
    if (outcome.kind === 'done') {
      onDeleted()
      return null
    }
    if (outcome.kind === 'refused' && outcome.refusal.__typename === 'OrgHasResourcesError') {
      const owned = outcome.refusal.resources.map(({ kind, count }) => `${count} × ${kind}`)
      return `${outcome.words} It still owns ${listInWords(owned)}.`
    }
    return outcome.words
  }

  return (
    <Confirm title={`Delete ${name}?`} verb="Delete for good" onClose={onClose} onConfirm={remove}>
      <p>
        Its members, invites, domains, tokens and its whole ledger go for good. Nobody can take this back.
      </p>
    </Confirm>
  )
}
