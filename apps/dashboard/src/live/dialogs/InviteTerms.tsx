import { serverNow } from '../../api/clock.js'
import type { Role } from '../../model/words.js'
import { Field } from '../../ui/Field.js'
import { RoleChoice } from '../../ui/RoleChoice.js'
import { usePlace } from '../room.js'

/** What an invite says besides whom it is for. */
export interface Terms {
  readonly roles: readonly Role[]
  readonly message: string
  /** Days to answer in; null leaves it to the server. */
  readonly days: number | null
  readonly sendEmail: boolean
}

const DAY = 86_400_000
/** Clocks differ: the longest time allowed must not be overshot by a second. */
const MARGIN = 60_000

export function termsInput(terms: Terms) {
  return {
    roles: [...terms.roles],
    ...(terms.message.trim() ? { message: terms.message.trim() } : {}),
    ...(terms.days ? { expiresAt: new Date(serverNow() + terms.days * DAY - MARGIN).toISOString() } : {}),
    // Left out, the server sends where mail is configured.
    ...(terms.sendEmail ? {} : { sendEmail: false }),
  }
}

interface InviteTermsProps {
  terms: Terms
  issues: ReadonlyMap<string, string>
  onChange(terms: Terms): void
}

export function InviteTerms({ terms, issues, onChange }: InviteTermsProps) {
  const assignable = usePlace().room.glance.value?.viewerAssignableRoles ?? []
  return (
    <>
      <RoleChoice
        legend="Roles they get"
        assignable={assignable}
        chosen={terms.roles}
        onChange={(roles) => onChange({ ...terms, roles })}
      />
      <Field label="Note in the e-mail" hint="Left empty, there is none." error={issues.get('message')}>
        {(tie) => (
          <textarea
            {...tie}
            rows={2}
            maxLength={1000}
            value={terms.message}
            onInput={(event) => onChange({ ...terms, message: event.currentTarget.value })}
          />
        )}
      </Field>
      <div class="field-pair">
        <Field label="Time to answer" error={issues.get('expiresAt')}>
          {(tie) => (
            <select
              {...tie}
              value={terms.days ?? ''}
              onChange={(event) => onChange({ ...terms, days: Number(event.currentTarget.value) || null })}
            >
              <option value="">The usual 7 days</option>
              <option value="1">1 day</option>
              <option value="3">3 days</option>
              <option value="14">14 days</option>
              <option value="30">30 days</option>
              <option value="90">90 days</option>
            </select>
          )}
        </Field>
        <label class="check">
          <input
            type="checkbox"
            checked={terms.sendEmail}
            onChange={(event) => onChange({ ...terms, sendEmail: event.currentTarget.checked })}
          />
          Send an e-mail
        </label>
      </div>
    </>
  )
}
