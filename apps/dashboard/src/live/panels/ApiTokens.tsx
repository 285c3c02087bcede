import { useCallback, useEffect, useState } from 'preact/hooks'
import {
  type ApiTokenRowFragment,
  OrgApiTokensDocument,
  RevokeApiTokenDocument,
} from '../../../../../operations/generated/graphql.js'
import { errorMessage } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import { mutate } from '../../api/mutate.js'
import { personName } from '../../model/text.js'
import { Confirm } from '../../ui/Confirm.js'
import { EmptyState, ErrorNotice } from '../../ui/notices.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { NewApiToken } from '../dialogs/NewApiToken.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { RowButton } from './InviteRow.js'

export function ApiTokens() {
  const { token, store } = useOrgContext()
  const can = usePermissions()
  const [tokens, setTokens] = useState<readonly ApiTokenRowFragment[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [making, setMaking] = useState(false)

  const read = useCallback(async () => {
    try {
      setTokens((await execute(OrgApiTokensDocument, { orgId: store.orgId }, token)).apiTokens)
      setProblem(null)
    } catch (error) {
      setProblem(errorMessage(error))
    }
  }, [store, token])

  useEffect(() => {
    void read()
    return store.onChange((event) => {
      if (event === null || event.__typename === 'OrgChangeEvent') void read()
    })
  }, [read, store])

  return (
    <div class="list">
      {problem && <ErrorNotice>{problem}</ErrorNotice>}
      {tokens?.length === 0 && (
        <EmptyState title="No API token yet">
          <p>A token acts for the org with just the permissions you give it, and no person.</p>
        </EmptyState>
      )}
      {tokens && tokens.length > 0 && (
        <ul class="cards">
          {tokens.map((held) => (
            <TokenCard key={held.id} held={held} canManage={can('API_TOKEN_MANAGE')} onRevoked={read} />
          ))}
        </ul>
      )}
      {/* Not before the list: it would move away under the pointer. */}
      {(tokens || problem) && can('API_TOKEN_MANAGE') && (
        <div class="list-foot">
          <button type="button" class="button" onClick={() => setMaking(true)}>
            New API token
          </button>
        </div>
      )}
      {making && <NewApiToken onMade={read} onClose={() => setMaking(false)} />}
    </div>
  )
}

interface TokenCardProps {
  held: ApiTokenRowFragment
  canManage: boolean
  onRevoked(): void
}

function TokenCard({ held, canManage, onRevoked }: TokenCardProps) {
  const { token } = useOrgContext()
  const [asking, setAsking] = useState(false)

  async function revoke() {
    const outcome = await mutate(RevokeApiTokenDocument, { apiTokenId: held.id }, token)
    if (outcome.kind !== 'done') return outcome.message
    onRevoked()
    return null
  }

  return (
    <li class={held.revokedAt ? 'card card-ended' : 'card'}>
      <div class="card-words">
        <p class="who-line">{held.name}</p>
        <p class="sub-line">
          {held.revokedAt ? (
            <span>
              revoked <RelativeTime at={held.revokedAt} />
            </span>
          ) : (
            <span>
              {held.createdBy ? `by ${personName(held.createdBy)}, ` : ''}
              <RelativeTime at={held.createdAt} />
              {held.lastUsedAt ? ', last used ' : ', never used'}
              {held.lastUsedAt && <RelativeTime at={held.lastUsedAt} />}
              {held.expiresAt && ', runs out '}
              {held.expiresAt && <RelativeTime at={held.expiresAt} />}
            </span>
          )}
        </p>
        <p class="tags">
          {held.permissions.map((permission) => (
            <code key={permission} class="tag">
              {permission}
            </code>
          ))}
        </p>
      </div>
      {canManage && !held.revokedAt && (
        <div class="actions">
          <RowButton verb="Revoke" who={held.name} onClick={() => setAsking(true)} />
        </div>
      )}
      {asking && (
        <Confirm
          title={`Revoke ${held.name}?`}
          verb="Revoke"
          onClose={() => setAsking(false)}
          onConfirm={revoke}
        >
          <p>
            Whatever uses it stops working at once, and the invites it made that nobody answered yet are
            revoked.
          </p>
        </Confirm>
      )}
    </li>
  )
}
