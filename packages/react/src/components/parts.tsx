import { type ReactNode, useId } from 'react'
import type { Role } from '../api/types.js'
import type { Live } from '../store/liveQuery.js'
import { useLook } from '../words/look.js'

/** A class for each part of a component, beside its own one. */
export type ClassNames<Part extends string> = { readonly [P in Part]?: string }

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
export function Said({ done, problem }: { done: ReactNode; problem: string | null }) {
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

export type FieldClassNames = ClassNames<'field' | 'error' | 'hint'>

interface FieldProps {
  readonly label: string
  /** Empty: none. */
  readonly hint?: string
  /** What is wrong with the value. */
  readonly problem?: ReactNode
  readonly classNames?: FieldClassNames
  /** Shows the control. Its props connect it to the label and the notes. */
  children(tie: {
    readonly id: string
    readonly 'aria-invalid': true | undefined
    readonly 'aria-describedby': string | undefined
  }): ReactNode
}

/** A label, a control, and beneath it what is wrong and a hint. */
export function Field({ label, hint = '', problem, classNames = {}, children }: FieldProps) {
  const id = useId()
  const isWrong = problem !== undefined && problem !== ''
  const notes = [...(isWrong ? [`${id}-error`] : []), ...(hint === '' ? [] : [`${id}-hint`])]
  return (
    <div className={classes('gh-field', classNames.field)}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': isWrong || undefined,
        'aria-describedby': notes.join(' ') || undefined,
      })}
      {isWrong && (
        // An alert, because the focus may be in the field already.
        <div id={`${id}-error`} className={classes('gh-problem', classNames.error)} role="alert">
          {problem}
        </div>
      )}
      {hint !== '' && (
        <p id={`${id}-hint`} className={classes('gh-note', classNames.hint)}>
          {hint}
        </p>
      )}
    </div>
  )
}

interface SelectFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string
  readonly options: readonly (readonly [value: string, label: string])[]
  onChange(value: string): void
}

export function SelectField({ value, options, onChange, ...rest }: SelectFieldProps) {
  const { Select } = useLook().controls
  return (
    <Field {...rest}>
      {(tie) => (
        <Select
          {...tie}
          className="gh-select"
          value={value}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        >
          {options.map(([each, label]) => (
            <option key={each} value={each}>
              {label}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

interface TextFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string
  readonly type?: 'text' | 'email' | 'url' | 'search'
  /** The text is no word of a language. */
  readonly isCode?: boolean
  onChange(value: string): void
}

// The types of Preact take no text for spellCheck, and Preact drops false.
export const ofCode: object = { autoCapitalize: 'none', spellCheck: 'false' }

export function TextField({ type = 'text', isCode = false, value, onChange, ...rest }: TextFieldProps) {
  const { Input } = useLook().controls
  return (
    <Field {...rest}>
      {(tie) => (
        <Input
          {...tie}
          className="gh-input"
          // The types of Preact tell the kinds of inputs apart.
          type={type as 'text'}
          {...(isCode && ofCode)}
          value={value}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
    </Field>
  )
}
