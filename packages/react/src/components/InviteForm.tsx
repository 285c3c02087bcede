import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import type { CreatedInvite, Org } from '../api/types.js'
import { useDone, useLook } from '../words/look.js'
import { AddressesField } from './AddressesField.js'
import { pastedAddresses } from './addresses.js'
import { InviteLinks } from './InviteLinks.js'
import { InviteOptions } from './InviteOptions.js'
import { AppRolesField, RoleField } from './InviteRoles.js'
import { type InviteDraft, type InviteTerms, optionsOf, type Problems, termsOf } from './inviteTerms.js'
import { type ClassNames, classes, Said } from './parts.js'
import { type Invited, MAX_INVITES, type Refused, useSendInvites } from './sendInvites.js'

export type InviteFormPart =
  | 'form'
  | 'field'
  | 'error'
  | 'hint'
  | 'options'
  | 'pair'
  | 'choices'
  | 'check'
  | 'links'
  | 'actions'

/** What must be known of an org to invite people to it. */
export type OrgToInvite = Pick<Org, 'viewerPermissions' | 'viewerAssignableRoles'>

export interface InviteFormProps {
  readonly orgId: string
  /**
   * What the form shows to begin with, such as the address and the roles of an invite that has ended, to invite again. Roles
   * that the viewer may not assign are left out.
   */
  readonly invite?: InviteDraft
  /** Shows all options, in place of the button "More options". */
  readonly showOptions?: boolean
  /**
   * The server's time in ms since the epoch, for an app that knows it better than the user's clock.
   * @default Date.now
   */
  now?(): number
  /** Called when a request to invite is sent. */
  onSend?(): void
  /** Called with those who were invited, before the lists of your app can know them by an event. */
  onInvited?(invites: readonly CreatedInvite[]): void
  /** Chooses the roles in your app's own way, those of the host application too. */
  renderRoles?(choice: RolesChoice): ReactNode
  /** Says who was invited, and shows the links of invites without a mail. */
  renderDone?(invited: readonly Invited[]): ReactNode
  /** Shows the form's buttons among your app's own. */
  renderActions?(form: InviteFormState): ReactNode
}

export interface RolesChoice extends Pick<InviteTerms, 'roles' | 'appRoleIds'> {
  onChange(chosen: Partial<Pick<InviteTerms, 'roles' | 'appRoleIds'>>): void
}

export interface InviteFormState {
  /** The buttons to invite, and to show more options. */
  readonly buttons: ReactNode
  readonly isPending: boolean
  /** The last request has invited somebody. */
  readonly isDone: boolean
}

interface Props extends InviteFormProps {
  readonly org: OrgToInvite
  readonly classNames: ClassNames<InviteFormPart>
}

