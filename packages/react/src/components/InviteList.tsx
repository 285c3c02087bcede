import { useRef, useState } from 'react'
import type { Outcome } from '../api/outcome.js'
import type { Invite } from '../api/types.js'
import { useResend, useRevoke } from '../hooks/actions.js'
import { useInvites } from '../hooks/data.js'
import { problemOf, useDone, useLook } from '../words/look.js'
import { type ClassNames, classes, highest, Said, useAbsence } from './parts.js'

interface InviteListProps {
  readonly orgId: string
  readonly classNames: ClassNames<'list' | 'row'>
}

/** The pending invites of an org, which can be sent again or revoked. */
export function InviteList({ orgId, classNames }: InviteListProps) {
  const { words, locale, controls } = useLook()
  const [done, sayDone] = useDone()
  const [problem, setProblem] = useState<string | null>(null)
  const list = useRef<HTMLUListElement>(null)
  const invites = useInvites(orgId)
  const [revoke] = useRevoke()
  const [resend] = useResend()
  const absence = useAbsence(invites)
  const w = words.invites

  const say = (outcome: Outcome<unknown>, text: string) => {
    setProblem(problemOf(outcome, words))
    if (outcome.kind === 'done') sayDone(text)
  }
  const whoOf = (row: Invite) => row.email ?? row.invitedUser?.name ?? words.unnamed

  return (
    <>
      <Said done={done} problem={problem} />
      {absence}
      {invites.data && (
        <>
          {invites.data.rows.length === 0 && <p className="gh-note">{w.none}</p>}
          <ul ref={list} tabIndex={-1} aria-label={w.pending} className={classes('gh-list', classNames.list)}>
            {invites.data.rows.map((row) => (
              <li key={row.id} className={classes('gh-row', classNames.row)}>
                <span className="gh-name" dir="auto">
                  {whoOf(row)}
                  <small>
                    {row.delivery === 'FAILED'
                      ? w.notDelivered
                      : w.expires(new Date(row.expiresAt).toLocaleDateString(locale))}
                  </small>
                </span>
                <span className="gh-tag">{words.roles[highest(row.roles)]}</span>
                {row.viewerCanResend && (
                  <controls.Button
                    className="gh-button"
                    aria-label={w.resendWho(whoOf(row))}
                    onClick={async () => say(await resend(row.id), w.resent(whoOf(row)))}
                  >
                    {w.resend}
                  </controls.Button>
                )}
                {row.viewerCanRevoke && (
                  <controls.Button
                    className="gh-button"
                    aria-label={w.revokeWho(whoOf(row))}
                    onClick={async () => {
                      list.current?.focus()
                      say(await revoke(row.id), w.revoked(whoOf(row)))
                    }}
                  >
                    {w.revoke}
                  </controls.Button>
                )}
              </li>
            ))}
          </ul>
          {invites.data.hasMore && (
            <controls.Button className="gh-button" onClick={invites.loadMore}>
              {words.more}
            </controls.Button>
          )}
        </>
      )}
    </>
  )
}
