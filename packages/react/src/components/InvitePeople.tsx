import { type FormEvent, useRef, useState } from 'react'
import type { Outcome } from '../api/outcome.js'
import type { Invite, Role } from '../api/types.js'
import { useInvite, useResend, useRevoke } from '../hooks/actions.js'
import { useInvites, useOrg } from '../hooks/data.js'
import { problemOf, useDone, useLook } from '../words/look.js'
import { classes, highest, Panel, type PanelProps, RoleSelect, Said, TextField, useAbsence } from './parts.js'

export interface InvitePeopleProps extends PanelProps<'form' | 'list' | 'row'> {
  readonly orgId: string
}

/** Invites people to an org by e-mail, and shows the pending invites. Nothing for those who may not see invites. */
export function InvitePeople({ orgId, className, classNames = {} }: InvitePeopleProps) {
  const { words, locale, controls } = useLook()
  const [email, setEmail] = useState('')
  const [message, setMessage] = useState('')
  const [role, setRole] = useState<Role>('USER')
  const [done, sayDone] = useDone()
  const [problem, setProblem] = useState<string | null>(null)
  const list = useRef<HTMLUListElement>(null)
  const org = useOrg(orgId)
  const invites = useInvites(orgId)
  const [invite, { isPending }] = useInvite()
  const [revoke] = useRevoke()
  const [resend] = useResend()
  const absence = useAbsence(invites)
  const w = words.invites
  if (org.data && !org.data.viewerPermissions.includes('INVITE_READ')) return null

  const say = (outcome: Outcome<unknown>, text: string) => {
    setProblem(problemOf(outcome, words))
    if (outcome.kind === 'done') sayDone(text)
  }
  const whoOf = (row: Invite) => row.email ?? row.invitedUser?.name ?? words.unnamed

  async function submit(event: FormEvent) {
    event.preventDefault()
    const outcome = await invite(orgId, {
      email,
      roles: [role],
      ...(message !== '' && { message }),
      ...(locale !== 'en' && { locale }),
    })
    say(outcome, w.sent(email))
    if (outcome.kind === 'done') setEmail('')
  }

  return (
    <Panel name="invite-people" title={w.title} className={className}>
      {org.data?.viewerPermissions.includes('INVITE_CREATE') && (
        <form className={classes('gh-form', classNames.form)} onSubmit={submit}>
          <TextField label={w.email} type="email" value={email} required onChange={setEmail} />
          <RoleSelect
            label={w.role}
            value={role}
            offered={org.data.viewerAssignableRoles}
            onChange={setRole}
          />
          <TextField label={w.message} value={message} onChange={setMessage} />
          <controls.Button type="submit" className="gh-button gh-primary" disabled={isPending}>
            {w.send}
          </controls.Button>
        </form>
      )}
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
    </Panel>
  )
}
