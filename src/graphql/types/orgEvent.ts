import { inboxList, orgEventList } from '../../domain/core/orgEvent.cursors.js'
import type {
  OrgChangeEventType,
  OrgEventRow,
  OrgInviteEventType,
  OrgUserEventType,
} from '../../domain/core/orgEvent.js'
import { builder } from '../builder.js'
import { encodeId } from '../globalId.js'
import { connectionOf } from '../lists/connection.js'
import { visibleOrg } from '../loaders/org.js'
import { visibleInvite } from '../loaders/orgInvite.js'
import { usersById } from '../loaders/user.js'
import { OrgInviteStatusType } from './orgInvite.js'
import { OrgRoleNameType } from './permission.js'

const OrgInviteEventTypeType = builder.enumType('OrgInviteEventType', {
  description: 'What happened to an invite.',
  values: {
    CREATED: { description: 'It was made.' },
    RESENT: { description: 'It got a new link and a new time, perhaps new roles.' },
    SENT: { description: 'A mail server took an e-mail for it.' },
    SEND_FAILED: { description: 'No mail server took its e-mail, and no more tries are made.' },
    ACCEPTED: { description: 'Its person accepted.' },
    DECLINED: { description: 'Its person declined.' },
    REVOKED: { description: 'It was taken back.' },
    EXPIRED: { description: 'Its time ran out.' },
    DELETED: { description: 'It was erased.' },
  },
} as const)

const OrgUserEventTypeType = builder.enumType('OrgUserEventType', {
  description: 'What happened to a membership.',
  values: {
    JOINED: { description: 'Somebody became a member.' },
    ROLES_CHANGED: { description: 'A member’s roles changed.' },
    REMOVED: { description: 'A member was removed.' },
    LEFT: { description: 'A member left.' },
  },
} as const)

const OrgChangeEventTypeType = builder.enumType('OrgChangeEventType', {
  description: 'What happened to the org itself.',
  values: {
    CREATED: { description: 'It was founded.' },
    RENAMED: { description: 'It got another name.' },
    STATUS_CHANGED: { description: 'It got another status.' },
    TIER_CHANGED: { description: 'It got another tier.' },
    EMAIL_DOMAIN_BOUND: { description: 'An e-mail domain was bound.' },
    EMAIL_DOMAIN_VERIFIED: { description: 'An e-mail domain was proven.' },
    EMAIL_DOMAIN_UNBOUND: { description: 'An e-mail domain was let go.' },
    API_TOKEN_CREATED: { description: 'An API token was made.' },
    API_TOKEN_REVOKED: { description: 'An API token was revoked.' },
  },
} as const)

/** An event as a reader meets it: in its org's history, or, where `inInbox`, in a user's inbox. */
export interface OrgEventRead extends OrgEventRow {
  inInbox?: boolean
}

const typeNames = { INVITE: 'OrgInviteEvent', USER: 'OrgUserEvent', CHANGE: 'OrgChangeEvent' } as const

