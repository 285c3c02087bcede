import { serverNow } from '../../api/clock.js'
import { Field } from '../../ui/Field.js'
import { languageName } from '../../words/format.js'
import { words } from '../../words/words.js'
import { type Grant, GrantChoice } from './GrantChoice.js'

/** The options of an invite, apart from its invitee. */
export interface InviteOptionValues extends Grant {
  readonly message: string
  /** Days until it expires; null for the server's default. */
  readonly days: number | null
  /** Language of its e-mails; null for the server's default, or for the one that the invite has. */
  readonly locale: string | null
  readonly sendEmail: boolean
}

/** The languages that Guildhall's own mails are written in. */
const languages = ['en', 'de', 'fr', 'es', 'ar']

const DAY = 86_400_000
/** Subtracted, ms: if this machine's clock is ahead, the longest lifetime must still be accepted. */
const MARGIN = 60_000

export function optionsInput(options: InviteOptionValues) {
  return {
    roles: [...options.roles],
    appRoleIds: [...options.appRoleIds],
    ...(options.message.trim() ? { message: options.message.trim() } : {}),
    ...(options.days ? { expiresAt: new Date(serverNow() + options.days * DAY - MARGIN).toISOString() } : {}),
    ...(options.locale ? { locale: options.locale } : {}),
    // If it is omitted, the server sends a mail if mail is configured.
    ...(options.sendEmail ? {} : { sendEmail: false }),
  }
}

interface InviteOptionsProps {
  options: InviteOptionValues
  issues: ReadonlyMap<string, string>
  /** What it means to choose no language. */
  usualLanguage?: string
  onChange(options: InviteOptionValues): void
}

export function InviteOptions({ options, issues, usualLanguage, onChange }: InviteOptionsProps) {
  const { inviteDialog, common } = words()
  return (
    <>
      <GrantChoice
        legend={inviteDialog.role}
        chosen={options}
        onChange={(grant) => onChange({ ...options, ...grant })}
      />
      <Field label={inviteDialog.note} hint={common.optional} error={issues.get('message')}>
        {(tie) => (
          <textarea
            {...tie}
            rows={2}
            maxLength={1000}
            value={options.message}
            onInput={(event) => onChange({ ...options, message: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class="field-pair">
        <Field label={inviteDialog.expires} error={issues.get('expiresAt')}>
          {(tie) => (
            <select
              {...tie}
              value={options.days ?? ''}
              onChange={(event) => onChange({ ...options, days: Number(event.currentTarget.value) || null })}
            >
              <option value="">{inviteDialog.usualDays(7)}</option>
              {[1, 3, 14, 30, 90].map((days) => (
                <option key={days} value={String(days)}>
                  {inviteDialog.days(days)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={inviteDialog.emailLanguage} error={issues.get('locale')}>
          {(tie) => (
            <select
              {...tie}
              value={options.locale ?? ''}
              onChange={(event) => onChange({ ...options, locale: event.currentTarget.value || null })}
            >
              <option value="">{usualLanguage ?? inviteDialog.usualLanguage}</option>
              {languages.map((locale) => (
                <option key={locale} value={locale}>
                  {languageName(locale)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={options.sendEmail}
          onChange={(event) => onChange({ ...options, sendEmail: event.currentTarget.checked })}
        />
        {inviteDialog.sendEmail}
      </label>
    </>
  )
}
