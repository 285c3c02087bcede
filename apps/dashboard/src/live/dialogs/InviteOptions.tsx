import { serverNow } from '../../api/clock.js'
import type { Role } from '../../model/text.js'
import { AppRoleChoice } from '../../ui/AppRoleChoice.js'
import { Field } from '../../ui/Field.js'
import { RoleChoice } from '../../ui/RoleChoice.js'
import { useOrgContext } from '../orgContext.js'

/** The options of an invite, apart from its invitee. */
export interface InviteOptionValues {
  readonly roles: readonly Role[]
  /** Ids. */
  readonly appRoleIds: readonly string[]
  readonly message: string
  /** Days until it expires; null for the server's default. */
  readonly days: number | null
  readonly sendEmail: boolean
}

const DAY = 86_400_000
/** Subtracted, ms: if this machine's clock is ahead, the longest lifetime must still be accepted. */
const MARGIN = 60_000

export function optionsInput(options: InviteOptionValues) {
  return {
    roles: [...options.roles],
    appRoleIds: [...options.appRoleIds],
    ...(options.message.trim() ? { message: options.message.trim() } : {}),
    ...(options.days ? { expiresAt: new Date(serverNow() + options.days * DAY - MARGIN).toISOString() } : {}),
    // If it is omitted, the server sends a mail if mail is configured.
    ...(options.sendEmail ? {} : { sendEmail: false }),
  }
}

interface InviteOptionsProps {
  options: InviteOptionValues
  issues: ReadonlyMap<string, string>
  onChange(options: InviteOptionValues): void
}

export function InviteOptions({ options, issues, onChange }: InviteOptionsProps) {
  const { store } = useOrgContext()
  const assignable = store.summary.value?.viewerAssignableRoles ?? []
  return (
    <>
      <RoleChoice
        legend="Roles they get"
        assignable={assignable}
        chosen={options.roles}
        onChange={(roles) => onChange({ ...options, roles })}
      />
      <AppRoleChoice
        legend="Roles in the product"
        appRoles={store.appRoles.value}
        assignable={assignable}
        chosen={options.appRoleIds}
        onChange={(appRoleIds) => onChange({ ...options, appRoleIds })}
      />
      <Field label="Note in the e-mail" hint="Left empty, there is none." error={issues.get('message')}>
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
        <Field label="Time to answer" error={issues.get('expiresAt')}>
          {(tie) => (
            <select
              {...tie}
              value={options.days ?? ''}
              onChange={(event) => onChange({ ...options, days: Number(event.currentTarget.value) || null })}
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
            checked={options.sendEmail}
            onChange={(event) => onChange({ ...options, sendEmail: event.currentTarget.checked })}
          />
          Send an e-mail
        </label>
      </div>
    </>
  )
}
