import { useOrg } from '../hooks/data.js'
import { useLook } from '../words/look.js'
import { InviteForm, type InviteFormPart, type InviteFormProps, type OrgToInvite } from './InviteForm.js'
import { InviteList } from './InviteList.js'
import { Panel, type PanelProps, useAbsence } from './parts.js'

export interface InvitePeopleProps extends InviteFormProps, PanelProps<InviteFormPart | 'list' | 'row'> {
  /** What the viewer may do in the org, if your app loads it itself. Without it, it is loaded, and stays up to date. */
  readonly org?: OrgToInvite
  /**
   * Shows the pending invites beneath the form.
   * @default true
   */
  readonly list?: boolean
}

/** Invites people to an org by e-mail, and shows the pending invites. Nothing for those who may do neither. */
export function InvitePeople({ org, ...rest }: InvitePeopleProps) {
  // What was typed for one org must not be sent in another.
  return org ? <People key={rest.orgId} {...rest} org={org} /> : <LoadedPeople key={rest.orgId} {...rest} />
}

function LoadedPeople(props: Omit<InvitePeopleProps, 'org'>) {
  const org = useOrg(props.orgId)
  const absence = useAbsence(org)
  const title = useLook().words.inviteForm.title
  // The list is loaded at the same time, and says itself what is amiss.
  if (org.data || props.list !== false) return <People {...props} org={org.data ?? null} />
  return (
    <Panel name="invite-people" title={title} className={props.className}>
      {absence}
    </Panel>
  )
}

interface PeopleProps extends Omit<InvitePeopleProps, 'org'> {
  readonly org: OrgToInvite | null
}

function People({ org, list = true, className, classNames = {}, ...rest }: PeopleProps) {
  const title = useLook().words.inviteForm.title
  const mayInvite = org?.viewerPermissions.includes('INVITE_CREATE') ?? false
  const mayRead = org?.viewerPermissions.includes('INVITE_READ') ?? true
  if (!mayInvite && !(list && mayRead)) return null
  return (
    <Panel name="invite-people" title={title} className={className}>
      {org && mayInvite && <InviteForm {...rest} org={org} classNames={classNames} />}
      {list && mayRead && <InviteList orgId={rest.orgId} classNames={classNames} />}
    </Panel>
  )
}
