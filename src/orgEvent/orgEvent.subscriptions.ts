import { builder } from '../graphql/builder.js'
import type { Context } from '../graphql/context.js'
import { badUserInput, forbidden, unauthenticated } from '../graphql/errors.js'
import { decodeId } from '../graphql/globalId.js'
import type { EventStream, OrgStream } from './eventStreams.js'
import { inboxList, orgEventList } from './orgEvent.cursors.js'
import { type OrgEventRead, OrgEventType, OrgInviteEventRef } from './orgEvent.schema.js'

const afterDescription =
  'A cursor, from an event or from `eventCursor`: first everything since, then live. Left out: live only.'

builder.subscriptionFields((t) => ({
  orgInviteEvents: t.field({
    type: OrgInviteEventRef,
    args: {
      orgId: t.arg.id({ required: true, description: 'Global id of the org.' }),
      orgInviteId: t.arg.id({ description: 'Global id of an invite: only what happens to this one.' }),
      after: t.arg.string({ description: afterDescription }),
    },
    description:
      'Everything that happens to one org’s invites, or to one invite. Needs INVITE_READ, and ends with FORBIDDEN once it is lost. With `after`: first everything since, then live.',
    subscribe: (_root, { orgId, orgInviteId, after }, context) => {
      const inviteId = orgInviteId == null ? undefined : decodeId('OrgInvite', orgInviteId)
      if (inviteId === null) throw badUserInput('`orgInviteId` is no id of an invite.')
      return orgStream(context, orgId, after, 'INVITE_READ', inviteId ? { orgInviteId: inviteId } : 'invites')
    },
    resolve: (event: OrgEventRead) => event,
  }),
  orgEvents: t.field({
    type: OrgEventType,
    args: {
      orgId: t.arg.id({ required: true, description: 'Global id of the org.' }),
      after: t.arg.string({ description: afterDescription }),
    },
    description:
      'Everything that happens in an org. Needs EVENT_READ, and ends with FORBIDDEN once it is lost.',
    subscribe: (_root, { orgId, after }, context) => orgStream(context, orgId, after, 'EVENT_READ'),
    resolve: (event: OrgEventRead) => event,
  }),
  viewerOrgInviteEvents: t.field({
    type: OrgInviteEventRef,
    args: {
      after: t.arg.string({
        description:
          'A cursor of this stream, or `User.orgInviteEventCursor`: first everything since, then live.',
      }),
    },
    description: 'Events of invites addressed to the viewer’s verified address, in every org.',
    subscribe: (_root, { after }, context) => inboxStream(context, after),
    resolve: (event: OrgEventRead) => ({ ...event, inInbox: true }),
  }),
}))

/** An org that the viewer may not know of is as FORBIDDEN as one that isn't there. */
function orgStream(
  { app, actor }: Context,
  globalId: string,
  after: string | null | undefined,
  permission: OrgStream['permission'],
  only?: OrgStream['only'],
): Promise<EventStream> {
  if (actor.kind === 'nobody') throw unauthenticated()
  const orgId = decodeId('Org', globalId)
  if (orgId === null) throw forbidden()
  return app.streams.org({
    orgId,
    actor,
    permission,
    after: positionAfter(after, (cursor) => app.cursors.decodeSeq(orgEventList(orgId), cursor)),
    ...(only && { only }),
  })
}

function inboxStream({ app, actor }: Context, after: string | null | undefined): Promise<EventStream> {
  if (actor.kind !== 'person')
    throw unauthenticated('Sign in as a person: a token has no invites of its own.')
  const { userId } = actor
  return app.streams.inbox({
    userId,
    actor,
    after: positionAfter(after, (cursor) => app.cursors.decodeSeq(inboxList(userId), cursor)),
  })
}

function positionAfter(
  after: string | null | undefined,
  decode: (cursor: string) => number | null,
): number | null {
  if (after == null) return null
  const position = decode(after)
  if (position === null) throw badUserInput('`after` is no cursor of this stream.')
  return position
}
