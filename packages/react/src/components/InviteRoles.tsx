import type { AppRole, Role } from '../api/types.js'
import { useAppRoles } from '../hooks/data.js'
import { useLook } from '../words/look.js'
import type { InviteTerms } from './inviteTerms.js'
import { classes, type FieldClassNames, highest, SelectField } from './parts.js'

interface RoleFieldProps {
  readonly roles: readonly Role[]
  readonly assignable: readonly Role[]
  readonly problem: string | undefined
  readonly classNames: FieldClassNames
  onChange(roles: readonly Role[]): void
}

/** Chooses one of the roles that the viewer may assign, and says what it can do. */
export function RoleField({ roles, assignable, onChange, ...rest }: RoleFieldProps) {
  const { words } = useLook()
  const { role, can } = words.inviteForm
  const value = highest(roles)
  const options = (['USER', 'ADMIN', 'OWNER'] as const)
    .filter((each) => each === value || assignable.includes(each))
    .map((each) => [each, words.roles[each]] as const)
  return (
    <SelectField
      {...rest}
      label={role}
      hint={can[value]}
      value={value}
      options={options}
      onChange={(chosen) => onChange([chosen as Role])}
    />
  )
}

interface AppRolesFieldProps {
  readonly chosen: InviteTerms['appRoleIds']
  readonly assignable: readonly Role[]
  readonly problem: string | undefined
  readonly className: string | undefined
  onChange(appRoleIds: readonly string[]): void
}

/** Chooses roles of the host application. Nothing if it has none. Those that need a higher rank can be seen. */
export function AppRolesField({ chosen, assignable, problem, className, onChange }: AppRolesFieldProps) {
  const { words } = useLook()
  const appRoles = useAppRoles().data ?? []
  const rank = highest(assignable)
  const mayGrant = ({ assignableBy }: AppRole) =>
    assignable.length > 0 && highest([rank, assignableBy]) === rank
  if (appRoles.length === 0) return null
  return (
    <fieldset className={classes('gh-choices', className)}>
      <legend>{words.inviteForm.appRoles}</legend>
      {appRoles.map((role) => (
        <label key={role.id} className="gh-check">
          <input
            type="checkbox"
            checked={chosen.includes(role.id)}
            // One that may not be given any more can be taken back.
            disabled={!mayGrant(role) && !chosen.includes(role.id)}
            onChange={({ currentTarget }) =>
              onChange(
                currentTarget.checked ? [...chosen, role.id] : chosen.filter((each) => each !== role.id),
              )
            }
          />
          <span>
            {role.name} <small>{role.description}</small>
          </span>
        </label>
      ))}
      {problem !== undefined && (
        <p role="alert" className="gh-problem">
          {problem}
        </p>
      )}
    </fieldset>
  )
}
