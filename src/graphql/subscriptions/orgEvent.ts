import { instancePermissions } from '../../domain/core/authority.js'
import { inboxList, instanceEventList, orgEventList } from '../../domain/core/orgEvent.cursors.js'
import { badUserInput, forbidden, unauthenticated } from '../../errors.js'
import type { EventStream, OrgStream } from '../../streams/eventStreams.js'
import { builder } from '../builder.js'
import type { Context } from '../context.js'
import { decodeId } from '../globalId.js'
import { type OrgEventRead, OrgEventType, OrgInviteEventRef } from '../types/orgEvent.js'

const afterDescription =
  'A cursor from an event or from `eventCursor`. The stream starts with all events after it, then goes on live. If events after it are deleted by now, it ends with EVENTS_GONE. If left out: live only.'

builder.queryFields((t) => ({
  instanceEventCursor: t.string({
    description:
      'Cursor of the newest event of all orgs: subscribe to `instanceEvents` with it as `after` to get every event after this read. Needs an instance token with ORG_READ and EVENT_READ.',
    resolve: async (_root, _args, { app, actor }) => {
      if (actor.kind === 'nobody') throw unauthenticated()
      const permissions = instancePermissions(actor)
      if (!permissions.has('ORG_READ') || !permissions.has('EVENT_READ')) throw forbidden()
      return app.cursors.encodeSeq(instanceEventList, await app.streams.newestOfInstance())
    },
  }),
}))

builder.subscriptionFields((t) => ({
  instanceEvents: t.field({
    type: OrgEventType,
    args: {
      after: t.arg.string({
        description:
          'A cursor from an event of this stream or from `instanceEventCursor`. The stream starts with all events after it, then goes on live. If events after it are deleted by now, it ends with EVENTS_GONE. If left out: live only.',
      }),
    },
    description:
      'All events of all orgs, of each org in the order of `seq`. The events of a deleted org disappear, and its end is one more event: STATUS_CHANGED with `org` null. Needs an instance token with ORG_READ and EVENT_READ: the stream ends with UNAUTHENTICATED when the token is revoked.',
    subscribe: async (_root, { after }, { app, actor }) => {
      if (actor.kind === 'nobody') throw unauthenticated()
      const position = positionAfter(after, (cursor) => app.cursors.decodeSeq(instanceEventList, cursor))
      const stream = await app.streams.instance({ actor, after: position ?? null })
      if (position !== undefined) return stream
      await stream.return()
      throw badUserInput(noCursor)
    },
    resolve: (event: OrgEventRead) => event,
  }),
  orgInviteEvents: t.field({
    type: OrgInviteEventRef,
    args: {
      orgId: t.arg.id({ required: true, description: 'Global id of the org.' }),
      orgInviteId: t.arg.id({ description: 'Global id of an invite: only its events.' }),
      after: t.arg.string({ description: afterDescription }),
    },
    description:
      'Events of an org’s invites, or of one invite. Needs INVITE_READ: the stream ends with FORBIDDEN when the viewer loses it.',
    subscribe: (_root, { orgId, orgInviteId, after }, context) => {
      const inviteId = orgInviteId == null ? undefined : decodeId('OrgInvite', orgInviteId)
      const noInvite = inviteId === null ? ['`orgInviteId` is no id of an invite.'] : []
      return orgStream(
        context,
        orgId,
        after,
        'INVITE_READ',
        inviteId ? { orgInviteId: inviteId } : 'invites',
        noInvite,
      )
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
      'All events of an org. Needs EVENT_READ: the stream ends with FORBIDDEN when the viewer loses it.',
    subscribe: (_root, { orgId, after }, context) => orgStream(context, orgId, after, 'EVENT_READ'),
    resolve: (event: OrgEventRead) => event,
  }),
  viewerOrgInviteEvents: t.field({
    type: OrgInviteEventRef,
    args: {
      after: t.arg.string({
        description:
          'A cursor from an event of this stream or from `User.orgInviteEventCursor`. The stream starts with all events after it, then goes on live. If events after it are deleted by now, it ends with EVENTS_GONE. If left out: live only.',
      }),
    },
    description: 'Events of invites in all orgs that are addressed to the viewer’s verified e-mail address.',
    subscribe: (_root, { after }, context) => inboxStream(context, after),
    resolve: (event: OrgEventRead) => ({ ...event, inInbox: true }),
  }),
}))

/**
 * Opens a stream of an org. An org that doesn't exist and an org that the viewer may not see give the same FORBIDDEN.
 * It checks the sign-in, then the org, then the permission, and then the rest of the input. So only viewers with the
 * permission learn what is wrong with the input.
 */
async function orgStream(
  { app, actor }: Context,
  globalId: string,
  after: Cursor,
  permission: OrgStream['permission'],
  only?: OrgStream['only'],
  issues: readonly string[] = [],
): Promise<EventStream> {
  if (actor.kind === 'nobody') throw unauthenticated()
  const orgId = decodeId('Org', globalId)
  if (orgId === null) throw forbidden()
  const position = positionAfter(after, (cursor) => app.cursors.decodeSeq(orgEventList(orgId), cursor))
  const stream = await app.streams.org({
    orgId,
    actor,
    permission,
    after: position ?? null,
    ...(only && { only }),
  })
  const [issue] = position === undefined ? [noCursor] : issues
  if (issue === undefined) return stream
  await stream.return()
  throw badUserInput(issue)
}

function inboxStream({ app, actor }: Context, after: Cursor): Promise<EventStream> {
  if (actor.kind !== 'person')
    throw unauthenticated('Sign in as a person: a token has no invites of its own.')
  const { userId } = actor
  const position = positionAfter(after, (cursor) => app.cursors.decodeSeq(inboxList(userId), cursor))
  if (position === undefined) throw badUserInput(noCursor)
  return app.streams.inbox({ userId, actor, after: position })
}

/** The argument `after`. */
type Cursor = string | null | undefined

const noCursor = '`after` is no cursor of this stream.'

/** Null without a cursor. Undefined if the text is not a cursor of this stream. */
function positionAfter(after: Cursor, decode: (cursor: string) => number | null): number | null | undefined {
  return after == null ? null : (decode(after) ?? undefined)
}
