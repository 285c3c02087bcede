import { useState } from 'preact/hooks'
import type { Role } from '../../model/text.js'
import { AppRoleChoice } from '../../ui/AppRoleChoice.js'
import { RoleChoice } from '../../ui/RoleChoice.js'
import { words } from '../../words/words.js'
import { useOrgContext } from '../orgContext.js'

export interface Grant {
  readonly roles: readonly Role[]
  /** Ids. */
  readonly appRoleIds: readonly string[]
}

interface GrantChoiceProps {
  legend: string
  chosen: Grant
  /** A role that can't be granted in this way. */
  without?: Role
  onChange(chosen: Grant): void
}

/** The roles that somebody gets: those of the org, and those in the product. */
export function GrantChoice({ legend, chosen, without, onChange }: GrantChoiceProps) {
  const { store } = useOrgContext()
  // A member who is an owner already gains nothing.
  const [before] = useState(chosen.roles)
  const makesOwner = chosen.roles.includes('OWNER') && !before.includes('OWNER')
  const assignable = store.summary.value?.viewerAssignableRoles ?? []
  return (
    <>
      <RoleChoice
        legend={legend}
        assignable={assignable.filter((role) => role !== without)}
        chosen={chosen.roles}
        onChange={(role) => onChange({ ...chosen, roles: [role] })}
      />
      {makesOwner && (
        <p class="notice ended" role="status">
          {words().roles.makesOwner}
        </p>
      )}
      <AppRoleChoice
        legend={words().roles.product}
        appRoles={store.appRoles.value}
        assignable={assignable}
        chosen={chosen.appRoleIds}
        onChange={(appRoleIds) => onChange({ ...chosen, appRoleIds })}
      />
    </>
  )
}
