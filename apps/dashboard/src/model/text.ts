import type { Invite, OrgEvent } from './types.js'

export type Role = 'OWNER' | 'ADMIN' | 'USER'
export type Status = Invite['status']

export const roleNames: Record<Role, string> = { OWNER: 'Owner', ADMIN: 'Admin', USER: 'User' }

export const statusNames: Record<Status, string> = {
  PENDING: 'Pending',
  ACCEPTED: 'Accepted',
  DECLINED: 'Declined',
  REVOKED: 'Revoked',
  EXPIRED: 'Expired',
}

export const deliveryNames: Record<Invite['delivery'], string> = {
  NOT_SENT: 'No e-mail',
  QUEUED: 'E-mail queued',
  SENT: 'E-mail sent',
  FAILED: 'E-mail failed',
}

/** Whether a name is too long for a heading of the usual size. */
export function isLong(name: string): boolean {
  return name.length > 40
}

/** Highest first. */
const rank: Role[] = ['OWNER', 'ADMIN', 'USER']

export function byRank(roles: readonly Role[]): Role[] {
  return rank.filter((role) => roles.includes(role))
}

/** "Owner, Admin and User". */
export function formatRoles(roles: readonly Role[]): string {
  return formatList(byRank(roles).map((role) => roleNames[role]))
}

export function formatList(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** The invitee's address or name, if the viewer may see it. */
export function inviteeName(invite: Pick<Invite, 'email' | 'invitedUser'> | null): string {
  if (!invite) return 'someone whose invite was deleted since'
  return invite.email ?? invite.invitedUser?.name ?? 'someone'
}

export function personName(
  person: { readonly name: string | null; readonly email?: string | null } | null,
): string {
  return person?.name ?? person?.email ?? 'Someone'
}

/** A sentence in pieces. `strong` pieces are people, addresses and roles. */
export type Sentence = ReadonlyArray<string | { readonly strong: string }>

export function plainText(sentence: Sentence): string {
  return sentence.map((piece) => (typeof piece === 'string' ? piece : piece.strong)).join('')
}

/** The kind of an event, for its icon and colour in the event log. */
export type EventTone = 'asked' | 'good' | 'bad' | 'ended' | 'mail' | 'member' | 'org'

export function eventTone(event: OrgEvent): EventTone {
  if (event.__typename === 'OrgChangeEvent') return 'org'
  if (event.__typename === 'OrgUserEvent') {
    if (event.memberEventType === 'JOINED' || event.memberEventType === 'REINSTATED') return 'good'
    return event.memberEventType === 'ROLES_CHANGED' ? 'member' : 'ended'
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

/** The event as a sentence: "Ada invited grace@example.com as Admin". */
export function describeEvent(event: OrgEvent): Sentence {
  switch (event.__typename) {
    case 'OrgInviteEvent':
      return describeInviteEvent(event)
    case 'OrgUserEvent':
      return describeMemberEvent(event)
    case 'OrgChangeEvent':
      return event.actor ? [{ strong: personName(event.actor) }, ': ', event.summary] : [event.summary]
  }
}

function describeInviteEvent(event: Extract<OrgEvent, { __typename: 'OrgInviteEvent' }>): Sentence {
  const invitee = { strong: inviteeName(event.orgInvite) }
  const roles = { strong: formatRoles(event.roles) }
  const actor = event.actor ? { strong: personName(event.actor) } : undefined
  switch (event.inviteEventType) {
    case 'CREATED':
      return actor ? [actor, ' invited ', invitee, ' as ', roles] : [invitee, ' was invited as ', roles]
    case 'RESENT':
      return actor
        ? [actor, ' invited ', invitee, ' again as ', roles]
        : [invitee, ' was invited again as ', roles]
    case 'SENT':
      return ['The mail server took the e-mail to ', invitee]
    case 'SEND_FAILED':
      return ['The e-mail to ', invitee, ' could not be delivered']
    case 'ACCEPTED':
      return [actor ?? invitee, ' accepted the invite as ', roles]
    case 'DECLINED':
      return [actor ?? invitee, ' declined the invite']
    case 'REVOKED':
      return actor ? [actor, ' revoked the invite to ', invitee] : ['The invite to ', invitee, ' was revoked']
    case 'EXPIRED':
      return ['The invite to ', invitee, ' expired unanswered']
    case 'DELETED':
      return actor ? [actor, ' deleted an ended invite'] : ['An ended invite was deleted']
  }
}

function describeMemberEvent(event: Extract<OrgEvent, { __typename: 'OrgUserEvent' }>): Sentence {
  const member = { strong: personName(event.user) }
  const actor =
    event.actor && event.actor.id !== event.userId ? { strong: personName(event.actor) } : undefined
  switch (event.memberEventType) {
    case 'JOINED':
      return [member, ' joined as ', { strong: formatRoles(event.roles) }]
    case 'LEFT':
      return [member, ' left']
    case 'REMOVED':
      return actor ? [actor, ' removed ', member] : [member, ' was removed']
    case 'SUSPENDED':
      return actor ? [actor, ' suspended ', member] : [member, ' was suspended']
    case 'REINSTATED':
      return actor ? [actor, ' reinstated ', member] : [member, ' was reinstated']
    case 'ROLES_CHANGED': {
      const change = [
        ...changes(byRank(event.previousRoles), byRank(event.roles), (role) => roleNames[role]),
        ...changes(event.previousAppRoles, event.appRoles, (key) => key),
      ].join(', ')
      return actor ? [actor, ' changed the roles of ', member, `: ${change}`] : [member, `: ${change}`]
    }
  }
}

/** What was added, as "+ Admin", and what was taken away. */
function changes<Key>(before: readonly Key[], after: readonly Key[], nameOf: (key: Key) => string): string[] {
  return [
    ...after.filter((key) => !before.includes(key)).map((key) => `+ ${nameOf(key)}`),
    ...before.filter((key) => !after.includes(key)).map((key) => `− ${nameOf(key)}`),
  ]
}
