import { type ReactNode, useState } from 'react'
import type { Org } from '../api/types.js'
import { useOrg } from '../hooks/data.js'
import { useLook } from '../words/look.js'
import { ProfileForm } from './ProfileForm.js'
import { Panel, type PanelProps, useAbsence } from './parts.js'

/** What must be known of an org to show its profile. */
export type OrgToEdit = Pick<Org, 'name' | 'slug' | 'logoUrl' | 'viewerPermissions'>

type Part = 'form' | 'field' | 'error' | 'hint' | 'preview' | 'logo' | 'actions'

export interface OrgProfileProps extends PanelProps<Part> {
  readonly orgId: string
  /** The org, if your app loads it itself. Without it, it is loaded, and stays up to date. */
  readonly org?: OrgToEdit
  /** Called when a change was saved, with the org as it is now. */
  onSaved?(org: Org): void
  /** Shows more beside the buttons. `isSaved`: what the fields show was saved just now. */
  renderEnd?(form: { readonly isSaved: boolean }): ReactNode
}

/** The name, the short name and the logo of an org. Those who may not change it read it. */
export function OrgProfile({ org, ...rest }: OrgProfileProps) {
  // What was typed for one org must not be saved in another.
  return org ? <Profile key={rest.orgId} {...rest} org={org} /> : <LoadedProfile key={rest.orgId} {...rest} />
}

function LoadedProfile(props: Omit<OrgProfileProps, 'org'>) {
  const { profile } = useLook().words
  const org = useOrg(props.orgId)
  const absence = useAbsence(org)
  return org.data ? (
    <Profile {...props} org={org.data} />
  ) : (
    <Panel name="profile" title={profile.title} className={props.className}>
      {absence}
    </Panel>
  )
}

function Profile({ org, className, ...rest }: OrgProfileProps & { readonly org: OrgToEdit }) {
  const w = useLook().words.profile
  const { classNames = {} } = rest
  const logo = (url: string) => <Logo key={url} url={url} className={classNames.logo} />
  return (
    <Panel name="profile" title={w.title} className={className}>
      {org.viewerPermissions.includes('ORG_UPDATE') ? (
        <ProfileForm {...rest} org={org} renderLogo={logo} />
      ) : (
        <dl className="gh-facts">
          <dt>{w.name}</dt>
          <dd dir="auto">{org.name}</dd>
          <dt>{w.slug}</dt>
          <dd>{org.slug}</dd>
          {org.logoUrl !== null && (
            <>
              <dt>{w.logo}</dt>
              <dd>{logo(org.logoUrl)}</dd>
            </>
          )}
        </dl>
      )}
    </Panel>
  )
}

/** Nothing, if there is no image at the URL. */
function Logo({ url, className }: { url: string; className: string | undefined }) {
  const [isBroken, setBroken] = useState(false)
  if (isBroken) return null
  return (
    <img
      className={className ?? 'gh-logo'}
      src={url}
      alt=""
      referrerPolicy="no-referrer"
      onError={() => setBroken(true)}
    />
  )
}
