import { type ReactNode, useRef, useState } from 'react'
import type { Member, Role } from '../api/types.js'
import { useChangeRoles, useRemove } from '../hooks/actions.js'
import { useMembers, useOrg } from '../hooks/data.js'
import { problemOf, useDone, useLook } from '../words/look.js'
import { classes, highest, Panel, type PanelProps, RoleSelect, Said, TextField, useAbsence } from './parts.js'

export interface MembersPanelProps extends PanelProps<'list' | 'row' | 'name'> {
  readonly orgId: string
  /** Shows more at the end of each row. */
  renderExtra?(member: Member): ReactNode
}

/** The members of an org, with their roles. What the viewer may not change is text. */
export function MembersPanel({ orgId, renderExtra, className, classNames = {} }: MembersPanelProps) {
  const { words, controls } = useLook()
  const [search, setSearch] = useState('')
  const [asked, setAsked] = useState<string | null>(null)
  const [cancelled, setCancelled] = useState<string | null>(null)
  const [done, sayDone] = useDone()
  const [problem, setProblem] = useState<string | null>(null)
  const list = useRef<HTMLUListElement>(null)
  const members = useMembers(orgId, search === '' ? {} : { search })
  const offered = useOrg(orgId).data?.viewerAssignableRoles ?? []
  const [changeRoles] = useChangeRoles()
  const [remove] = useRemove()
  const absence = useAbsence(members)
  const w = words.members
  const nameOf = ({ user }: Member) => user.name ?? user.email ?? words.unnamed

  async function change(member: Member, role: Role) {
    const outcome = await changeRoles(orgId, member, role)
    setProblem(problemOf(outcome, words))
    if (outcome.kind === 'done') sayDone(w.changed(nameOf(member), words.roles[role]))
  }

  function cancel(member: Member) {
    setAsked(null)
    // The focus returns to where it came from.
    setCancelled(member.id)
  }

  async function confirm(member: Member) {
    setAsked(null)
    // The row goes, and the focus must not go with it.
    list.current?.focus()
    const outcome = await remove(orgId, member)
    setProblem(problemOf(outcome, words))
    if (outcome.kind === 'done') sayDone(w.removed(nameOf(member)))
  }

  return (
    <Panel name="members" title={w.title} className={className}>
      <TextField label={w.search} type="search" value={search} onChange={setSearch} />
      {absence}
      {members.data && (
        <>
          <p className="gh-note">
            {members.data.totalCount === 0 ? w.none : w.count(members.data.totalCount)}
          </p>
          <ul ref={list} tabIndex={-1} aria-label={w.title} className={classes('gh-list', classNames.list)}>
            {members.data.rows.map((member) => (
              <li key={member.id} className={classes('gh-row', classNames.row)}>
                <span className={classes('gh-name', classNames.name)} dir="auto">
                  {nameOf(member)}
                  {member.user.name !== null && member.user.email !== null && (
                    <small>{member.user.email}</small>
                  )}
                </span>
                {member.status === 'SUSPENDED' && <span className="gh-tag">{w.suspended}</span>}
                {member.viewerCanChangeRoles ? (
                  <RoleSelect
                    label={w.roleOf(nameOf(member))}
                    value={highest(member.roles)}
                    offered={offered}
                    onChange={(role) => void change(member, role)}
                  />
                ) : (
                  <span className="gh-tag">{words.roles[highest(member.roles)]}</span>
                )}
                {member.viewerCanRemove && asked !== member.id && (
                  <controls.Button
                    className="gh-button"
                    aria-label={w.removeWho(nameOf(member))}
                    autoFocus={cancelled === member.id}
                    onClick={() => setAsked(member.id)}
                  >
                    {w.remove}
                  </controls.Button>
                )}
                {asked === member.id && (
                  // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own look.
                  <span
                    role="group"
                    aria-label={w.sure(nameOf(member))}
                    className="gh-sure"
                    onKeyDown={({ key }) => key === 'Escape' && cancel(member)}
                  >
                    {w.sure(nameOf(member))}
                    <controls.Button className="gh-button" autoFocus onClick={() => cancel(member)}>
                      {words.cancel}
                    </controls.Button>
                    <controls.Button className="gh-button gh-danger" onClick={() => void confirm(member)}>
                      {w.remove}
                    </controls.Button>
                  </span>
                )}
                {renderExtra?.(member)}
              </li>
            ))}
          </ul>
          {members.data.hasMore && (
            <controls.Button className="gh-button" onClick={members.loadMore}>
              {words.more}
            </controls.Button>
          )}
        </>
      )}
      <Said done={done} problem={problem} />
    </Panel>
  )
}
