import { USUAL_APP_ROLES } from '../../domain/core/appRole.js'
import { inboxList, instanceEventList, orgEventList } from '../../domain/core/orgEvent.cursors.js'
import type {
  OrgChangeEventType,
  OrgEventRow,
  OrgInviteEventType,
  OrgJoinRequestEventType,
  OrgUserEventType,
} from '../../domain/core/orgEvent.js'
import { builder } from '../builder.js'
import { encodeId } from '../globalId.js'
import { connectionOf } from '../lists/connection.js'
import { visibleActorToken } from '../loaders/apiToken.js'
import { visibleOrg } from '../loaders/org.js'
import { visibleInvite } from '../loaders/orgInvite.js'
import { visibleJoinRequest } from '../loaders/orgJoinRequest.js'
import { usersById } from '../loaders/user.js'
import { OrgInviteStatusType } from './orgInvite.js'
import { OrgRoleNameType } from './permission.js'

const OrgInviteEventTypeType = builder.enumType('OrgInviteEventType', {
  description: 'What happened to an invite.',
  values: {
    CREATED: { description: 'It was created.' },
    RESENT: { description: 'It got a new link and a new expiry time, and perhaps new roles.' },
    SENT: { description: 'A mail server accepted an e-mail for it.' },
    SEND_FAILED: { description: 'Its e-mail couldn’t be sent. The server doesn’t try again.' },
    ACCEPTED: { description: 'The invitee accepted it.' },
    DECLINED: { description: 'The invitee declined it.' },
    REVOKED: { description: 'It was revoked.' },
    EXPIRED: { description: 'It was not answered in time.' },
    RENEWAL_REQUESTED: {
      description:
        'It is EXPIRED, and whoever has its link asked for a new one. `actor` is null, because the link doesn’t tell who that is.',
    },
    DELETED: { description: 'It was deleted.' },
  },
} as const)

const OrgUserEventTypeType = builder.enumType('OrgUserEventType', {
  description: 'What happened to a membership.',
  values: {
    JOINED: { description: 'A user became a member.' },
    ROLES_CHANGED: { description: 'A member’s roles changed.' },
    REMOVED: { description: 'A member was removed.' },
    LEFT: { description: 'A member left the org.' },
    SUSPENDED: { description: 'A member was suspended. They keep their roles, but these permit nothing.' },
    REINSTATED: { description: 'A suspended member was reinstated.' },
  },
} as const)

const OrgJoinRequestEventTypeType = builder.enumType('OrgJoinRequestEventType', {
  description: 'What happened to a join request.',
  values: {
    REQUESTED: { description: 'A user asked to join.' },
    APPROVED: { description: 'It was approved: the next event is that the user joined.' },
    DECLINED: { description: 'It was declined.' },
    WITHDRAWN: {
      description: 'The user withdrew it, or was a member by the time it was to be approved.',
    },
  },
} as const)

const OrgChangeEventTypeType = builder.enumType('OrgChangeEventType', {
  description: 'What happened to the org itself.',
  values: {
    CREATED: { description: 'It was created.' },
    RENAMED: { description: 'It was renamed.' },
    STATUS_CHANGED: { description: 'Its status changed.' },
    TIER_CHANGED: { description: 'Its tier changed.' },
    EMAIL_DOMAIN_BOUND: { description: 'An e-mail domain was bound.' },
    EMAIL_DOMAIN_VERIFIED: { description: 'An e-mail domain was verified.' },
    EMAIL_DOMAIN_UNBOUND: { description: 'An e-mail domain was unbound.' },
    API_TOKEN_CREATED: { description: 'An API token was created.' },
    API_TOKEN_REVOKED: { description: 'An API token was revoked.' },
    PROFILE_CHANGED: {
      description:
        'Its slug, logo, external id or metadata changed, and perhaps its name too. If only the name changed, the event is RENAMED.',
    },
    LIMITS_CHANGED: { description: 'It got limits of its own, or returned to those of its tier.' },
    EMAIL_DOMAIN_JOIN_MODE_CHANGED: {
      description: 'It changed who may join by an e-mail domain.',
    },
    INVITE_LINK_CREATED: { description: 'An invite link was created.' },
    INVITE_LINK_REVOKED: {
      description: 'An invite link was revoked. One that expires or is used up has no event.',
    },
    WEBHOOK_CREATED: { description: 'A webhook was created.' },
    WEBHOOK_UPDATED: { description: 'A webhook was changed, switched on or off, or got a new secret.' },
    WEBHOOK_DELETED: { description: 'A webhook was deleted.' },
    WEBHOOK_DISABLED: {
      description: 'The server switched a webhook off, because its endpoint took no messages.',
    },
  },
} as const)

/** An event. It was read from a user's inbox if `inInbox` is set, and from its org's history otherwise. */
export interface OrgEventRead extends OrgEventRow {
  inInbox?: boolean
}

const typeNames = {
  INVITE: 'OrgInviteEvent',
  USER: 'OrgUserEvent',
  CHANGE: 'OrgChangeEvent',
  JOIN_REQUEST: 'OrgJoinRequestEvent',
} as const

