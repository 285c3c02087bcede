import { type ReactNode, useRef, useState } from 'react'
import type { Member, Role } from '../api/types.js'
import { useLook } from '../words/look.js'
import { type MemberAction, type MemberQuestion, nameOf, questionOf } from './memberQuestion.js'
import { classes, highest, type PanelProps, RoleSelect } from './parts.js'
import { Question } from './Question.js'

export type MembersPart =
  | 'table'
  | 'row'
  /** Beside `row`: it stands for somebody who is no longer in the list. */
  | 'gone'
  | 'member'
  | 'name'
  | 'you'
  | 'email'
  | 'suspended'
  | 'problem'
  | 'role'
  | 'select'
  | 'tags'
  | 'tag'
  | 'actions'
  | 'buttons'
  | 'button'
  | 'note'

/** A column of the app. */
export interface MembersColumn<Row extends Member = Member> {
  readonly key: string
  readonly title: ReactNode
  /** A class for the cells and for the title. */
  readonly className?: string
  /** Puts it before the members' names, such as checkboxes. */
  readonly isFirst?: boolean
  cell(member: Row): ReactNode
}

/** What an app can add to the rows, and put in place of their parts. */
export interface RowSlots<Row extends Member> extends Pick<PanelProps<MembersPart>, 'classNames'> {
  readonly columns?: readonly MembersColumn<Row>[]
  /** Shows more beside the actions of each row. */
  renderExtra?(member: Row): ReactNode
  /** Asks before something is done that takes access from somebody or gives all of it. Without it, the panel asks itself. */
  renderQuestion?(question: MemberQuestion<Row>): ReactNode
}

interface MemberRowProps<Row extends Member> {
  readonly member: Row
  readonly slots: RowSlots<Row>
  readonly isViewer: boolean
  readonly isGone: boolean
  /** The roles that the viewer can grant. */
  readonly offered: readonly Role[]
  readonly problem: string | null
  onProblem(text: string | null): void
  /** The row will be gone soon: puts the focus elsewhere. */
  onLeave(): void
  /** Resolves to null, or to the reason why it was not done. */
  act(action: MemberAction): Promise<string | null>
}

/** A member: who they are, their roles, and what the viewer can do with them. */
export function MemberRow<Row extends Member>(props: MemberRowProps<Row>) {
  const { member, slots, isViewer, isGone, offered, problem, onProblem, onLeave, act } = props
  const { words, controls } = useLook()
  const [asked, setAsked] = useState<MemberAction | null>(null)
  const [isBusy, setBusy] = useState(false)
  const opener = useRef<HTMLElement | null>(null)
  const { classNames = {}, columns = [], renderExtra, renderQuestion } = slots
  const w = words.members
  const name = nameOf(member, words)
  const role = highest(member.roles)
  const question = asked && questionOf(asked, name, isViewer, words)

  async function run(action: MemberAction) {
    setBusy(true)
    onProblem(null)
    const why = await act(action)
    setBusy(false)
    if (why !== null) onProblem(why)
  }

  function begin(action: MemberAction, from: HTMLElement) {
    if (isBusy) return
    opener.current = from
    if (questionOf(action, name, isViewer, words)) setAsked(action)
    else void run(action)
  }

  function cancel() {
    setAsked(null)
    // The focus returns to where it came from.
    opener.current?.focus()
  }

  function confirm(action: MemberAction) {
    cancel()
    if (action.kind === 'REMOVE') onLeave()
    void run(action)
  }

  const cellOf = ({ key, className, cell }: MembersColumn<Row>) => (
    <td key={key} className={className}>
      {cell(member)}
    </td>
  )
  const tag = (key: string, text: string, ...more: (string | undefined)[]) => (
    <span key={key} className={classes('gh-tag', classNames.tag, ...more)}>
      {text}
    </span>
  )
  const button = (kind: 'SUSPEND' | 'REINSTATE' | 'REMOVE', verb: string, label: string) => (
    <controls.Button
      className={classes('gh-button', classNames.button)}
      aria-label={label}
      // A button that waits keeps the focus.
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      onClick={({ currentTarget }) => begin({ kind }, currentTarget)}
    >
      {verb}
    </controls.Button>
  )
  const canChange = member.viewerCanChangeRoles && !isGone
  const canRemove = member.viewerCanRemove && !isViewer
  const isSuspended = member.status === 'SUSPENDED'
  return (
    <>
      <tr className={classes('gh-row', classNames.row, ...(isGone ? ['gh-gone', classNames.gone] : []))}>
        {columns.filter(({ isFirst }) => isFirst).map(cellOf)}
        <th scope="row" className={classes('gh-name', classNames.member)}>
          <span className={classNames.name}>
            <bdi>{name}</bdi> {isViewer && <span className={classes('gh-you', classNames.you)}>{w.you}</span>}{' '}
            {isSuspended && tag('suspended', w.suspended, classNames.suspended)}
          </span>
          {member.user.name !== null && member.user.email !== null && (
            <small className={classNames.email}>{member.user.email}</small>
          )}
          {problem !== null && (
            <p role="alert" className={classes('gh-problem', classNames.problem)}>
              {problem}
            </p>
          )}
        </th>
        <td className={classNames.role}>
          {canChange && (
            <RoleSelect
              label={w.roleOf(name)}
              value={role}
              offered={offered}
              className={classNames.select}
              isBusy={isBusy}
              onChange={(to, select) => {
                // It shows what is, until that has changed.
                select.value = role
                begin({ kind: 'CHANGE_ROLE', role: to }, select)
              }}
            />
          )}
          {(!canChange || member.appRoles.length > 0) && (
            <span className={classes('gh-tags', classNames.tags)}>
              {!canChange && tag(role, words.roles[role], `gh-${role.toLowerCase()}`)}
              {member.appRoles.map((appRole) => tag(appRole.id, appRole.name))}
            </span>
          )}
        </td>
        {columns.filter(({ isFirst }) => !isFirst).map(cellOf)}
        <td className={classes('gh-actions', classNames.actions)}>
          {isGone ? (
            <span className={classes('gh-note', classNames.note)}>{w.gone}</span>
          ) : (
            <div className={classes('gh-answer', classNames.buttons)}>
              {renderExtra?.(member)}
              {/* One button, which keeps the focus. */}
              {isSuspended
                ? member.viewerCanRemove && button('REINSTATE', w.reinstate, w.reinstateWho(name))
                : member.viewerCanSuspend && !isViewer && button('SUSPEND', w.suspend, w.suspendWho(name))}
              {canRemove && button('REMOVE', w.remove, w.removeWho(name))}
            </div>
          )}
          {asked &&
            question &&
            renderQuestion?.({
              ...question,
              member,
              action: asked,
              confirm: () => act(asked),
              close: () => setAsked(null),
            })}
        </td>
      </tr>
      {asked && question && !renderQuestion && (
        <tr className="gh-row">
          <td colSpan={columns.length + 3}>
            <Question {...question} onCancel={cancel} onConfirm={() => confirm(asked)} />
          </td>
        </tr>
      )}
    </>
  )
}
