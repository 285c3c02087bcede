import { type ReactElement, type ReactNode, useRef, useState } from 'react'
import type { Member, Org } from '../api/types.js'
import { problemOf, useDone, useLook } from '../words/look.js'
import { MemberRow, type MembersColumn, type RowSlots } from './MemberRow.js'
import { type MemberAction, nameOf } from './memberQuestion.js'
import { classes } from './parts.js'
import { useMemberActions } from './useMemberActions.js'

/** Members that an app has loaded itself. */
export interface GivenMembers<Row extends Member = Member> {
  readonly rows: readonly Row[]
  /** The viewer's membership, and the roles that they can grant. */
  readonly org: Pick<Org, 'viewerOrgUser' | 'viewerAssignableRoles'> | null
  /** Whether a row stands for somebody who is no longer in the list. Nothing can be done with them. */
  isGone?(member: Row): boolean
  /** Called when something was changed, with the row as it was. */
  onChanged?(member: Row): void
  onRemoved?(member: Row): void
}

export interface TableSlots<Row extends Member> extends RowSlots<Row> {
  /** Puts the rows into the table, in place of a `<tbody>`: for an app that draws many rows in several steps. */
  renderRows?(rows: readonly ReactElement[]): ReactNode
}

interface MembersTableProps<Row extends Member> extends GivenMembers<Row> {
  readonly orgId: string
  readonly slots: TableSlots<Row>
}

/** The rows of members, and what became of the viewer's last action. */
export function MembersTable<Row extends Member>(props: MembersTableProps<Row>) {
  const { orgId, rows, org, slots, isGone, onChanged, onRemoved } = props
  const { words } = useLook()
  const [done, sayDone] = useDone()
  const [problem, setProblem] = useState<{ readonly of: string; readonly text: string } | null>(null)
  const frame = useRef<HTMLDivElement>(null)
  const run = useMemberActions(orgId)
  const { classNames = {}, columns = [], renderRows } = slots
  const w = words.members

  async function act(member: Row, action: MemberAction): Promise<string | null> {
    const { outcome, said } = await run(member, action, nameOf(member, words))
    if (outcome.kind === 'done') {
      if (action.kind === 'REMOVE') onRemoved?.(member)
      else onChanged?.(member)
      // An app whose words are empty says it in its own way.
      if (said !== '') sayDone(said)
    }
    return problemOf(outcome, words)
  }

  const drawn = rows.map((member) => (
    <MemberRow
      key={member.id}
      member={member}
      slots={slots}
      isViewer={member.id === org?.viewerOrgUser?.id}
      isGone={isGone?.(member) ?? false}
      offered={org?.viewerAssignableRoles ?? []}
      problem={problem?.of === member.id ? problem.text : null}
      onProblem={(text) => setProblem(text === null ? null : { of: member.id, text })}
      onLeave={() => frame.current?.focus()}
      act={(action) => act(member, action)}
    />
  ))
  const titleOf = ({ key, className, title }: MembersColumn<Row>) => (
    <th key={key} scope="col" className={className}>
      {title}
    </th>
  )
  const isShown = rows.some(({ id }) => id === problem?.of)
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form. */}
      <div ref={frame} role="group" aria-label={w.title} tabIndex={-1} className="gh-table">
        {rows.length > 0 && (
          <table className={classes('gh-rows', classNames.table)}>
            <caption className="gh-hidden">{w.title}</caption>
            <thead>
              <tr>
                {columns.filter(({ isFirst }) => isFirst).map(titleOf)}
                <th scope="col">{w.member}</th>
                <th scope="col">{w.role}</th>
                {columns.filter(({ isFirst }) => !isFirst).map(titleOf)}
                <th scope="col">
                  <span className="gh-hidden">{w.actions}</span>
                </th>
              </tr>
            </thead>
            {renderRows?.(drawn) ?? <tbody>{drawn}</tbody>}
          </table>
        )}
      </div>
      <p role="status" className="gh-done">
        {problem === null ? done : null}
      </p>
      {problem && !isShown && (
        <p role="alert" className="gh-problem">
          {problem.text}
        </p>
      )}
    </>
  )
}
