import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import type { Outcome } from '../api/outcome.js'
import { useUpdateOrg } from '../hooks/actions.js'
import type { Words } from '../words/en.js'
import { problemOf, useDone, useLook } from '../words/look.js'
import type { OrgProfileProps, OrgToEdit } from './OrgProfile.js'
import { classes, Said, TextField } from './parts.js'

type Texts = { name: string; slug: string; logoUrl: string }
type Field = keyof Texts

const textsOf = ({ name, slug, logoUrl }: OrgToEdit): Texts => ({ name, slug, logoUrl: logoUrl ?? '' })

/** The texts that the others don't have. */
const without = (texts: Partial<Texts>, others: Partial<Texts>): Partial<Texts> =>
  Object.fromEntries(Object.entries(texts).filter(([field, text]) => text !== others[field as Field]))

interface ProfileFormProps extends Omit<OrgProfileProps, 'className' | 'org'> {
  readonly org: OrgToEdit
  renderLogo(url: string): ReactNode
}

export function ProfileForm({
  orgId,
  org,
  classNames = {},
  onSaved,
  renderEnd,
  renderLogo,
}: ProfileFormProps) {
  const { words, controls } = useLook()
  const [update, { isPending, outcome, reset }] = useUpdateOrg()
  const [done, sayDone] = useDone()
  // Only what was typed: the rest follows what others change.
  const [typed, setTyped] = useState<Partial<Texts>>({})
  const [answer, setAnswer] = useState<{ readonly to: string; readonly texts: Texts } | null>(null)
  /** The fields that were changed after the answer. */
  const [mended, setMended] = useState<readonly Field[]>([])
  const [isSaved, setSaved] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const w = words.profile

  const given = textsOf(org)
  const givenKey = JSON.stringify(given)
  // An app that gives the org may get the change later than this form.
  const held = answer?.to === givenKey ? answer.texts : given
  useEffect(() => setAnswer(null), [givenKey])

  const shown = { ...held, ...typed }
  const changes = without(typed, held)
  const isSame = Object.keys(changes).length === 0
  const last = isPending ? null : outcome
  const wrong = wrongFields(last, words)
  useEffect(() => {
    if (last) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [last])

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (isSame || isPending) return
    setMended([])
    const { logoUrl, ...rest } = changes
    const result = await update(orgId, {
      ...rest,
      ...(logoUrl !== undefined && { logoUrl: logoUrl || null }),
    })
    if (result.kind !== 'done') return
    setAnswer({ to: givenKey, texts: textsOf(result.payload.org) })
    // What was typed meanwhile is not saved.
    setTyped((now) => without(now, changes))
    setSaved(true)
    sayDone(w.saved)
    onSaved?.(result.payload.org)
  }

  function discard() {
    setTyped({})
    reset()
    // The button goes, and the focus must not go with it.
    form.current?.querySelector('input')?.focus()
  }

  const field = (name: Field, hint: string) => ({
    value: shown[name],
    hint,
    problem: mended.includes(name) ? undefined : wrong[name],
    classNames,
    onChange(text: string) {
      setTyped((now) => ({ ...now, [name]: text }))
      setMended((now) => [...now, name])
      setSaved(false)
    },
  })
  const logo = shown.logoUrl !== '' && shown.logoUrl === held.logoUrl && renderLogo(held.logoUrl)
  // The server says what is wrong, and in one place: beside the field.
  return (
    <>
      <form ref={form} noValidate className={classes('gh-form', classNames.form)} onSubmit={submit}>
        <TextField label={w.name} {...field('name', w.nameHint)} />
        <TextField label={w.slug} isCode {...field('slug', w.slugHint)} />
        <TextField label={w.logoUrl} type="url" {...field('logoUrl', w.logoUrlHint)} />
        {logo && (
          <div className={classes('gh-preview', classNames.preview)}>
            {w.logo} {logo}
          </div>
        )}
        <div className={classes('gh-answer', classNames.actions)}>
          <controls.Button
            type="submit"
            className="gh-button gh-primary"
            // Not `disabled`: a button that is done keeps the focus.
            aria-disabled={isSame || isPending}
            aria-busy={isPending}
          >
            {w.save}
          </controls.Button>
          {!isSame && (
            <controls.Button className="gh-button" onClick={discard}>
              {w.discard}
            </controls.Button>
          )}
          {renderEnd?.({ isSaved: isSaved && isSame })}
        </div>
      </form>
      <Said
        done={isSaved && isSame ? done : null}
        problem={Object.keys(wrong).length > 0 ? null : problemOf(last, words)}
      />
    </>
  )
}

const taken: Partial<Record<string, Field>> = { OrgNameTakenError: 'name', OrgSlugTakenError: 'slug' }

/** What is wrong with each field, if the refusal is about fields. */
function wrongFields(outcome: Outcome<unknown> | null, words: Words): Partial<Texts> {
  if (outcome?.kind !== 'refused') return {}
  const { type, issues = [] } = outcome.refusal
  const field = taken[type]
  if (field) return { [field]: problemOf(outcome, words) ?? type }
  const known: Partial<Record<string, string>> = words.profile.wrong
  return Object.fromEntries(issues.flatMap(({ path }) => (known[path] ? [[path, known[path]]] : [])))
}