export function InviteForm({ orgId, org, invite = {}, showOptions = false, classNames, ...slots }: Props) {
  const { words, locale, controls } = useLook()
  const { now = Date.now, onSend, onInvited, renderRoles, renderDone, renderActions } = slots
  const assignable = org.viewerAssignableRoles
  const [text, setText] = useState(invite.email ?? '')
  const [terms, setTerms] = useState(() => termsOf(invite, assignable, locale))
  const [isOpen, setOpen] = useState(showOptions)
  const [isPending, setPending] = useState(false)
  const [invited, setInvited] = useState<readonly Invited[]>([])
  const [refused, setRefused] = useState<readonly Refused[]>([])
  const [wrong, setWrong] = useState<Problems>({})
  const [done, sayDone] = useDone()
  const [answers, setAnswers] = useState(0)
  const form = useRef<HTMLFormElement>(null)
  const options = useId()
  const send = useSendInvites(orgId)
  const pasted = pastedAddresses(text)
  const count = pasted.addresses.length
  const w = words.inviteForm

  useEffect(() => {
    const { activeElement: focused, body } = document
    const isElsewhere = focused !== body && !form.current?.contains(focused)
    // Where something is wrong with the form as a whole, the focus stays.
    if (answers === 0 || isElsewhere || wrong.form !== undefined) return
    const find = (control: string) => form.current?.querySelector<HTMLElement>(control)
    ;(find('[aria-invalid="true"]') ?? find('textarea'))?.focus()
  }, [answers])

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (isPending || count === 0 || count > MAX_INVITES) return
    setPending(true)
    setInvited([])
    setRefused([])
    setWrong({})
    onSend?.()
    const sent = await send(pasted.addresses, optionsOf(terms, now()))
    setPending(false)
    setInvited(sent.invited)
    setRefused(sent.refused)
    setWrong(sent.wrong)
    setAnswers((before) => before + 1)
    // What is wrong must be seen.
    if (Object.keys(sent.wrong).some((field) => field !== 'form' && field !== 'roles')) setOpen(true)
    if (sent.invited.length === 0) return
    // What was typed meanwhile is for the next request.
    setText((now) => (now === text ? sent.refused.map(({ address }) => address).join('\n') : now))
    // A message is for these people: the next ones don't get it.
    if (sent.refused.length === 0)
      setTerms((now) => (now.message === terms.message ? { ...now, message: '' } : now))
    if (!renderDone) sayDone(w.sent(sent.invited.map(({ email }) => email)))
    onInvited?.(sent.invited.map((each) => each.invite))
  }

  /** What was wrong with a field is gone once it is changed. */
  function change(chosen: Partial<InviteTerms>, ...fields: readonly (keyof Problems | undefined)[]) {
    setTerms((held) => ({ ...held, ...chosen }))
    const isOther = ([field]: [string, unknown]) => !fields.some((each) => each === field)
    setWrong((held) => Object.fromEntries(Object.entries(held).filter(isOther)))
  }

  const buttons = (
    <>
      <controls.Button
        type="submit"
        className="gh-button gh-primary"
        disabled={!isPending && (count === 0 || count > MAX_INVITES)}
        // A button that waits keeps the focus.
        aria-disabled={isPending || undefined}
        aria-busy={isPending || undefined}
      >
        {count > 1 ? w.sendMany(count) : w.send}
      </controls.Button>
      {!showOptions && (
        <controls.Button
          className="gh-button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? options : undefined}
          onClick={() => setOpen(!isOpen)}
        >
          {w.options}
        </controls.Button>
      )}
    </>
  )
  const rolesWrong = wrong.roles ?? wrong.appRoleIds
  return (
    <>
      {renderDone ? (
        invited.length > 0 && renderDone(invited)
      ) : (
        <InviteLinks invited={invited} className={classNames.links} />
      )}
      <form ref={form} noValidate className={classes('gh-form', classNames.form)} onSubmit={submit}>
        <AddressesField
          {...pasted}
          text={text}
          refused={refused}
          classNames={classNames}
          onChange={setText}
        />
        {renderRoles ? (
          <>
            {renderRoles({ ...terms, onChange: (chosen) => change(chosen, 'roles', 'appRoleIds') })}
            {rolesWrong !== undefined && (
              <p role="alert" className={classes('gh-problem', classNames.error)}>
                {rolesWrong}
              </p>
            )}
          </>
        ) : (
          <RoleField
            roles={terms.roles}
            assignable={assignable}
            problem={wrong.roles}
            classNames={classNames}
            onChange={(roles) => change({ roles }, 'roles')}
          />
        )}
        {isOpen && (
          <div id={options} className={classes('gh-more', classNames.options)}>
            {!renderRoles && (
              <AppRolesField
                chosen={terms.appRoleIds}
                assignable={assignable}
                problem={wrong.appRoleIds}
                className={classNames.choices}
                onChange={(appRoleIds) => change({ appRoleIds }, 'appRoleIds')}
              />
            )}
            <InviteOptions terms={terms} wrong={wrong} classNames={classNames} onChange={change} />
          </div>
        )}
        <Said done={invited.length > 0 ? done : null} problem={wrong.form ?? null} />
        {renderActions ? (
          renderActions({ buttons, isPending, isDone: invited.length > 0 })
        ) : (
          <div className={classes('gh-answer', classNames.actions)}>{buttons}</div>
        )}
      </form>
    </>
  )
}
