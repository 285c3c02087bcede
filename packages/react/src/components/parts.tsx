import { type ReactNode, useId } from 'react'
import type { Role } from '../api/types.js'
import type { Live } from '../store/liveQuery.js'
import { useLook } from '../words/look.js'

/** A class for each part of a component, beside its own one. */
type ClassNames<Part extends string> = { readonly [P in Part]?: string }

export interface PanelProps<Part extends string> {
  readonly className?: string
  readonly classNames?: ClassNames<Part>
}

export const classes = (...names: readonly (string | undefined)[]) => names.filter(Boolean).join(' ')

interface PanelOptions {
  readonly name: string
  readonly title: string
  readonly className: string | undefined
  readonly children: ReactNode
}

/** The frame of each component. */
export function Panel({ name, title, className, children }: PanelOptions) {
  return (
    <section lang={useLook().locale} aria-label={title} className={classes('gh', `gh-${name}`, className)}>
      {children}
    </section>
  )
}

/** The frame of a component that is one control: no landmark of the page. */
export function Box({ name, className, children }: Omit<PanelOptions, 'title'>) {
  return (
    <div lang={useLook().locale} className={classes('gh', `gh-${name}`, className)}>
      {children}
    </div>
  )
}

/** What is shown in place of data that is not there. Null if it is there. */
export function useAbsence(live: Live<unknown>): ReactNode {
  const { words } = useLook()
  if (live.status === 'ready') return null
  if (live.status === 'loading') return <p className="gh-note">{words.loading}</p>
  if (live.status === 'missing') return <p className="gh-note">{words.missing}</p>
  const isSignedOut = live.error.code === 'UNAUTHENTICATED'
  return <p className="gh-note">{isSignedOut ? words.signedOut : words.failed}</p>
}

/** Says what happened: what was done politely, and what was not as an alert. Both stay in the page to be heard. */
export function Said({ done, problem }: { done: string | null; problem: string | null }) {
  return (
    <>
      <p role="status" className="gh-done">
        {problem === null ? done : null}
      </p>
      <p role="alert" className="gh-problem">
        {problem}
      </p>
    </>
  )
}

const ranks: readonly Role[] = ['USER', 'ADMIN', 'OWNER']

export function highest(roles: readonly Role[]): Role {
  return ranks.findLast((role) => roles.includes(role)) ?? 'USER'
}

interface RoleSelectProps {
  readonly label: string
  readonly value: Role
  readonly offered: readonly Role[]
  readonly className?: string | undefined
  readonly isBusy?: boolean
  onChange(role: Role, select: HTMLSelectElement): void
}

export function RoleSelect({ label, value, offered, className, isBusy, onChange }: RoleSelectProps) {
  const { words, controls } = useLook()
  return (
    <controls.Select
      aria-label={label}
      aria-busy={isBusy || undefined}
      className={classes('gh-select', className)}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value as Role, currentTarget)}
    >
      {ranks
        .filter((role) => role === value || offered.includes(role))
        .map((role) => (
          <option key={role} value={role}>
            {words.roles[role]}
          </option>
        ))}
    </controls.Select>
  )
}

interface TextFieldProps {
  readonly label: string
  readonly value: string
  readonly type?: 'text' | 'email' | 'url' | 'search'
  readonly required?: boolean
  /** The text is no word of a language. */
  readonly isCode?: boolean
  /** Empty: none. */
  readonly hint?: string
  /** What is wrong with the value. */
  readonly problem?: string | undefined
  readonly classNames?: ClassNames<'field' | 'error' | 'hint'>
  onChange(value: string): void
}

// The types of Preact take no text for spellCheck, and Preact drops false.
const ofCode: object = { autoCapitalize: 'none', spellCheck: 'false' }

export function TextField({
  label,
  type = 'text',
  isCode = false,
  hint = '',
  problem = '',
  classNames = {},
  onChange,
  ...rest
}: TextFieldProps) {
  const { Input } = useLook().controls
  const id = useId()
  const notes = { error: problem, hint }
  const said = (['error', 'hint'] as const).filter((note) => notes[note] !== '')
  return (
    <div className={classes('gh-field', classNames.field)}>
      <label htmlFor={id}>{label}</label>
      <Input
        id={id}
        className="gh-input"
        // The types of Preact tell the kinds of inputs apart.
        type={type as 'text'}
        {...(isCode && ofCode)}
        {...rest}
        aria-invalid={problem !== '' || undefined}
        aria-describedby={said.map((note) => `${id}-${note}`).join(' ') || undefined}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {said.map((note) => (
        <p
          key={note}
          id={`${id}-${note}`}
          className={classes(note === 'error' ? 'gh-problem' : 'gh-note', classNames[note])}
          // The focus may be in the field already.
          role={note === 'error' ? 'alert' : undefined}
        >
          {notes[note]}
        </p>
      ))}
    </div>
  )
}
