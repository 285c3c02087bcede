import { list } from '../words/format.js'
import { words } from '../words/words.js'
import { shownAddress } from './domainName.js'
import type { EmailDomain, Invite, JoinRequest, OrgEvent, WebhookDelivery } from './types.js'

export type Role = 'OWNER' | 'ADMIN' | 'USER'
export type Status = Invite['status']
export type RequestStatus = JoinRequest['status']
export type JoinMode = EmailDomain['joinMode']
export type DeliveryStatus = WebhookDelivery['status']

/** Whether a name is too long for a heading of the usual size. */
export function isLong(name: string): boolean {
  return name.length > 40
}

/** Highest first. */
const rank: Role[] = ['OWNER', 'ADMIN', 'USER']

export function byRank(roles: readonly Role[]): Role[] {
  return rank.filter((role) => roles.includes(role))
}

/** The lowest of the roles, to begin with. Empty if there is none. */
export function lowestRole(roles: readonly Role[]): Role[] {
  return byRank(roles).slice(-1)
}

/** All roles: "Owner, Admin, and User". */
export function formatRoles(roles: readonly Role[]): string {
  return list(byRank(roles).map((role) => words().roles.name[role]))
}

/** The highest role, for a sentence: "an owner". It can do what the others can. */
export function asRole(roles: readonly Role[]): string {
  const [highest] = byRank(roles)
  return highest ? words().roles.as[highest] : ''
}

export const formatList = list

/** The invitee's address or name, if the viewer may see it. */
export function inviteeName(invite: Pick<Invite, 'email' | 'invitedUser'> | null): string {
  if (invite?.email) return shownAddress(invite.email)
  return invite?.invitedUser?.name ?? words().common.someoneInside
}

export function personName(
  person: { readonly name: string | null; readonly email?: string | null } | null,
): string {
  return person?.name ?? person?.email ?? words().common.someone
}

/** A sentence in pieces. `strong` pieces are people, addresses and roles. */
export type Sentence = ReadonlyArray<string | { readonly strong: string }>

export function plainText(sentence: Sentence): string {
  return sentence.map((piece) => (typeof piece === 'string' ? piece : piece.strong)).join('')
}

/** The kind of an event, for its icon and colour in the event log. */
export type EventTone = 'asked' | 'good' | 'bad' | 'ended' | 'mail' | 'member' | 'org'

export function eventTone(event: OrgEvent): EventTone {
  if (event.__typename === 'OrgChangeEvent') return event.orgEventType === 'WEBHOOK_DISABLED' ? 'bad' : 'org'
  if (event.__typename === 'OrgUserEvent') {
    if (event.memberEventType === 'JOINED' || event.memberEventType === 'REINSTATED') return 'good'
    return event.memberEventType === 'ROLES_CHANGED' ? 'member' : 'ended'
  }
  if (event.__typename === 'OrgJoinRequestEvent') {
    if (event.joinRequestEventType === 'REQUESTED') return 'asked'
    if (event.joinRequestEventType === 'APPROVED') return 'good'
    return event.joinRequestEventType === 'DECLINED' ? 'bad' : 'ended'
  }
  switch (event.inviteEventType) {
    case 'CREATED':
    case 'RESENT':
      return 'asked'
    case 'SENT':
      return 'mail'
    case 'ACCEPTED':
      return 'good'
    case 'DECLINED':
    case 'SEND_FAILED':
      return 'bad'
    default:
      return 'ended'
  }
}

/** The event as a sentence: "Ada invited grace@example.com as an admin". */
export function describeEvent(event: OrgEvent): Sentence {
  switch (event.__typename) {
    case 'OrgInviteEvent':
      return describeInviteEvent(event)
    case 'OrgUserEvent':
      return describeMemberEvent(event)
    case 'OrgJoinRequestEvent':
      return describeJoinRequestEvent(event)
    case 'OrgChangeEvent':
      return describeChangeEvent(event)
  }
}

type Strong = { readonly strong: string }

