import { type ReactNode, useRef, useState } from 'react'
import type { Invite } from '../api/types.js'
import { useAccept, useDecline } from '../hooks/actions.js'
import { useViewerInvites } from '../hooks/data.js'
import { problemOf, useDone, useLook } from '../words/look.js'
import { classes, Panel, type PanelProps, Said, useAbsence } from './parts.js'

type Part = 'list' | 'row' | 'text' | 'answer' | 'problem'

export interface PendingInvitesProps extends PanelProps<Part> {
  /** Called when an invite was accepted, with the id of its org. */
  onAccepted?(orgId: string): void
  onDeclined?(invite: Invite): void
  /** The invites, if your app loads them itself. Without them they are loaded, and stay up to date. */
  readonly invites?: readonly Invite[]
  /** Shows nothing while there are no invites. */
  readonly hideEmpty?: boolean
  /** Shows an invite in place of the sentence that says who invites to what. */
  renderInvite?(invite: Invite): ReactNode
  /** Asks before an invite is declined. Without it, a click declines. */
  renderDecline?(question: DeclineQuestion): ReactNode
}

export interface DeclineQuestion<Of = Invite> {
  readonly invite: Of
  /** Resolves to null when the invite is declined, or else to the reason why it is not. */
  decline(): Promise<string | null>
  close(): void
}

/** The invites that wait for an answer of the signed-in user. */
export function PendingInvites({ invites, ...rest }: PendingInvitesProps) {
  return invites ? <List {...rest} invites={invites} isGiven /> : <LoadedInvites {...rest} />
}

function LoadedInvites(props: Omit<PendingInvitesProps, 'invites'>) {
  const { answer } = useLook().words
  const invites = useViewerInvites()
  const absence = useAbsence(invites)
  if (invites.data) return <List {...props} invites={invites.data} isGiven={false} />
  return props.hideEmpty ? null : (
    <Panel name="pending-invites" title={answer.title} className={props.className}>
      {absence}
    </Panel>
  )
}

interface ListProps extends PendingInvitesProps {
  readonly invites: readonly Invite[]
  readonly isGiven: boolean
}

function List({ invites, isGiven, hideEmpty = false, className, classNames = {}, ...rest }: ListProps) {
  const { words } = useLook()
  const [done, sayDone] = useDone()
  const [problem, setProblem] = useState<{ readonly of: string; readonly text: string } | null>(null)
  const list = useRef<HTMLUListElement>(null)
  const { onAccepted, onDeclined, renderInvite, renderDecline } = rest
  const [accept] = useAccept()
  const [decline] = useDecline()
  const w = words.answer

  function begin() {
    setProblem(null)
    // The row goes at once, and the focus must not go with it.
    if (!isGiven) list.current?.focus()
  }

  async function onAccept({ id, orgName }: Invite): Promise<string | null> {
    begin()
    const outcome = await accept({ orgInviteId: id })
    if (outcome.kind === 'done') {
      sayDone(w.accepted(orgName))
      onAccepted?.(outcome.payload.orgUser.org.id)
    }
    return problemOf(outcome, words)
  }

  async function onDecline(invite: Invite): Promise<string | null> {
    begin()
    const outcome = await decline({ orgInviteId: invite.id })
    if (outcome.kind === 'done') {
      sayDone(w.declined(invite.orgName))
      onDeclined?.(invite)
    }
    return problemOf(outcome, words)
  }

  if (hideEmpty && invites.length === 0 && done === null) return null
  const isShown = invites.some(({ id }) => id === problem?.of)
  return (
    <Panel name="pending-invites" title={w.title} className={className}>
      {invites.length === 0 && <p className="gh-note">{w.none}</p>}
      <ul ref={list} tabIndex={-1} aria-label={w.title} className={classes('gh-list', classNames.list)}>
        {invites.map((invite) => (
          <Row
            key={invite.id}
            invite={invite}
            classNames={classNames}
            problem={problem?.of === invite.id ? problem.text : null}
            onProblem={(text) => setProblem(text === null ? null : { of: invite.id, text })}
            accept={() => onAccept(invite)}
            decline={() => onDecline(invite)}
            {...(renderInvite && { renderInvite })}
            {...(renderDecline && { renderDecline })}
          />
        ))}
      </ul>
      <Said done={done} problem={problem && !isShown ? problem.text : null} />
    </Panel>
  )
}

interface RowProps extends Pick<PendingInvitesProps, 'renderInvite' | 'renderDecline'> {
  readonly invite: Invite
  readonly classNames: NonNullable<PendingInvitesProps['classNames']>
  readonly problem: string | null
  onProblem(text: string | null): void
  /** They resolve to null, or to the reason why it was not done. */
  accept(): Promise<string | null>
  decline(): Promise<string | null>
}

function Row({
  invite,
  classNames,
  problem,
  onProblem,
  accept,
  decline,
  renderInvite,
  renderDecline,
}: RowProps) {
  const { words, controls } = useLook()
  const [isBusy, setBusy] = useState(false)
  const [isAsked, setAsked] = useState(false)
  const w = words.answer

  async function run(answer: () => Promise<string | null>) {
    setBusy(true)
    const why = await answer()
    setBusy(false)
    if (why !== null) onProblem(why)
  }

  // A button that waits keeps the focus.
  const wait = { 'aria-busy': isBusy || undefined, 'aria-disabled': isBusy || undefined }
  return (
    <li className={classes('gh-row', classNames.row)}>
      <div className={classes('gh-name', classNames.text)} dir={renderInvite ? undefined : 'auto'}>
        {renderInvite?.(invite) ?? w.invitedBy(invite.invitedBy?.name ?? null, invite.orgName)}
        {problem !== null && (
          <p role="alert" className={classes('gh-problem', classNames.problem)}>
            {problem}
          </p>
        )}
      </div>
      <div className={classes('gh-answer', classNames.answer)}>
        {invite.viewerCanAccept && (
          <controls.Button
            className="gh-button gh-primary"
            aria-label={w.acceptWhich(invite.orgName)}
            {...wait}
            onClick={() => !isBusy && void run(accept)}
          >
            {w.accept}
          </controls.Button>
        )}
        {invite.viewerCanDecline && (
          <controls.Button
            className="gh-button"
            aria-label={w.declineWhich(invite.orgName)}
            {...wait}
            onClick={() => !isBusy && (renderDecline ? setAsked(true) : void run(decline))}
          >
            {w.decline}
          </controls.Button>
        )}
      </div>
      {isAsked && renderDecline?.({ invite, decline, close: () => setAsked(false) })}
    </li>
  )
}
