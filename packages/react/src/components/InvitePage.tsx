import { useState } from 'react'
import { useAccept, useDecline } from '../hooks/actions.js'
import { useInvitePreview } from '../hooks/data.js'
import { problemOf, useLook } from '../words/look.js'
import { AskForNewLink } from './AskForNewLink.js'
import { Panel, type PanelProps, Said, useAbsence } from './parts.js'

export interface InvitePageProps extends PanelProps<never> {
  /** The token of the link: the last part of its path. */
  readonly token: string
  /** Begins your app's sign-in. Come back to this page afterwards, with the same token. */
  onSignIn(): void
  onAccepted?(orgId: string): void
}

/** The page of an invite's link: what it leads to, and the answer. One that has expired can be renewed. */
export function InvitePage({ token, onSignIn, onAccepted, className }: InvitePageProps) {
  const { words, controls } = useLook()
  const preview = useInvitePreview(token)
  const [done, setDone] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [accept, accepting] = useAccept()
  const [decline, declining] = useDecline()
  const absence = useAbsence(preview)
  const { page, answer } = words
  const org = preview.data?.invite.orgName ?? ''
  const title = preview.data ? page.join(org) : answer.title

  async function onAccept() {
    const outcome = await accept({ token })
    setProblem(problemOf(outcome, words))
    if (outcome.kind !== 'done') return preview.reload()
    setDone(answer.accepted(org))
    onAccepted?.(outcome.payload.orgUser.org.id)
  }

  async function onDecline() {
    const outcome = await decline({ token })
    setProblem(problemOf(outcome, words))
    if (outcome.kind !== 'done') return preview.reload()
    setDone(answer.declined(org))
  }

  return (
    <Panel name="invite-page" title={title} className={className}>
      {preview.status === 'missing' ? <p className="gh-note">{page.unknown}</p> : absence}
      {preview.data && done === null && (
        <>
          <h1 className="gh-title">{title}</h1>
          <p>{answer.invitedBy(preview.data.invite.invitedByName, org)}</p>
          <p className="gh-note">{page.addressedTo(preview.data.invite.maskedEmail)}</p>
          {preview.data.invite.message !== null && (
            <blockquote className="gh-message" dir="auto">
              {preview.data.invite.message}
            </blockquote>
          )}
          {preview.data.invite.status !== 'PENDING' ? (
            <>
              <p>{page.ended[preview.data.invite.status]}</p>
              {preview.data.invite.status === 'EXPIRED' && (
                <AskForNewLink
                  token={token}
                  requestedAt={preview.data.invite.renewalRequestedAt}
                  onRefused={preview.reload}
                />
              )}
            </>
          ) : preview.data.viewer === null ? (
            <controls.Button className="gh-button gh-primary" onClick={onSignIn}>
              {page.signIn}
            </controls.Button>
          ) : (
            <p className="gh-answer">
              <controls.Button
                className="gh-button gh-primary"
                disabled={accepting.isPending}
                onClick={() => void onAccept()}
              >
                {answer.accept}
              </controls.Button>
              <controls.Button
                className="gh-button"
                disabled={declining.isPending}
                onClick={() => void onDecline()}
              >
                {answer.decline}
              </controls.Button>
            </p>
          )}
        </>
      )}
      <Said done={done} problem={problem} />
    </Panel>
  )
}
