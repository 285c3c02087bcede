import type { ReactNode } from 'react'
import type { OrgChoice } from '../api/types.js'
import { useOrgs } from '../hooks/data.js'
import { useLook } from '../words/look.js'
import { OrgSearch } from './OrgSearch.js'
import { Box, classes, type PanelProps, useAbsence } from './parts.js'

/** What must be known of an org to choose it. */
export type OrgName = Pick<OrgChoice, 'id' | 'name'>

export interface OrgSwitcherProps extends PanelProps<'select'> {
  /** The id of the org that is chosen. Null: none is. */
  readonly value: string | null
  /** The name of the chosen org. The list may not have it, if the user has more than 100 orgs. */
  readonly valueName?: string | null
  onChange(orgId: string, org: OrgName): void
  /** The user's orgs, if your app loads them itself. Without them they are loaded, and stay up to date. */
  readonly orgs?: readonly OrgName[]
  /** How many orgs the user has, if `orgs` is not all of them. */
  readonly totalCount?: number
  /**
   * Shows a button, which opens a list with a search field, in place of a select. The search finds all orgs of the user.
   * @default whether the user has more orgs than the list
   */
  readonly search?: boolean
  /** Shows more below the list with the search field, such as a button to create an org. */
  renderEnd?(close: () => void): ReactNode
}

/** Lets the signed-in user choose one of their orgs. */
export function OrgSwitcher({ orgs, totalCount, className, ...rest }: OrgSwitcherProps) {
  return (
    <Box name="switcher" className={className}>
      {orgs ? (
        <Choice orgs={orgs} totalCount={totalCount ?? orgs.length} {...rest} />
      ) : (
        <LoadedChoice {...rest} />
      )}
    </Box>
  )
}

function LoadedChoice(props: Omit<ChoiceProps, 'orgs' | 'totalCount'>) {
  const orgs = useOrgs()
  const absence = useAbsence(orgs)
  return orgs.data ? <Choice {...props} {...orgs.data} /> : absence
}

interface ChoiceProps extends Omit<OrgSwitcherProps, 'className' | 'orgs' | 'totalCount'> {
  readonly orgs: readonly OrgName[]
  readonly totalCount: number
}

function Choice({ search, ...props }: ChoiceProps) {
  const { none } = useLook().words.orgSwitcher
  if (props.orgs.length === 0) return <p className="gh-note">{none}</p>
  return (search ?? props.totalCount > props.orgs.length) ? (
    <OrgSearch {...props} />
  ) : (
    <OrgSelect {...props} />
  )
}

function OrgSelect({ value, orgs, onChange, classNames = {} }: ChoiceProps) {
  const { words, controls } = useLook()
  const { label, choose } = words.orgSwitcher
  const change = (id: string) => {
    const org = orgs.find((choice) => choice.id === id)
    if (org) onChange(id, org)
  }
  const isKnown = orgs.some(({ id }) => id === value)
  return (
    <controls.Select
      aria-label={label}
      className={classes('gh-select', classNames.select)}
      value={isKnown && value !== null ? value : ''}
      onChange={({ currentTarget }) => change(currentTarget.value)}
    >
      {!isKnown && (
        <option value="" disabled>
          {choose}
        </option>
      )}
      {orgs.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </controls.Select>
  )
}
