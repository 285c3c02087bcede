import { type ReactNode, useState } from 'react'
import type { Outcome } from '../../api/outcome.js'
import type { InvitePreview, Viewer } from '../../api/types.js'
import { useAccept, useDecline } from '../../hooks/actions.js'
import { problemOf, useLook } from '../../words/look.js'
import type { DeclineQuestion } from '../PendingInvites.js'
import { classes } from '../parts.js'
import { DeclineInPlace } from './DeclineInPlace.js'
import { addressOf, fits } from './inviteAddress.js'

interface AnswerClassNames {
  readonly answer?: string
  readonly problem?: string
}

/** What became of the invite by the viewer's answer. */
export type Answered = { readonly invite: InvitePreview } & (
  | { readonly as: 'accepted'; readonly orgId: string }
  | { readonly as: 'declined' }
)

interface AnswerInviteProps {
  readonly token: string
  readonly invite: InvitePreview
  readonly viewer: Viewer
  readonly classNames: AnswerClassNames
  /** What only the app knows. */
  readonly problem: ReactNode
  onAnswered(answered: Answered): void
  /** Loads the invite again: it may have changed meanwhile, or the viewer may be signed out. */
  onRefused(): void
  readonly onChangeAccount: (() => void) | undefined
  readonly renderDecline: ((question: DeclineQuestion<InvitePreview>) => ReactNode) | undefined
}

const isForAnother = (outcome: Outcome<unknown> | null) =>
  outcome?.kind === 'refused' && outcome.refusal.type === 'OrgInviteForAnotherUserError'

/** As whom the viewer would answer, and the buttons to do it. */
export function AnswerInvite({
  token,
  invite,
  viewer,
  classNames,
  problem,
  onAnswered,
  onRefused,
  onChangeAccount,
  renderDecline,
}: AnswerInviteProps) {
  const { words, controls } = useLook()
  const [refused, setRefused] = useState<Outcome<unknown> | null>(null)
  /** The button that asked whether to decline. */
  const [opener, setOpener] = useState<HTMLElement | null>(null)
  const [accept, { isPending: isAccepting }] = useAccept()
  const [decline, { isPending: isDeclining }] = useDecline()
  const isBusy = isAccepting || isDeclining
  const isForOther = fits(invite, viewer) === 'other' || isForAnother(refused)
  const why = reasonOf(refused)
  const w = words.page
  const name = viewer.name ?? viewer.email ?? words.unnamed

  /** Tells both addresses if they are the reason, also before an answer. One that is not verified may be another reason. */
  function reasonOf(outcome: Outcome<unknown> | null): string | null {
    const address = addressOf(invite)
    const isSure = fits(invite, viewer) === 'other' || (isForAnother(outcome) && viewer.emailVerified)
    return isSure && address !== null && viewer.email !== null
      ? words.page.otherAddress(address, viewer.email)
      : problemOf(outcome, words)
  }

  async function onAccept() {
    const outcome = await accept({ token })
    setRefused(outcome)
    if (outcome.kind === 'done') onAnswered({ as: 'accepted', invite, orgId: outcome.payload.orgUser.org.id })
    else onRefused()
  }

  async function onDecline(): Promise<string | null> {
    const outcome = await decline({ token })
    // The app's own question says the other reasons.
    if (!renderDecline || isForAnother(outcome)) setRefused(outcome)
    if (outcome.kind === 'done') onAnswered({ as: 'declined', invite })
    else onRefused()
    return problemOf(outcome, words)
  }

  // A button that waits keeps the focus.
  const wait = { 'aria-busy': isBusy || undefined, 'aria-disabled': isBusy || undefined }
  return (
    <section className="gh-your-answer" aria-label={w.yourAnswer}>
      <p className="gh-note">
        {w.signedInAs(
          <span key="who" dir="auto">
            <strong>{name}</strong>
            {viewer.email !== null && viewer.email !== name && ` (${viewer.email})`}
          </span>,
        )}
      </p>
      {why !== null && (
        <p role="alert" className={classes('gh-problem', classNames.problem)}>
          {why}
        </p>
      )}
      {viewer.email === null && w.noAddress !== '' && (
        <p className={classes('gh-problem', classNames.problem)}>{w.noAddress}</p>
      )}
      {problem}
      <div className={classes('gh-answer', classNames.answer)}>
        {!isForOther && (
          <>
            <controls.Button
              className="gh-button gh-primary"
              {...wait}
              onClick={() => !isBusy && void onAccept()}
            >
              {words.answer.accept}
            </controls.Button>
            <controls.Button
              className="gh-button"
              {...wait}
              onClick={({ currentTarget }) => !isBusy && setOpener(currentTarget)}
            >
              {words.answer.decline}
            </controls.Button>
          </>
        )}
        {onChangeAccount && (
          <controls.Button
            className={classes('gh-button', isForOther ? 'gh-primary' : 'gh-plain')}
            onClick={onChangeAccount}
          >
            {w.changeAccount}
          </controls.Button>
        )}
      </div>
      {opener !== null &&
        !isForOther &&
        (renderDecline?.({ invite, decline: onDecline, close: () => setOpener(null) }) ?? (
          <DeclineInPlace
            orgName={invite.orgName}
            onCancel={() => {
              setOpener(null)
              opener.focus()
            }}
            onDecline={() => {
              setOpener(null)
              opener.focus()
              void onDecline()
            }}
          />
        ))}
    </section>
  )
}