export const OrgEventType = builder.interfaceRef<OrgEventRead>('OrgEvent').implement({
  description:
    'One event in an org. `seq` counts the org’s events without gaps, 1, 2, 3 …, in the order they were committed. So a client can check that it missed none.',
  resolveType: ({ kind }) => typeNames[kind],
  fields: (t) => ({
    id: t.id({
      description: 'Unique id of this event.',
      resolve: ({ orgId, seq }) => Buffer.from(`OrgEvent:${orgId}:${seq}`).toString('base64'),
    }),
    seq: t.exposeInt('seq', { description: 'Number of the event in its org: 1, 2, 3 …, without gaps.' }),
    cursor: t.string({
      description:
        'Pass it as `after` to continue after this event. A cursor from `viewerOrgInviteEvents` or `instanceEvents` works for that stream only, any other cursor for this org’s streams and history.',
      resolve: (event, _args, { app }) => {
        if (event.instanceNumber !== undefined)
          return app.cursors.encodeSeq(instanceEventList, event.instanceNumber)
        return event.inInbox && event.inboxUserId !== null && event.inboxSeq !== null
          ? app.cursors.encodeSeq(inboxList(event.inboxUserId), event.inboxSeq)
          : app.cursors.encodeSeq(orgEventList(event.orgId), event.seq)
      },
    }),
    orgId: t.id({ description: 'Global id of the org.', resolve: ({ orgId }) => encodeId('Org', orgId) }),
    org: t.field({
      type: 'Org',
      nullable: true,
      description: 'The org as it is now. Null unless the viewer has ORG_READ.',
      resolve: ({ orgId }, _args, context) => visibleOrg(context, orgId),
    }),
    actor: t.field({
      type: 'User',
      nullable: true,
      description: 'The user who did it. Null if the server itself or an API token did.',
      resolve: ({ actorId }, _args, context) => (actorId === null ? null : usersById(context).load(actorId)),
    }),
    actorToken: t.field({
      type: 'ApiToken',
      nullable: true,
      description:
        'The API token that did it. Null if a user, the server itself or the INSTANCE_TOKEN did, and unless the viewer may read this token (API_TOKEN_READ).',
      resolve: (event, _args, context) => visibleActorToken(context, event),
    }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      description: 'When it happened, by the clock of the database.',
    }),
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
      description: 'The status right after this event, even if it has changed since.',
      resolve: ({ status }) => recorded(status),
    }),
    previousStatus: t.field({
      type: OrgInviteStatusType,
      nullable: true,
      description: 'The status before this event. Null if the invite didn’t exist.',
      resolve: ({ previousStatus }) => previousStatus,
    }),
    roles: t.field({
      type: [OrgRoleNameType],
      description: 'The roles that the invite grants, right after this event.',
      resolve: ({ roles }) => roles,
    }),
    orgInvite: t.field({
      type: 'OrgInvite',
      nullable: true,
      description: 'The invite as it is now. Null if it is deleted or the viewer may not read it.',
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
      description: 'Global id of the member’s user.',
      resolve: ({ userId }) => encodeId('User', recorded(userId)),
    }),
    user: t.field({
      type: 'User',
      nullable: true,
      description: 'The member’s user. Null if the account is gone.',
      resolve: ({ userId }, _args, context) => usersById(context).load(recorded(userId)),
    }),
    roles: t.field({
      type: [OrgRoleNameType],
      description: 'The member’s roles after this event. Empty if the user is not a member any more.',
      resolve: ({ roles }) => roles,
    }),
    previousRoles: t.field({
      type: [OrgRoleNameType],
      description: 'The member’s roles before this event. Empty if the user was not a member.',
      resolve: ({ previousRoles }) => previousRoles,
    }),
    appRoles: t.exposeStringList('appRoles', {
      extensions: { usualItems: USUAL_APP_ROLES },
      description: 'Keys of the member’s app roles after this event, even if they are deleted by now.',
    }),
    previousAppRoles: t.exposeStringList('previousAppRoles', {
      extensions: { usualItems: USUAL_APP_ROLES },
      description: 'Keys of the member’s app roles before this event.',
    }),
  }),
})

builder.objectRef<OrgEventRead>('OrgJoinRequestEvent').implement({
  description: 'Something that happened to a join request.',
  interfaces: [OrgEventType],
  fields: (t) => ({
    joinRequestEventType: t.field({
      type: OrgJoinRequestEventTypeType,
      description: 'What happened.',
      resolve: ({ type }) => type as OrgJoinRequestEventType,
    }),
    orgJoinRequestId: t.id({
      description: 'Global id of the join request.',
      resolve: ({ subjectId }) => encodeId('OrgJoinRequest', recorded(subjectId)),
    }),
    user: t.field({
      type: 'User',
      nullable: true,
      description: 'The user who asked. Null if the account is gone.',
      resolve: ({ userId }, _args, context) => usersById(context).load(recorded(userId)),
    }),
    orgJoinRequest: t.field({
      type: 'OrgJoinRequest',
      nullable: true,
      description:
        'The join request as it is now. Null if it is gone with the account, or if the viewer may not read it.',
      resolve: ({ subjectId }, _args, context) => visibleJoinRequest(context, subjectId),
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
      description: 'What changed, as a short English text for a timeline.',
      resolve: ({ summary }) => recorded(summary),
    }),
  }),
})

export const OrgEventConnectionType = connectionOf('OrgEvent', OrgEventType, 'events', { counted: false })

/** A column that is never null for events of this kind. */
function recorded<T>(value: T | null): T {
  if (value === null) throw new Error('an event lacks a column of its kind')
  return value
}
