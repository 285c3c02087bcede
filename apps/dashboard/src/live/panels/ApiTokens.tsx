import { useCallback, useEffect, useState } from 'preact/hooks'
import {
  type ApiTokenRowFragment,
  OrgApiTokensDocument,
  RevokeApiTokenDocument,
} from '../../../../../operations/generated/graphql.js'
import { act } from '../../api/act.js'
import { errorInWords } from '../../api/apiError.js'
import { execute } from '../../api/execute.js'
import { personName } from '../../model/words.js'
import { Confirm } from '../../ui/Confirm.js'
import { Empty, Refused } from '../../ui/Notice.js'
import { When } from '../../ui/When.js'
import { NewApiToken } from '../dialogs/NewApiToken.js'
import { useMay, usePlace } from '../room.js'
import { RowButton } from './InviteRow.js'

export function ApiTokens() {
  const { token, room } = usePlace()
  const may = useMay()
  const [tokens, setTokens] = useState<readonly ApiTokenRowFragment[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [making, setMaking] = useState(false)

  const read = useCallback(async () => {
    try {
      setTokens((await execute(OrgApiTokensDocument, { orgId: room.orgId }, token)).apiTokens)
      setProblem(null)
    } catch (error) {
      setProblem(errorInWords(error))
    }
  }, [room, token])

  useEffect(() => {
    void read()
    return room.onChange((event) => {
      if (event === null || event.__typename === 'OrgChangeEvent') void read()
    })
  }, [read, room])

  return (
    <div class="list">
      {problem && <Refused>{problem}</Refused>}
      {tokens?.length === 0 && (
        <Empty title="No API token yet">
          <p>A token acts for the org with just the permissions you give it, and no person.</p>
        </Empty>
      )}
      {tokens && tokens.length > 0 && (
        <ul class="cards">
          {tokens.map((held) => (
            <TokenCard key={held.id} held={held} canManage={may('API_TOKEN_MANAGE')} onRevoked={read} />
          ))}
        </ul>
      )}
      {may('API_TOKEN_MANAGE') && (
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
  const { token } = usePlace()
  const [asking, setAsking] = useState(false)

  async function revoke() {
    const outcome = await act(RevokeApiTokenDocument, { apiTokenId: held.id }, token)
    if (outcome.kind !== 'done') return outcome.words
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
              revoked <When at={held.revokedAt} />
            </span>
          ) : (
            <span>
              {held.createdBy ? `by ${personName(held.createdBy)}, ` : ''}
              <When at={held.createdAt} />
              {held.lastUsedAt ? ', last used ' : ', never used'}
              {held.lastUsedAt && <When at={held.lastUsedAt} />}
              {held.expiresAt && ', runs out '}
              {held.expiresAt && <When at={held.expiresAt} />}
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
