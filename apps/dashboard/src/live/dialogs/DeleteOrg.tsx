import { DeleteOrgDocument } from '../../../../../operations/generated/graphql.js'
import { mutate } from '../../api/mutate.js'
import { formatList } from '../../model/text.js'
import { Confirm } from '../../ui/Confirm.js'
import { useOrgContext } from '../orgContext.js'

export function DeleteOrg({
  name,
  onClose,
  onDeleted,
}: {
  name: string
  onClose(): void
  onDeleted(): void
}) {
  const { token, store } = useOrgContext()

  async function remove() {
    const outcome = await mutate(DeleteOrgDocument, { orgId: store.orgId }, token)
    if (outcome.kind === 'done') {
      onDeleted()
      return null
    }
    if (outcome.kind === 'refused' && outcome.refusal.__typename === 'OrgHasResourcesError') {
      const owned = outcome.refusal.resources.map(({ kind, count }) => `${count} × ${kind}`)
      return `${outcome.message} It still owns ${formatList(owned)}.`
    }
    return outcome.message
  }

  return (
    <Confirm title={`Delete ${name}?`} verb="Delete for good" onClose={onClose} onConfirm={remove}>
      <p>
        Its members, invites, domains, tokens and its event log are deleted for good. This can't be undone.
      </p>
    </Confirm>
  )
}