export const OrgEventType = builder.interfaceRef<OrgEventRead>('OrgEvent').implement({
  description:
    'One thing that happened in an org. `seq` is dense within the org: 1, 2, 3 … in commit order, so a reader can see for itself that it missed nothing.',
  resolveType: ({ kind }) => typeNames[kind],
  fields: (t) => ({
    id: t.id({
      description: 'Names this event and no other.',
      resolve: ({ orgId, seq }) => Buffer.from(`OrgEvent:${orgId}:${seq}`).toString('base64'),
    }),
    seq: t.exposeInt('seq', { description: 'Its number in the org, from 1, without a gap.' }),
    cursor: t.string({
      description:
        'Pass it as `after` to go on behind this event. From `viewerOrgInviteEvents` it is good for that stream, from elsewhere for this org’s.',
      resolve: (event, _args, { app }) =>
        event.inInbox && event.inboxUserId !== null && event.inboxSeq !== null
          ? app.cursors.encodeSeq(inboxList(event.inboxUserId), event.inboxSeq)
          : app.cursors.encodeSeq(orgEventList(event.orgId), event.seq),
    }),
    orgId: t.id({ description: 'Global id of the org.', resolve: ({ orgId }) => encodeId('Org', orgId) }),
    org: t.field({
      type: 'Org',
      nullable: true,
      description: 'The org as it is now. Null unless the viewer may ORG_READ there.',
      resolve: ({ orgId }, _args, context) => visibleOrg(context, orgId),
    }),
    actor: t.field({
      type: 'User',
      nullable: true,
      description: 'Who did it; null for the system itself and for API tokens.',
      resolve: ({ actorId }, _args, context) => (actorId === null ? null : usersById(context).load(actorId)),
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When, by the database’s clock.' }),
  }),
})

export const OrgInviteEventRef = builder.objectRef<OrgEventRead>('OrgInviteEvent').implement({
  description: 'Something that happened to an invite.',
  interfaces: [OrgEventType],
  fields: (t) => ({
    inviteEventType: t.field({
      type: OrgInviteEventTypeType,
      description: 'What happened.',
      resolve: ({ type }) => type as OrgInviteEventType,
    }),
    orgInviteId: t.id({
      description: 'Global id of the invite.',
      resolve: ({ orgInviteId }) => encodeId('OrgInvite', recorded(orgInviteId)),
    }),
    status: t.field({
      type: OrgInviteStatusType,
      description: 'As of this event, however late it is read.',
      resolve: ({ status }) => recorded(status),
    }),
    previousStatus: t.field({
      type: OrgInviteStatusType,
      nullable: true,
      description: 'The status before. Null where there was no invite before.',
      resolve: ({ previousStatus }) => previousStatus,
    }),
    roles: t.field({
      type: [OrgRoleNameType],
      description: 'The roles that it grants, as of this event.',
      resolve: ({ roles }) => roles,
    }),
    orgInvite: t.field({
      type: 'OrgInvite',
      nullable: true,
      description: 'The invite as it is now; null if deleted since, and where the viewer may not read it.',
      resolve: ({ orgInviteId }, _args, context) => visibleInvite(context, orgInviteId),
    }),
  }),
})

builder.objectRef<OrgEventRead>('OrgUserEvent').implement({
  description: 'Something that happened to a membership.',
  interfaces: [OrgEventType],
  fields: (t) => ({
    memberEventType: t.field({
      type: OrgUserEventTypeType,
      description: 'What happened.',
      resolve: ({ type }) => type as OrgUserEventType,
    }),
    userId: t.id({
      description: 'Global id of whose.',
      resolve: ({ userId }) => encodeId('User', recorded(userId)),
    }),
    user: t.field({
      type: 'User',
      nullable: true,
      description: 'Whose; null once the account is gone.',
      resolve: ({ userId }, _args, context) => usersById(context).load(recorded(userId)),
    }),
    roles: t.field({
      type: [OrgRoleNameType],
      description: 'Held after it; none for who is gone.',
      resolve: ({ roles }) => roles,
    }),
    previousRoles: t.field({
      type: [OrgRoleNameType],
      description: 'Held before it; none for who is new.',
      resolve: ({ previousRoles }) => previousRoles,
    }),
  }),
})

builder.objectRef<OrgEventRead>('OrgChangeEvent').implement({
  description: 'Something that happened to the org itself.',
  interfaces: [OrgEventType],
  fields: (t) => ({
    orgEventType: t.field({
      type: OrgChangeEventTypeType,
      description: 'What happened.',
      resolve: ({ type }) => type as OrgChangeEventType,
    }),
    summary: t.string({
      description: 'What changed, in words fit for a timeline.',
      resolve: ({ summary }) => recorded(summary),
    }),
  }),
})

export const OrgEventConnectionType = connectionOf('OrgEvent', OrgEventType, 'events', { counted: false })

/** What every event of its kind has. */
function recorded<T>(value: T | null): T {
  if (value === null) throw new Error('an event lacks what its kind has')
  return value
}
