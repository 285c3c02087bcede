import { useRef, useState } from 'react'
import type { Invite } from '../api/types.js'
import { useAccept, useDecline } from '../hooks/actions.js'
import { useViewerInvites } from '../hooks/data.js'
import { problemOf, useLook } from '../words/look.js'
import { classes, Panel, type PanelProps, Said, useAbsence } from './parts.js'

export interface PendingInvitesProps extends PanelProps<'list' | 'row'> {
  /** Called when an invite was accepted, with the id of its org. */
  onAccepted?(orgId: string): void
}

/** The invites that wait for an answer of the signed-in user. */
export function PendingInvites({ onAccepted, className, classNames = {} }: PendingInvitesProps) {
  const { words, controls } = useLook()
  const [done, setDone] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const list = useRef<HTMLUListElement>(null)
  const invites = useViewerInvites()
  const [accept] = useAccept()
  const [decline] = useDecline()
  const absence = useAbsence(invites)
  const w = words.answer

  async function answer({ id, orgName }: Invite, isAccepted: boolean) {
    list.current?.focus()
    if (isAccepted) {
      const outcome = await accept({ orgInviteId: id })
      setProblem(problemOf(outcome, words))
      setDone(w.accepted(orgName))
      if (outcome.kind === 'done') onAccepted?.(outcome.payload.orgUser.org.id)
    } else {
      setProblem(problemOf(await decline({ orgInviteId: id }), words))
      setDone(w.declined(orgName))
    }
  }

  return (
    <Panel name="pending-invites" title={w.title} className={className}>
      {absence}
      {invites.data && (
        <>
          {invites.data.length === 0 && <p className="gh-note">{w.none}</p>}
          <ul ref={list} tabIndex={-1} aria-label={w.title} className={classes('gh-list', classNames.list)}>
            {invites.data.map((invite) => (
              <li key={invite.id} className={classes('gh-row', classNames.row)}>
                <span className="gh-name" dir="auto">
                  {w.invitedBy(invite.invitedBy?.name ?? null, invite.orgName)}
                </span>
                <controls.Button
                  className="gh-button gh-primary"
                  aria-label={w.acceptWhich(invite.orgName)}
                  onClick={() => void answer(invite, true)}
                >
                  {w.accept}
                </controls.Button>
                <controls.Button
                  className="gh-button"
                  aria-label={w.declineWhich(invite.orgName)}
                  onClick={() => void answer(invite, false)}
                >
                  {w.decline}
                </controls.Button>
              </li>
            ))}
          </ul>
        </>
      )}
      <Said done={done} problem={problem} />
    </Panel>
  )
}
