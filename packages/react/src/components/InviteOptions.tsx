import { useLook } from '../words/look.js'
import type { InviteTerms, Problems } from './inviteTerms.js'
import { classes, Field, type FieldClassNames, SelectField } from './parts.js'

/** The languages that Guildhall's own mails are written in. */
const LANGUAGES = ['en', 'de', 'fr', 'es', 'ar']
const DAYS = [1, 3, 14, 30, 90]

interface InviteOptionsProps {
  readonly terms: InviteTerms
  readonly wrong: Problems
  readonly classNames: FieldClassNames & { readonly pair?: string; readonly check?: string }
  onChange(change: Partial<InviteTerms>, field?: keyof Problems): void
}

/** The message, and how the invite is sent. */
export function InviteOptions({ terms, wrong, classNames, onChange }: InviteOptionsProps) {
  const { words, locale, controls } = useLook()
  const w = words.inviteForm
  const names = new Intl.DisplayNames([locale], { type: 'language' })
  const languages = new Set([...LANGUAGES, ...(terms.locale === null ? [] : [terms.locale])])
  return (
    <>
      <Field label={w.message} hint={w.messageHint} problem={wrong.message} classNames={classNames}>
        {(tie) => (
          <controls.Textarea
            {...tie}
            className="gh-input"
            rows={2}
            maxLength={1_000}
            value={terms.message}
            onChange={({ currentTarget }) => onChange({ message: currentTarget.value }, 'message')}
          />
        )}
      </Field>
      <div className={classes('gh-pair', classNames.pair)}>
        <SelectField
          label={w.expires}
          problem={wrong.expiresAt}
          classNames={classNames}
          value={`${terms.days ?? ''}`}
          options={[['', w.usualDays], ...DAYS.map((count) => [`${count}`, w.days(count)] as const)]}
          onChange={(chosen) => onChange({ days: Number(chosen) || null }, 'expiresAt')}
        />
        <SelectField
          label={w.language}
          problem={wrong.locale}
          classNames={classNames}
          value={terms.locale ?? ''}
          options={[
            ['', w.usualLanguage],
            ...[...languages].map((code) => [code, names.of(code) ?? code] as const),
          ]}
          onChange={(chosen) => onChange({ locale: chosen || null }, 'locale')}
        />
      </div>
      <label className={classes('gh-check', classNames.check)}>
        <input
          type="checkbox"
          checked={terms.sendEmail}
          onChange={({ currentTarget }) => onChange({ sendEmail: currentTarget.checked })}
        />
        {w.sendEmail}
      </label>
    </>
  )
}
