import type { OrgChoice } from '../api/types.js'
import { useOrgs } from '../hooks/data.js'
import { useLook } from '../words/look.js'
import { Box, classes, type PanelProps, useAbsence } from './parts.js'

export interface OrgSwitcherProps extends PanelProps<'select'> {
  /** The id of the org that is chosen. Null: none is. */
  readonly value: string | null
  onChange(orgId: string, org: OrgChoice): void
}

/** Lets the signed-in user choose one of their orgs. */
export function OrgSwitcher({ value, onChange, className, classNames = {} }: OrgSwitcherProps) {
  const { words, controls } = useLook()
  const orgs = useOrgs()
  const absence = useAbsence(orgs)
  const { label, choose, none } = words.orgSwitcher
  const choices = orgs.data?.orgs ?? []
  const change = (id: string) => {
    const org = choices.find((choice) => choice.id === id)
    if (org) onChange(id, org)
  }
  const isKnown = choices.some(({ id }) => id === value)
  return (
    <Box name="switcher" className={className}>
      {absence ??
        (choices.length === 0 ? (
          <p className="gh-note">{none}</p>
        ) : (
          <controls.Select
            aria-label={label}
            className={classes('gh-select', classNames.select)}
            value={isKnown && value !== null ? value : ''}
            onChange={({ target }) => change(target.value)}
          >
            {!isKnown && (
              <option value="" disabled>
                {choose}
              </option>
            )}
            {choices.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </controls.Select>
        ))}
    </Box>
  )
}
