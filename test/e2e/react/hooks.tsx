// A page of plain elements that shows what the hooks tell.
import {
  GuildhallProvider,
  type Outcome,
  useAccept,
  useChangeRoles,
  useDecline,
  useInvite,
  useInvites,
  useMembers,
  useOrg,
  useOrgConnection,
  useOrgEvents,
  useOrgs,
  usePermission,
  useReinstate,
  useRemove,
  useResend,
  useRevoke,
  useSuspend,
  useViewerInvites,
} from '@guildhall/react'
import { type ReactNode, useState } from 'react'

export interface Query {
  readonly orgId: string
  readonly endpoint: string
  readonly token: string
}

export function HooksPage({ orgId, endpoint, token }: Query) {
  return (
    // `pollMs`: the tests don't wait 20 s for what a plain member sees.
    <GuildhallProvider endpoint={endpoint} credential={() => token} pollMs={1_000}>
      <Own />
      <Org orgId={orgId} />
      <Members orgId={orgId} label="members" />
      <Members orgId={orgId} label="the same members" />
      <Invites orgId={orgId} />
      <Events orgId={orgId} />
    </GuildhallProvider>
  )
}

function Region({ label, children }: { label: string; children: ReactNode }) {
  return <section aria-label={label}>{children}</section>
}

function said(outcome: Outcome<unknown> | null): string {
  if (outcome === null) return ''
  if (outcome.kind === 'refused') return outcome.refusal.type
  return outcome.kind === 'failed' ? outcome.error.code : 'done'
}

function Own() {
  const orgs = useOrgs()
  const invites = useViewerInvites()
  const [accept, accepting] = useAccept()
  const [decline] = useDecline()
  return (
    <Region label="own">
      <p>orgs: {orgs.data?.orgs.map(({ name }) => name).join(', ') ?? orgs.status}</p>
      <p role="alert">{said(accepting.outcome)}</p>
      {invites.data?.map((invite) => (
        <div key={invite.id}>
          {invite.orgName}{' '}
          <button type="button" onClick={() => accept({ orgInviteId: invite.id })}>
            Accept
          </button>
          <button type="button" onClick={() => decline({ orgInviteId: invite.id })}>
            Decline
          </button>
        </div>
      ))}
    </Region>
  )
}

function Org({ orgId }: { orgId: string }) {
  const org = useOrg(orgId)
  const mayInvite = usePermission(orgId, 'INVITE_CREATE')
  return (
    <Region label="org">
      {org.status} {org.data?.name}, seats: {org.data?.limits.seatsUsed}, may invite: {String(mayInvite)},
      stream: {useOrgConnection(orgId)}
    </Region>
  )
}

function Members({ orgId, label }: { orgId: string; label: string }) {
  const members = useMembers(orgId)
  const [changeRoles, changing] = useChangeRoles()
  const [remove, removing] = useRemove()
  const [suspend, suspending] = useSuspend()
  const [reinstate, reinstating] = useReinstate()
  return (
    <Region label={label}>
      <p>
        {members.status}, {members.data?.totalCount} members
      </p>
      <p role="alert">
        {said(changing.outcome)}
        {said(removing.outcome)}
        {said(suspending.outcome)}
        {said(reinstating.outcome)}
      </p>
      {members.data?.rows.map((member) => (
        <div key={member.id}>
          {member.user.name}: {member.roles.join('+')} {member.status}
          <button type="button" onClick={() => suspend(orgId, member)}>
            Suspend {member.user.name}
          </button>
          <button type="button" onClick={() => reinstate(orgId, member)}>
            Reinstate {member.user.name}
          </button>
          <button type="button" onClick={() => changeRoles(orgId, member, 'ADMIN')}>
            Make {member.user.name} an admin
          </button>
          <button type="button" onClick={() => remove(orgId, member)}>
            Remove {member.user.name}
          </button>
        </div>
      ))}
    </Region>
  )
}

function Invites({ orgId }: { orgId: string }) {
  const [email, setEmail] = useState('')
  const invites = useInvites(orgId)
  const [invite, inviting] = useInvite()
  const [revoke, revoking] = useRevoke()
  const [resend, resending] = useResend()
  return (
    <Region label="invites">
      <p>
        {invites.status}, {invites.data?.totalCount} invites
      </p>
      <p role="alert">
        {said(inviting.outcome)} {said(revoking.outcome)} {said(resending.outcome)}
      </p>
      <input aria-label="Address" value={email} onChange={(event) => setEmail(event.target.value)} />
      <button type="button" onClick={() => invite(orgId, { email })}>
        Invite
      </button>
      {invites.data?.rows.map((row) => (
        <div key={row.id}>
          {row.email} {row.status} {row.delivery}
          <button type="button" onClick={() => revoke(row.id)}>
            Revoke {row.email}
          </button>
          <button type="button" onClick={() => resend(row.id)}>
            Resend {row.email}
          </button>
        </div>
      ))}
    </Region>
  )
}

function Events({ orgId }: { orgId: string }) {
  const [arrived, setArrived] = useState<number[]>([])
  const events = useOrgEvents(orgId, ({ seq }) => setArrived((held) => [...held, seq]))
  return (
    <Region label="events">
      {events.status}, all: {events.data?.map(({ seq }) => seq).join(' ')}, arrived: {arrived.join(' ')}.
    </Region>
  )
}