function describeInviteEvent(event: Extract<OrgEvent, { __typename: 'OrgInviteEvent' }>): Sentence {
  const w = words().events
  const invitee: Strong = { strong: inviteeName(event.orgInvite) }
  const role: Strong = { strong: asRole(event.roles) }
  const actor: Strong | null = event.actor && { strong: personName(event.actor) }
  switch (event.inviteEventType) {
    case 'CREATED':
      return actor ? w.invited(actor, invitee, role) : w.wasInvited(invitee, role)
    case 'RESENT':
      return actor ? w.invitedAgain(actor, invitee, role) : w.wasInvitedAgain(invitee, role)
    case 'SENT':
      return w.emailSent(invitee)
    case 'SEND_FAILED':
      return w.emailFailed(invitee)
    case 'ACCEPTED':
      return w.accepted(actor ?? invitee, role)
    case 'DECLINED':
      return w.declined(actor ?? invitee)
    case 'REVOKED':
      return actor ? w.revoked(actor, invitee) : w.wasRevoked(invitee)
    case 'EXPIRED':
      return w.expired(invitee)
    case 'RENEWAL_REQUESTED':
      return w.renewalRequested(invitee)
    case 'DELETED':
      return actor ? w.deleted(actor) : [w.wasDeleted]
  }
}

function describeMemberEvent(event: Extract<OrgEvent, { __typename: 'OrgUserEvent' }>): Sentence {
  const w = words().events
  const member: Strong = { strong: personName(event.user) }
  const actor: Strong | null =
    event.actor && event.actor.id !== event.userId ? { strong: personName(event.actor) } : null
  switch (event.memberEventType) {
    case 'JOINED':
      return w.joined(member, { strong: asRole(event.roles) })
    case 'LEFT':
      return w.left(member)
    case 'REMOVED':
      return actor ? w.removed(actor, member) : w.wasRemoved(member)
    case 'SUSPENDED':
      return actor ? w.suspended(actor, member) : w.wasSuspended(member)
    case 'REINSTATED':
      return actor ? w.reinstated(actor, member) : w.wasReinstated(member)
    case 'ROLES_CHANGED': {
      const changes = describeChanges(
        [...namesOf(event.previousRoles), ...event.previousAppRoles],
        [...namesOf(event.roles), ...event.appRoles],
      )
      return actor
        ? w.rolesChanged<Strong>(actor, member, changes)
        : w.rolesWereChanged<Strong>(member, changes)
    }
  }
}

function namesOf(roles: readonly Role[]): string[] {
  return byRank(roles).map((role) => words().roles.name[role])
}

/** "added Admin and removed User" */
function describeChanges(before: readonly string[], after: readonly string[]): string {
  const w = words().events
  const added = after.filter((name) => !before.includes(name))
  const takenAway = before.filter((name) => !after.includes(name))
  return list([
    ...(added.length > 0 ? [w.added(added)] : []),
    ...(takenAway.length > 0 ? [w.takenAway(takenAway)] : []),
  ])
}

function describeJoinRequestEvent(event: Extract<OrgEvent, { __typename: 'OrgJoinRequestEvent' }>): Sentence {
  const w = words().events
  const asker: Strong = { strong: personName(event.user) }
  const actor: Strong | null = event.actor && { strong: personName(event.actor) }
  switch (event.joinRequestEventType) {
    case 'REQUESTED':
      return w.asked(asker)
    case 'APPROVED':
      return actor ? w.approved(actor, asker) : w.wasApproved(asker)
    case 'DECLINED':
      return actor ? w.requestDeclined(actor, asker) : w.requestWasDeclined(asker)
    case 'WITHDRAWN':
      return event.actor && event.actor.id === event.user?.id ? w.withdrawn(asker) : w.requestClosed(asker)
  }
}

/** A change of the org itself. Only the name of what changed comes from the server's text, which is in English. */
function describeChangeEvent(event: Extract<OrgEvent, { __typename: 'OrgChangeEvent' }>): Sentence {
  const w = words().events
  const [plain, named] = w.changed[event.orgEventType]
  const what = named && changedThing(event.summary)
  const sentence = named && what ? named(what) : plain
  return event.actor ? w.byActor<string | Strong>({ strong: personName(event.actor) }, sentence) : [sentence]
}

/** Where the server's texts name the thing: "The API token Deploy was created." */
const thingsInSummaries = [
  /^The API token (.+) was (?:created|revoked)\.$/,
  /^(?:The|A) webhook to (\S+) was /,
  /e-mail domain (\S+) (?:was|changed) /,
  /^(.+) was created\.$/,
]

function changedThing(summary: string): string | null {
  const renaming = 'Renamed from '
  if (summary.startsWith(renaming)) {
    const names = summary.slice(renaming.length, -1).split(' to ')
    // If a name itself has " to " in it, nobody knows where the first one ends.
    return names.length === 2 ? (names[1] ?? null) : null
  }
  for (const pattern of thingsInSummaries) {
    const thing = pattern.exec(summary)?.[1]
    if (thing) return thing
  }
  return null
}
