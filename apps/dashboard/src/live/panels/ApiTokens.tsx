import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import {
  type ApiTokenRowFragment,
  OrgApiTokensDocument,
  RevokeApiTokenDocument,
} from '../../../../../operations/generated/graphql.js'
import { now } from '../../api/clock.js'
import { execute } from '../../api/execute.js'
import { mutate } from '../../api/mutate.js'
import { personName } from '../../model/text.js'
import type { OrgEvent } from '../../model/types.js'
import { Confirm } from '../../ui/Confirm.js'
import { EmptyState } from '../../ui/notices.js'
import { RelativeTime } from '../../ui/RelativeTime.js'
import { allWords } from '../../words/allWords.js'
import { NewApiToken } from '../dialogs/NewApiToken.js'
import { useOrgContext, usePermissions } from '../orgContext.js'
import { CardList, useCards } from './CardList.js'
import { Ended } from './Ended.js'
import { RowButton } from './InviteRow.js'

const readTokens = async (orgId: string, token: string) =>
  (await execute(OrgApiTokensDocument, { orgId }, token)).apiTokens

const isChange = (event: OrgEvent) => event.__typename === 'OrgChangeEvent'

export function ApiTokens() {
  const can = usePermissions()
  const cards = useCards(readTokens, isChange)
  const [making, setMaking] = useState(false)
  const w = allWords()
  const tokens = cards.rows ?? []
  const ended = tokens.filter(isEnded)
  const card = (held: ApiTokenRowFragment) => (
    <TokenCard key={held.id} held={held} canManage={can('API_TOKEN_MANAGE')} onRevoked={cards.again} />
  )

  return (
    <>
      <CardList
        cards={{ ...cards, rows: cards.rows && tokens.filter((held) => !isEnded(held)) }}
        empty={<EmptyState title={ended.length > 0 ? w.orgSettings.noActiveTokens : w.apiTokens.empty} />}
        foot={
          <>
            {can('API_TOKEN_MANAGE') && (
              <div class="list-foot">
                <button type="button" class="button" onClick={() => setMaking(true)}>
                  {w.apiTokens.new}
                </button>
              </div>
            )}
            <Ended summary={w.orgSettings.endedTokens(ended.length)}>{ended.map(card)}</Ended>
          </>
        }
      >
        {card}
      </CardList>
      {making && <NewApiToken onMade={cards.again} onClose={() => setMaking(false)} />}
    </>
  )
}

function isEnded({ revokedAt, expiresAt }: ApiTokenRowFragment): boolean {
  return revokedAt !== null || (expiresAt !== null && Date.parse(expiresAt) <= now.value)
}

interface TokenCardProps {
  held: ApiTokenRowFragment
  canManage: boolean
  onRevoked(): void
}

function TokenCard({ held, canManage, onRevoked }: TokenCardProps) {
  const { token } = useOrgContext()
  const [asking, setAsking] = useState(false)
  const w = allWords()

  async function revoke() {
    const outcome = await mutate(RevokeApiTokenDocument, { apiTokenId: held.id }, token)
    if (outcome.kind !== 'done') return outcome.message
    onRevoked()
    return null
  }

  return (
    <li class={isEnded(held) ? 'card card-ended' : 'card'}>
      <div class="card-words">
        <p class="who-line">{held.name}</p>
        <p class="sub-line">
          <Facts held={held} />
        </p>
        <p class="tags">
          {held.permissions.map((permission) => (
            <span key={permission} class="tag">
              {w.permissions.names[permission][0]}
            </span>
          ))}
        </p>
      </div>
      {canManage && !isEnded(held) && (
        <div class="actions">
          <RowButton verb={w.apiTokens.revoke} who={held.name} onClick={() => setAsking(true)} />
        </div>
      )}
      {asking && (
        <Confirm
          title={w.apiTokens.revokeTitle(held.name)}
          verb={w.apiTokens.revoke}
          onClose={() => setAsking(false)}
          onConfirm={revoke}
        >
          <p>{w.apiTokens.revokeBody}</p>
        </Confirm>
      )}
    </li>
  )
}

/** Who made it and when, and whether it is still used. */
function Facts({ held }: { held: ApiTokenRowFragment }) {
  const { createdBy, createdAt, lastUsedAt } = held
  const w = allWords().apiTokens
  const made = <RelativeTime at={createdAt} />
  return (
    <>
      <span>
        {createdBy
          ? w.createdByWhen<ComponentChildren>(personName(createdBy), made)
          : w.createdWhen<ComponentChildren>(made)}
      </span>
      <span>
        {lastUsedAt ? w.lastUsed<ComponentChildren>(<RelativeTime at={lastUsedAt} />) : w.neverUsed}
      </span>
      <span>{endOf(held)}</span>
    </>
  )
}

function endOf({ expiresAt, revokedAt }: ApiTokenRowFragment): ComponentChildren {
  const w = allWords()
  if (revokedAt) return w.apiTokens.revokedWhen<ComponentChildren>(<RelativeTime at={revokedAt} />)
  if (!expiresAt) return null
  const when = <RelativeTime at={expiresAt} />
  return Date.parse(expiresAt) > now.value
    ? w.apiTokens.expiresWhen<ComponentChildren>(when)
    : w.orgSettings.expiredWhen<ComponentChildren>(when)
}
