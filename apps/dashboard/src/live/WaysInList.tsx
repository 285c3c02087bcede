import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import {
  RequestToJoinDocument,
  WithdrawJoinRequestDocument,
} from '../../../../operations/generated/graphql.js'
import { mutate } from '../api/mutate.js'
import { domainText } from '../model/domainName.js'
import type { JoinableOrg, JoinRequest } from '../model/types.js'
import { announce } from '../ui/announce.js'
import { ErrorNotice } from '../ui/notices.js'
import { RelativeTime } from '../ui/RelativeTime.js'
import { WaitButton } from '../ui/WaitButton.js'
import { words } from '../words/words.js'
import { AskToJoin, joinProblem } from './dialogs/AskToJoin.js'
import type { Viewer } from './state/viewerStore.js'

export interface WaysInProps {
  viewer: Viewer
  token: string
  onJoined(orgId: string): void
  /** Called when the viewer asked to join an org, or withdrew that. */
  onChanged(): void
}

/** The orgs that the viewer's address lets them join or ask to join, and those that they asked. */
export function WaysInList({ viewer, token, onJoined, onChanged }: WaysInProps) {
  const requests = viewer.orgJoinRequests?.nodes ?? []
  const asked = new Set(requests.map(({ orgName }) => orgName))
  const joinable = viewer.joinableOrgs?.filter(({ name }) => !asked.has(name)) ?? []
  if (requests.length === 0 && joinable.length === 0) return null
  return (
    <section class="inbox" aria-label={words().inbox.waysIn}>
      <ul>
        {joinable.map((org) => (
          <Joinable key={org.orgId} org={org} token={token} onJoined={onJoined} onChanged={onChanged} />
        ))}
        {requests.map((request) => (
          <Asked key={request.id} request={request} token={token} onChanged={onChanged} />
        ))}
      </ul>
    </section>
  )
}

function Joinable({ org, token, onJoined, onChanged }: Omit<WaysInProps, 'viewer'> & { org: JoinableOrg }) {
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState(false)
  const isOpen = org.joinMode === 'AUTO'
  const w = words().inbox

  async function join() {
    setBusy(true)
    setProblem(null)
    const outcome = await mutate(RequestToJoinDocument, { orgId: org.orgId }, token)
    setBusy(false)
    if (outcome.kind !== 'done') return setProblem(joinProblem(outcome, org))
    if (!outcome.payload.orgUser) return onChanged()
    announce(words().inbox.joined(org.name))
    onJoined(org.orgId)
  }

  return (
    <li>
      <div class="inbox-words">
        <p>
          {(isOpen ? w.canJoin : w.canAsk)<ComponentChildren>(
            <strong>{org.name}</strong>,
            domainText(org.domain),
          )}
        </p>
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
      </div>
      <div class="actions">
        <WaitButton
          type="button"
          class="button primary"
          busy={busy}
          onClick={isOpen ? join : () => setAsking(true)}
        >
          {isOpen ? w.join : w.ask}
          <span class="visually-hidden"> {org.name}</span>
        </WaitButton>
      </div>
      {asking && (
        <AskToJoin
          org={org}
          token={token}
          onClose={() => setAsking(false)}
          onAsked={() => {
            announce(w.asked(org.name))
            onChanged()
          }}
        />
      )}
    </li>
  )
}

function Asked({ request, token, onChanged }: { request: JoinRequest; token: string; onChanged(): void }) {
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const { orgName } = request

  async function withdraw() {
    setBusy(true)
    setProblem(null)
    const outcome = await mutate(WithdrawJoinRequestDocument, { orgJoinRequestId: request.id }, token)
    setBusy(false)
    // Somebody answered it meanwhile.
    if (outcome.kind === 'refused') onChanged()
    if (outcome.kind !== 'done') return setProblem(outcome.message)
    announce(words().inbox.withdrawn(orgName))
    onChanged()
  }

  return (
    <li>
      <div class="inbox-words">
        <p>
          {words().inbox.askedWhen<ComponentChildren>(
            <strong>{orgName}</strong>,
            <RelativeTime at={request.createdAt} />,
          )}
        </p>
        {request.message && <blockquote dir="auto">{request.message}</blockquote>}
        {problem && <ErrorNotice>{problem}</ErrorNotice>}
      </div>
      <div class="actions">
        {request.viewerCanWithdraw && (
          <WaitButton type="button" class="button" busy={busy} onClick={withdraw}>
            {words().inbox.withdraw}
            <span class="visually-hidden"> {words().inbox.theRequestTo(orgName)}</span>
          </WaitButton>
        )}
      </div>
    </li>
  )
}
